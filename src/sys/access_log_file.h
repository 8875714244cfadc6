// The access log, into a file, a pipe or standard output. Never waits for any
// of them (sys/line_writer.h).
#pragma once

#include <memory>
#include <string>

#include "app/access_log.h"
#include "base/result.h"
#include "sys/diagnostics.h"
#include "sys/line_writer.h"

namespace papo::sys {

class AccessLogFile final : public app::AccessLog {
 public:
  struct Target {
    std::string path;  // to append to; "-" is standard output
    LogFormat format = LogFormat::Text;
    std::size_t bytes_max = 0;  // of lines that wait: LineWriter::Target
  };
  // A named pipe is waited for until somebody reads it, but not here.
  static base::Result<AccessLogFile> open(const Target& target,
                                          const Wakeup* wakeup);

  // Keeps the entry until flush(), or until there are many.
  void write(const app::AccessEntry& entry) override;
  // Once a turn, after its answers are sent.
  void flush();
  // After the file was moved away. Goes on with the old one when it fails.
  void reopen();
  // Says what has become of lines that were lost, and of reopen(). Once a turn.
  void report(const Diagnostics& diagnostics);
  std::size_t lines_lost() const { return writer_->lines_lost(); }

 private:
  AccessLogFile(LogFormat format, LineWriter::Target target)
      : format_(format),
        writer_(std::make_unique<LineWriter>(std::move(target))) {}
  void report_opening(const Diagnostics& diagnostics,
                      const LineWriter::State& state);

  LogFormat format_;
  std::unique_ptr<LineWriter> writer_;
  std::string lines_;
  std::size_t reported_lost_ = 0;
  std::size_t reported_openings_ = 0;
  bool is_losing_ = false;
};

}  // namespace papo::sys
