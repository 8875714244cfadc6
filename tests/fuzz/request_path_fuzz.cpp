// The whole server behind one connection: what it answers and what it stores
// must not depend on how the network cuts the bytes.
//
// Of the answers two things are not compared: "100 Continue", which nobody
// waits for whose body is there, and what a WebSocket is told, whose events are
// delivered at the end of a turn.
//
// The first byte seeds the cuts, the rest is what the client sends. Turns are
// taken at one moment, so that no timer and no id tells them apart.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "chat/room_store.h"
#include "log/memory_log.h"
#include "support/turned_house.h"

namespace {

namespace app = papo::app;
namespace base = papo::base;
namespace chat = papo::chat;

constexpr base::Moment kNow = {std::chrono::seconds(1'700'000'000),
                               std::chrono::seconds(1000)};

class NoFiles final : public app::FileSource {
 public:
  bool find(std::string_view path, app::File* file) override {
    *file = {"a page", {}, "\"tag\""};
    return path == "index.html";
  }
  bool is_permanent() const override { return true; }
  std::string_view fingerprint() const override { return "build"; }
};

class NoRandom final : public base::Random {
 public:
  std::uint64_t next() override { return 7; }
};

app::Options small_options() {
  app::Options options;
  options.store = {.history = 4, .rooms = 3, .members = 3, .rooms_of_user = 2};
  options.message_bytes_max = 200;
  options.body_bytes_max = 1000;
  return options;
}

// A server, and one client that reads at once whatever it is sent.
class Caller {
 public:
  Caller() {
    desk_.open(&log_, kNow.wall);
    id_ = machine_.open({}, kNow);
  }

  void send(std::string_view piece) {
    if (gone_ || !machine_.wants_input(id_)) return;
    std::vector<char> bytes(piece.begin(), piece.end());
    machine_.receive(id_, bytes, kNow);
    take_turns();
  }

  std::string hang_up() {
    if (!gone_) machine_.end_of_input(id_, kNow);
    take_turns();
    machine_.lost(id_, kNow);
    machine_.finish_turn(kNow);
    PAPO_CHECK(machine_.connection_count() == 0);
    remove_interim_responses();
    if (log_text_.find(" 101 ") != std::string::npos) log_text_.clear();
    describe_store();
    return log_text_;
  }

 private:
  // Until nothing more comes of what was received.
  void take_turns() {
    do {
      machine_.finish_turn(kNow);
      read();
    } while (machine_.next_due(kNow, std::chrono::seconds(1)) == kNow.steady);
    gone_ |= machine_.ending(id_) != app::Ending::StayOpen;
  }

  void read() {
    std::array<std::string_view, 64> views;
    while (const std::size_t count = machine_.gather(id_, views)) {
      std::size_t size = 0;
      for (std::size_t i = 0; i < count; ++i) {
        log_text_ += views[i];
        size += views[i].size();
      }
      machine_.sent(id_, size, kNow);
    }
  }

  void remove_interim_responses() {
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    std::size_t at;
    while ((at = log_text_.find(kContinue)) != std::string::npos) {
      log_text_.erase(at, kContinue.size());
    }
  }

  void describe_store() {
    PAPO_CHECK(store_.room_count() <= options_.store.rooms);
    for (const chat::Room& room : store_.rooms()) {
      PAPO_CHECK(room.member_count > 0 &&
                 room.member_count <= options_.store.members);
      PAPO_CHECK(room.history.size() <= options_.store.history);
      log_text_ += "\n" + room.name + "|" + room.topic;
      for (const chat::Event& each : room.history.events_after(0)) {
        log_text_ += "\n" + std::string(each.json.view());
      }
    }
  }

  const app::Options options_ = small_options();
  NoFiles files_;
  NoRandom random_;
  chat::RoomStore store_{options_.store, options_.language, {}};
  app::CommandDesk desk_{&store_};
  papo::support::TurnedHouse machine_{{&options_, &desk_, &files_, &random_},
                                      kNow};
  papo::log::MemoryLog log_;
  app::ConnectionId id_ = 0;
  bool gone_ = false;
  std::string log_text_;
};

std::string call_in_pieces(std::string_view bytes, std::uint32_t seed) {
  Caller caller;
  while (!bytes.empty()) {
    // A step of a linear congruential generator: the sizes need not be random.
    seed = seed * 1664525 + 1013904223;
    const std::size_t size = 1 + (seed >> 16) % 61;
    caller.send(bytes.substr(0, size));
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
  return caller.hang_up();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  // More than this may wait for its turn, which depends on the pieces.
  if (size == 0 || size > 8192) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1,
                               size - 1);
  Caller whole;
  whole.send(bytes);
  PAPO_CHECK(call_in_pieces(bytes, data[0]) == whole.hang_up());
  return 0;
}
