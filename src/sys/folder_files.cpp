#include "sys/folder_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/hash.h"
#include "base/text.h"
#include "sys/clock.h"

namespace papo::sys {
namespace {

// Looked for at a time: what is wanted meanwhile is not behind all of it.
constexpr std::size_t kTasksMax = 16;
// File systems tell times of a few milliseconds, or of two seconds (FAT): what
// was written to just now may be written to again without another time.
constexpr std::int64_t kSettledAfter = 3'000'000'000;

// Opens the file segment by segment, so that no segment may be a link: with
// openat(2) alone, O_NOFOLLOW would look at the last one only.
Descriptor open_below(const Descriptor& folder, std::string_view path) {
  Descriptor at;
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string segment(path.substr(0, slash));
    if (segment == "." || segment == "..") return Descriptor();
    const bool last = slash == std::string_view::npos;
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
                      (last ? 0 : O_DIRECTORY);
    const int from = at ? at.get() : folder.get();
    at = Descriptor(::openat(from, segment.c_str(), flags));
    if (!at || last) return at;
    path.remove_prefix(slash + 1);
  }
}

std::int64_t nanoseconds(const ::timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
}

// All of it, unless it is longer than `bytes_max`.
bool read_all(const Descriptor& file, std::size_t bytes_max,
              std::string* bytes) {
  char block[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(file.get(), block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 || bytes->size() > bytes_max) return false;
    if (count == 0) return true;
    bytes->append(block, static_cast<std::size_t>(count));
  }
}

std::string etag_of(std::string_view bytes) {
  std::string etag(1, '"');
  base::append_number(&etag, base::siphash13({}, bytes));
  return etag.append("\"");
}

}  // namespace

base::Result<Descriptor> FolderFiles::open_folder(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return base::Unexpected{base::Error{"open", errno}};
  return folder;
}

// ---- What the loop asks for.

FolderFiles::Ticket FolderFiles::begin(std::string_view path) {
  const Ticket ticket = ++last_ticket_;
  contents_.try_emplace(ticket);
  wanted_.emplace_back(ticket, path);
  if (!is_working_) start_tasks();
  return ticket;
}

bool FolderFiles::advance() {
  if (!is_working_ || worker_->busy()) return false;
  is_working_ = false;
  for (Task& each : tasks_) finish_task(&each);
  tasks_.clear();
  start_tasks();
  return true;
}

FolderFiles::Outcome FolderFiles::look(Ticket ticket, app::File* file) const {
  const Content& content = contents_.at(ticket);
  if (content.outcome == Outcome::Found) {
    file->bytes = content.bytes.view();
    file->etag = content.etag;
    file->owner = content.bytes;
  }
  return content.outcome;
}

void FolderFiles::end(Ticket ticket) {
  contents_.erase(ticket);
}

void FolderFiles::start_tasks() {
  while (!wanted_.empty() && tasks_.size() < kTasksMax) {
    const auto& [ticket, path] = wanted_.front();
    if (contents_.contains(ticket)) add_task(ticket, path);
    wanted_.pop_front();
  }
  if (tasks_.empty()) return;
  is_working_ = true;
  worker_->start(this);
}

// Several who want the same file at the same time have one task.
void FolderFiles::add_task(Ticket ticket, const std::string& path) {
  const auto same =
      std::find_if(tasks_.begin(), tasks_.end(),
                   [&](const Task& each) { return each.path == path; });
  if (same != tasks_.end()) return same->tickets.push_back(ticket);
  Task& task = tasks_.emplace_back();
  task.path = path;
  task.tickets.push_back(ticket);
  const auto kept = kept_.find(path);
  if (kept != kept_.end() && kept->second.is_settled) {
    task.known = kept->second;
  }
}

void FolderFiles::finish_task(Task* task) {
  keep(task);
  for (const Ticket each : task->tickets) {
    const auto content = contents_.find(each);
    if (content != contents_.end()) content->second = task->found.content;
  }
}

// The same content again is the same bytes: however many are still being sent
// an older copy, there is one.
void FolderFiles::keep(Task* task) {
  if (task->is_unchanged) {
    task->found = task->known;
    return;
  }
  Kept& kept = kept_[task->path];
  kept_bytes_ -= kept.content.bytes.size();
  Content& found = task->found.content;
  if (found.etag == kept.content.etag &&
      found.bytes.size() == kept.content.bytes.size()) {
    found.bytes = kept.content.bytes;
  }
  kept = task->found;
  kept_bytes_ += found.bytes.size();
  if (found.outcome != Outcome::Found) kept_.erase(task->path);
  if (kept_bytes_ <= kKeptBytesMax) return;
  kept_.clear();
  kept_bytes_ = 0;
}

// ---- What the worker does.

void FolderFiles::run(log::Worker&) {
  for (Task& each : tasks_) read(&each);
}

void FolderFiles::read(Task* task) const {
  Content& content = task->found.content;
  content.outcome = Outcome::None;
  const Descriptor file = open_below(folder_, task->path);
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) {
    return;
  }
  Stamp& stamp = task->found.stamp;
  stamp = {status.st_dev, status.st_ino, status.st_size,
           nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
  task->is_unchanged = stamp == task->known.stamp;
  if (task->is_unchanged) return;
  if (static_cast<std::size_t>(status.st_size) > kFileBytesMax) {
    content.outcome = Outcome::TooLarge;
    return;
  }
  const std::int64_t now = read_clocks().wall.count() * 1000;
  std::string bytes;
  if (!read_all(file, kFileBytesMax, &bytes)) return;
  task->found.is_settled =
      now - std::max(stamp.written, stamp.changed) > kSettledAfter;
  content.outcome = Outcome::Found;
  content.bytes = base::SharedBytes(bytes);
  content.etag = etag_of(bytes);
}

}  // namespace papo::sys
