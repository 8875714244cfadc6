// Static files from a folder, looked at anew for each request: for work on the
// web client. Nothing outside the folder can be had, not by links either, and
// nothing but regular files.
//
// A worker opens, reads and hashes, so that a slow disk, a network behind it
// or a large file makes nobody wait but who asked for it. What was read is
// kept, and read again when the file is another or was written to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/limits.h"
#include "app/static_files.h"
#include "base/result.h"
#include "log/worker.h"
#include "sys/descriptor.h"

namespace papo::sys {

class FolderFiles final : public app::FileSource,
                          private app::FileLookups,
                          private log::Job {
 public:
  // A larger file is none of a web client's.
  static constexpr std::size_t kFileBytesMax = app::kFileBytesMax;
  // What is kept at most, all files together.
  static constexpr std::size_t kKeptBytesMax = app::kKeptFileBytesMax;

  static base::Result<Descriptor> open_folder(const std::string& path);
  // `worker` is its own, and must outlive it.
  FolderFiles(Descriptor folder, log::Worker* worker)
      : folder_(std::move(folder)), worker_(worker) {}
  ~FolderFiles() override { worker_->wait(); }
  FolderFiles(const FolderFiles&) = delete;
  FolderFiles& operator=(const FolderFiles&) = delete;

  app::FileLookups* lookups() override { return this; }
  bool find(std::string_view, app::File*) override { return false; }
  bool is_permanent() const override { return false; }
  std::string_view fingerprint() const override { return "folder"; }

 private:
  // Which file it is, and when it was last written to.
  struct Stamp {
    ::dev_t device = 0;
    ::ino_t number = 0;
    std::int64_t size = 0;
    std::int64_t written = 0;  // nanoseconds
    std::int64_t changed = 0;
    bool operator==(const Stamp&) const = default;
  };
  struct Content {
    Outcome outcome = Outcome::Pending;
    base::SharedBytes bytes;
    std::string etag;
  };
  struct Kept {
    Content content;
    Stamp stamp;
    bool is_settled = false;  // a write since would have another time
  };
  // One file for the worker, and what it found.
  struct Task {
    std::string path;
    std::vector<Ticket> tickets;
    Kept known;  // if it is settled
    Kept found;
    bool is_unchanged = false;
  };

  Ticket begin(std::string_view path) override;
  bool advance() override;
  Outcome look(Ticket ticket, app::File* file) const override;
  void end(Ticket ticket) override;

  void start_tasks();
  void add_task(Ticket ticket, const std::string& path);
  void finish_task(Task* task);
  void keep(Task* task);

  // On the worker's thread.
  void run(log::Worker& worker) override;
  void read(Task* task) const;

  Descriptor folder_;
  log::Worker* worker_;
  Ticket last_ticket_ = 0;
  std::unordered_map<Ticket, Content> contents_;       // of tickets not ended
  std::deque<std::pair<Ticket, std::string>> wanted_;  // and not begun
  std::vector<Task> tasks_;  // the worker's while is_working_
  bool is_working_ = false;
  std::unordered_map<std::string, Kept> kept_;  // by path
  std::size_t kept_bytes_ = 0;
};

}  // namespace papo::sys
