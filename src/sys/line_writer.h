// Lines on their way into a file, a pipe or a terminal.
//
// Who adds them never waits: a thread of their own opens and writes, and waits
// as long as a reader, a disk or a network makes it. So many bytes may be
// between the two; what does not fit, or cannot be written, is dropped and
// counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/time.h"
#include "sys/descriptor.h"
#include "sys/wakeup.h"

namespace papo::sys {

class LineWriter {
 public:
  struct Target {
    Descriptor file;   // none: the thread opens `path` before the first line
    std::string path;  // what reopen() opens, to append; empty: it does nothing
    std::size_t bytes_max = std::size_t{256} * 1024;
    // Woken when what state() says of errors and openings has changed; may be
    // nullptr, and must outlive the writer.
    const Wakeup* wakeup = nullptr;
  };
  // The thread begins with the first line, and blocks all signals.
  explicit LineWriter(Target target);
  // Gives what waits a second. A thread that is stuck then is left behind.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  // Whole lines, each with its line break; from any thread. False when they do
  // not fit: they are lost.
  bool add(std::string_view lines);
  // Before what is added next, after the file was moved away. When it cannot
  // be opened, lines go on into the old one.
  void reopen();

  struct State {
    int error = 0;  // errno of the last write; 0 when it went well
    bool is_idle = true;
    std::size_t openings = 0;  // that were tried
    int opening_error = 0;     // of the last of them
  };
  State state() const;
  // Since the beginning. Costs no lock.
  std::size_t lines_lost() const;
  // Waits until it is idle, but no longer than that.
  void drain(base::Micros at_most) const;

 private:
  struct Shared;

  Shared* shared_;
};

}  // namespace papo::sys
