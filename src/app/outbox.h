// What waits to be sent on one connection.
//
// Bytes written here are copied; shared and static bytes are referred to. An
// empty outbox owns nothing: its queue comes from a pool with the first byte
// and goes back with the last. One message alone, the usual case of a fan-out,
// needs no queue at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_bytes.h"

namespace papo::app {

// The long form of an outbox: copied bytes in one string, and the order in
// which they and the referred ones go out.
struct OutboxQueue {
  struct Segment {
    base::SharedBytes owner;     // keeps `data` alive; empty: copied or static
    const char* data = nullptr;  // nullptr: in `copied`, from `offset`
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  std::string copied;
  std::vector<Segment> segments;
  class OutboxPool* pool = nullptr;  // whose it is
  std::size_t first = 0;             // the first segment not wholly sent
  std::size_t size = 0;              // bytes not sent
};

// Queues in waiting, so that a turn allocates none. Bounded. Knows what all
// outboxes hold together.
class OutboxPool {
 public:
  std::unique_ptr<OutboxQueue> take();
  void give_back(std::unique_ptr<OutboxQueue> queue);
  // Once a turn: lets some of those go that nobody has needed in it, so that a
  // burst leaves nothing behind.
  void rest();
  std::size_t spares() const { return free_.size(); }

  // Bytes that wait in all outboxes: copied ones, and shared ones once, in
  // however many outboxes they wait.
  std::size_t waiting_bytes() const { return waiting_bytes_; }

 private:
  friend class Outbox;
  void add(const base::SharedBytes& shared) {
    if (shared.begin_waiting()) waiting_bytes_ += shared.size();
  }
  void remove(const base::SharedBytes& shared) {
    if (shared.end_waiting()) waiting_bytes_ -= shared.size();
  }

  std::vector<std::unique_ptr<OutboxQueue>> free_;
  std::size_t spare_ = 0;  // the fewest in waiting since the last rest()
  std::size_t waiting_bytes_ = 0;
};

class Outbox {
 public:
  bool empty() const { return queue_ == nullptr && !only_; }
  // Bytes not sent.
  std::size_t size() const;
  // Memory held for copied bytes, sent or not.
  std::size_t copied_capacity() const {
    return queue_ == nullptr ? 0 : queue_->copied.capacity();
  }

  // The end of the copied bytes: what is appended to the string goes out after
  // all that was added before. Valid until the next call of another member.
  // REQUIRES: finish_write() is called when done.
  std::string* begin_write(OutboxPool* pool);
  void finish_write();

  void append(std::string_view bytes, OutboxPool* pool);
  // Bytes that live as long as the program.
  void append_static(std::string_view bytes, OutboxPool* pool);
  // The bytes [begin, begin + size) of `bytes`: referred to, or copied where
  // they are so few that a reference costs more.
  void append_shared(const base::SharedBytes& bytes, std::size_t begin,
                     std::size_t size, OutboxPool* pool);
  // A whole frame of a fan-out.
  void append_shared(const base::SharedBytes& bytes, OutboxPool* pool);

  // Fills `views` with what goes out next; returns how many were filled.
  std::size_t gather(std::span<std::string_view> views) const;
  // Forgets the first `count` bytes. REQUIRES: count <= size().
  void consume(std::size_t count, OutboxPool* pool);
  void clear(OutboxPool* pool);

 private:
  OutboxQueue& open_queue(OutboxPool* pool);
  static void extend_copied(OutboxQueue* queue, std::size_t from);
  static void drop_sent(OutboxQueue* queue);
  static void drop_sent_segments(OutboxQueue* queue);

  std::unique_ptr<OutboxQueue> queue_;
  base::SharedBytes only_;       // the one message, when there is no queue
  std::uint32_t only_sent_ = 0;  // how much of it has gone
  std::uint32_t written_ = 0;    // where begin_write() began
};

}  // namespace papo::app
