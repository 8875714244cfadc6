// The commands of a WebSocket: each gets one answer, which is JSON and repeats
// its `ref`, and whatever is asked the store stays sound.
//
// The lines of the input are the commands, after one that joins a room.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "chat/room_store.h"
#include "log/memory_log.h"
#include "support/turned_house.h"
#include "wire/json_reader.h"

namespace {

namespace app = papo::app;
namespace base = papo::base;
namespace chat = papo::chat;
namespace json = papo::json;

constexpr base::Moment kNow = {std::chrono::seconds(1'700'000'000),
                               std::chrono::seconds(1000)};

class NoFiles final : public app::FileSource {
 public:
  bool find(std::string_view, app::File*) override { return false; }
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
  return options;
}

// A text frame with a mask of zeros. REQUIRES: less than 65,536 bytes.
std::string frame_of(std::string_view text) {
  std::string frame = "\x81\xFE";
  frame += static_cast<char>(text.size() >> 8);
  frame += static_cast<char>(text.size() & 0xFF);
  if (text.size() < 126) {
    frame = "\x81";
    frame += static_cast<char>(0x80 | text.size());
  }
  return frame.append(4, '\0').append(text);
}

class Caller {
 public:
  Caller() {
    desk_.open(&log_, kNow.wall);
    id_ = machine_.open({}, kNow);
    send(
        "GET /ws?username=b HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    received_.erase(0, received_.find("\r\n\r\n") + 4);
    PAPO_CHECK(take_answers() == 0);  // hello is none
    command(R"({"type":"join","room":"a"})");
  }

  ~Caller() {
    machine_.lost(id_, kNow);
    machine_.finish_turn(kNow);
  }

  void command(std::string_view text) {
    send(frame_of(text));
    PAPO_CHECK(take_answers() == 1);
    check_store();
  }

 private:
  void send(std::string_view text) {
    std::vector<char> bytes(text.begin(), text.end());
    machine_.receive(id_, bytes, kNow);
    machine_.finish_turn(kNow);
    std::array<std::string_view, 64> views;
    while (const std::size_t count = machine_.gather(id_, views)) {
      std::size_t size = 0;
      for (std::size_t i = 0; i < count; ++i) {
        received_ += views[i];
        size += views[i].size();
      }
      machine_.sent(id_, size, kNow);
    }
  }

  // Every frame is text and one object; returns how many are answers.
  std::size_t take_answers() {
    std::size_t answers = 0;
    while (!received_.empty()) {
      PAPO_CHECK(received_[0] == '\x81');
      std::size_t size = static_cast<unsigned char>(received_[1]);
      std::size_t head = 2;
      if (size >= 126) {
        const std::size_t bytes = size == 126 ? 2 : 8;
        size = 0;
        for (; head < 2 + bytes; ++head) {
          size = size << 8 | static_cast<unsigned char>(received_[head]);
        }
      }
      answers += is_answer(std::string_view(received_).substr(head, size));
      received_.erase(0, head + size);
    }
    return answers;
  }

  static bool is_answer(std::string_view text) {
    const auto object = json::Object::parse(text);
    PAPO_CHECK(object.ok());
    const json::Value* type = object->find("type");
    PAPO_CHECK(type != nullptr);
    return type->text == "ok" || type->text == "error";
  }

  void check_store() {
    PAPO_CHECK(store_.room_count() <= options_.store.rooms);
    std::size_t members = 0;
    for (const chat::Room& room : store_.rooms()) {
      members += room.member_count;
      PAPO_CHECK(room.member_count > 0 &&
                 room.member_count <= options_.store.members);
      PAPO_CHECK(room.history.size() <= options_.store.history);
      PAPO_CHECK(room.history.last_id() <= store_.last_id());
      chat::MessageId last = 0;
      for (const chat::Event& each : room.history.events_after(0)) {
        PAPO_CHECK(each.id > last && json::check(each.json.view()).ok());
        last = each.id;
      }
    }
    PAPO_CHECK(members == store_.membership_count());
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
  std::string received_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size > 8192) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Caller caller;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    // A text that is not UTF-8 closes the connection: that is another test's.
    if (base::is_utf8(line)) caller.command(line);
  }
  return 0;
}
