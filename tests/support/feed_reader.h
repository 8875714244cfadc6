// A reader of the feed by any of its doors, for tests with many of them: one
// socket that never blocks, and the events that have come whole.
//
// It understands only what papo writes, but that strictly: anything else fails
// the test.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace papo::support {

enum class Door : std::uint8_t { LongPoll, EventStream, Lines, WebSocket };

// An object of the feed, or of a page.
struct FeedEvent {
  std::string type;
  std::string room;
  std::uint64_t id = 0;  // 0: not stored
  std::uint64_t target = 0;
  std::uint64_t last_id = 0;  // of a hello
  std::string message;
  bool deleted = false;  // a tombstone
};

// The event that a JSON object says. REQUIRES: as member_of() does.
FeedEvent feed_event_of(std::string_view json);

class FeedReader {
 public:
  // Connects and asks for `target` ("/events?room=a").
  FeedReader(std::uint16_t port, Door door, std::string_view target,
             int receive_buffer = 0);
  ~FeedReader();
  FeedReader(FeedReader&& other) noexcept;
  FeedReader& operator=(FeedReader&& other) noexcept;

  int descriptor() const { return descriptor_; }
  // Reads what has come, at most `most` bytes, and appends what is whole of it.
  // False when the server has closed.
  bool read(std::vector<FeedEvent>* events, std::size_t most = 64 * 1024);
  // A long poll has been answered: ask() again.
  bool is_answered() const { return answered_; }
  void ask(std::string_view target);
  // Sends a WebSocket command.
  void send(std::string_view json) const;
  // With RST: unread bytes are lost, as when a program is killed.
  void reset();

 private:
  void send_all(std::string_view bytes) const;
  bool take_head();
  void take(std::vector<FeedEvent>* events);
  bool take_page(std::vector<FeedEvent>* events);
  bool take_block(std::vector<FeedEvent>* events);
  bool take_line(std::vector<FeedEvent>* events);
  bool take_frame(std::vector<FeedEvent>* events);

  int descriptor_ = -1;
  Door door_;
  bool in_body_ = false;
  bool answered_ = false;
  std::size_t body_size_ = 0;  // of a long poll's answer
  std::string buffer_;
};

}  // namespace papo::support
