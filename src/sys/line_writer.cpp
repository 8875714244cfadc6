#include "sys/line_writer.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

#include "sys/clock.h"
#include "sys/thread.h"

namespace papo::sys {
namespace {

constexpr base::Micros kPatience = std::chrono::seconds(1);

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// Writes all of it, however long that takes; returns errno, or 0, and takes
// what was written off `text`. Somebody who shares the file may have made it
// non-blocking.
int write_all(int file, std::string_view* text) {
  while (!text->empty()) {
    const ssize_t count = ::write(file, text->data(), text->size());
    if (count >= 0) {
      text->remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd polled = {file, POLLOUT, 0};
      ::poll(&polled, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

// What the thread and the writer know together. A thread that was left behind
// has it alone, and deletes it if it ever gets on.
struct LineWriter::Shared {
  explicit Shared(Target given) : target(std::move(given)) {}
  ~Shared() { ::pthread_mutex_destroy(&mutex); }

  static void* run_thread(void* self);
  void begin_thread();
  void run();
  void write_batch();
  int open_path();
  void write_lines(std::string_view lines, int* error);
  void tell_if_changed(const State& before);

  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  Condition changed;
  pthread_t thread{};
  std::atomic<std::size_t> lines_lost = 0;
  Target target;      // the thread's, once there is one
  bool torn = false;  // the thread's: the last line in the file is not whole
  // Guarded by the mutex.
  std::string waiting;
  std::size_t being_written = 0;  // bytes
  State state;
  bool must_open = false;
  std::size_t bytes_before_opening = 0;  // of what waits
  bool has_thread = false;
  bool ending = false;
  bool left_behind = false;
};

// REQUIRES: the mutex is held. Without a thread nothing is written.
void LineWriter::Shared::begin_thread() {
  if (has_thread) return;
  has_thread = sys::begin_thread(&thread, run_thread, this);
}

void* LineWriter::Shared::run_thread(void* self) {
  auto* shared = static_cast<Shared*>(self);
  shared->run();
  bool is_alone = false;
  {
    const Guard guard(&shared->mutex);
    is_alone = shared->left_behind;
  }
  if (is_alone) delete shared;
  return nullptr;
}

void LineWriter::Shared::run() {
  const Guard guard(&mutex);
  while (!left_behind) {
    if (!waiting.empty() || must_open) {
      write_batch();
    } else if (ending) {
      return;
    } else {
      changed.wait(&mutex);
    }
  }
}

// With the mutex held but for the calls that may wait.
void LineWriter::Shared::write_batch() {
  const State before = state;
  std::string batch = std::move(waiting);
  waiting.clear();
  being_written = batch.size();
  state.is_idle = false;
  const bool opens = std::exchange(must_open, false);
  const std::size_t old_bytes = std::exchange(bytes_before_opening, 0);
  ::pthread_mutex_unlock(&mutex);

  const std::string_view lines = batch;
  int error = state.error;
  int opening_error = 0;
  if (opens) {
    write_lines(lines.substr(0, old_bytes), &error);
    opening_error = open_path();
  }
  write_lines(lines.substr(opens ? old_bytes : 0), &error);

  ::pthread_mutex_lock(&mutex);
  being_written = 0;
  state.error = error;
  state.is_idle = waiting.empty() && !must_open;
  if (opens) {
    ++state.openings;
    state.opening_error = opening_error;
  }
  changed.tell_all();
  tell_if_changed(before);
}

int LineWriter::Shared::open_path() {
  Descriptor file(::open(target.path.c_str(),
                         O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY,
                         0640));
  if (!file) return errno;
  target.file = std::move(file);
  torn = false;
  return 0;
}

// A line that was cut short, by a full disk say, does not take the next one
// with it.
void LineWriter::Shared::write_lines(std::string_view lines, int* error) {
  if (lines.empty()) return;
  std::string_view line_break = torn ? "\n" : "";
  std::string_view rest = lines;
  *error = write_all(target.file.get(), &line_break);
  if (*error == 0) *error = write_all(target.file.get(), &rest);
  lines_lost += count_lines(rest);
  const std::size_t written = lines.size() - rest.size();
  if (line_break.empty()) torn = written > 0 && lines[written - 1] != '\n';
}

void LineWriter::Shared::tell_if_changed(const State& before) {
  if (left_behind || target.wakeup == nullptr) return;
  const bool has_news = state.error != before.error ||
                        state.openings != before.openings ||
                        (state.is_idle && lines_lost > 0);
  if (has_news) target.wakeup->wake();
}

LineWriter::LineWriter(Target target) : shared_(new Shared(std::move(target))) {
  shared_->must_open = !shared_->target.file && !shared_->target.path.empty();
}

LineWriter::~LineWriter() {
  drain(kPatience);
  bool is_stuck = false;
  {
    const Guard guard(&shared_->mutex);
    shared_->ending = true;
    is_stuck = shared_->has_thread && !shared_->state.is_idle;
    shared_->left_behind = is_stuck;
    shared_->changed.tell_all();
    if (is_stuck) ::pthread_detach(shared_->thread);
  }
  if (is_stuck) return;
  if (shared_->has_thread) ::pthread_join(shared_->thread, nullptr);
  delete shared_;
}

bool LineWriter::add(std::string_view lines) {
  Shared& shared = *shared_;
  const Guard guard(&shared.mutex);
  const std::size_t size =
      shared.waiting.size() + shared.being_written + lines.size();
  if (size <= shared.target.bytes_max) shared.begin_thread();
  if (size > shared.target.bytes_max || !shared.has_thread) {
    shared.lines_lost += count_lines(lines);
    return false;
  }
  shared.waiting.append(lines);
  shared.state.is_idle = false;
  shared.changed.tell_all();
  return true;
}

void LineWriter::reopen() {
  Shared& shared = *shared_;
  const Guard guard(&shared.mutex);
  if (shared.target.path.empty()) return;
  shared.begin_thread();
  shared.must_open = true;
  shared.bytes_before_opening = shared.waiting.size();
  shared.state.is_idle = false;
  shared.changed.tell_all();
}

LineWriter::State LineWriter::state() const {
  const Guard guard(&shared_->mutex);
  return shared_->state;
}

std::size_t LineWriter::lines_lost() const {
  return shared_->lines_lost.load(std::memory_order_relaxed);
}

void LineWriter::drain(base::Micros at_most) const {
  const base::Micros end = read_clocks().steady + at_most;
  const Guard guard(&shared_->mutex);
  while (!shared_->state.is_idle &&
         shared_->changed.wait_until(&shared_->mutex, end)) {
  }
}

}  // namespace papo::sys
