// What rooms, members and messages cost in memory: a table on standard output.
//
// Counts what the allocator has handed out (its own overhead included), so the
// figures are exact and the same on every run. They hold for the allocator of
// this C library.
#include <malloc.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "base/check.h"
#include "chat/room_store.h"

namespace papo::bench {
namespace {

constexpr std::size_t kRooms = 10'000;
constexpr std::size_t kMessagesEach = 50;
constexpr std::size_t kMembers = 10'000;

double bytes_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks) + static_cast<double>(info.hblkhd);
}

// A number in a fixed width, so that all names are of one length.
std::string named(const char* prefix, std::size_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%s%07zu", prefix, number);
  return name;
}

class Measured {
 public:
  Measured()
      : store_({.history = kMessagesEach,
                .rooms = kRooms + 1,
                .members = kMembers + 1,
                .rooms_of_user = kRooms + 1},
               chat::Language::English, base::HashKey{}) {}

  void join(const std::string& room, const std::string& user) {
    chat::Command command;
    command.kind = chat::CommandKind::Join;
    command.room = room;
    command.user = user;
    apply(command);
  }
  void send(const std::string& room, const std::string& text) {
    chat::Command command;
    command.kind = chat::CommandKind::Send;
    command.room = room;
    command.user = "ana";
    command.text = text;
    apply(command);
  }
  void read(const std::string& room) {
    store_.find_room(room)->history.page_after(0, 0);
  }

 private:
  void apply(chat::Command command) {
    time_ += base::Micros(1'000);
    command.time = time_;
    PAPO_CHECK(store_.apply(command, nullptr).ok());
  }

  base::Micros time_{1'700'000'000'000'000};
  chat::RoomStore store_;
};

template <class Work>
void measure(const char* what, std::size_t count, Work work) {
  const double before = bytes_in_use();
  for (std::size_t i = 0; i < count; ++i) work(i);
  const double each = (bytes_in_use() - before) / static_cast<double>(count);
  std::printf("%-58s %8.0f\n", what, each);
}

void run() {
  Measured measured;
  const std::string text(40, 'x');
  std::printf("%-58s %8s\n", "memory", "bytes");
  measure("a room with its first member, nothing said", kRooms,
          [&](std::size_t i) { measured.join(named("room", i), "ana"); });
  measure("a user who joins a room (and the entry that says so)", kMembers,
          [&](std::size_t i) { measured.join("room0000000", named("u", i)); });
  measure(
      "a message of 40 bytes in a history", kRooms * (kMessagesEach - 1),
      [&](std::size_t i) { measured.send(named("room", i % kRooms), text); });
  measure("a full history that is being read, joined bytes kept", kRooms,
          [&](std::size_t i) { measured.read(named("room", i)); });
}

}  // namespace
}  // namespace papo::bench

int main() {
  papo::bench::run();
  return 0;
}
