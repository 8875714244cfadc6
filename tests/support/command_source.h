// Commands as clients would send them, from a seed.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "chat/command.h"
#include "chat/room_store.h"

namespace papo::support {

// A command with its texts.
struct OwnedCommand {
  chat::CommandKind kind{};
  base::Micros time{};
  std::string room;
  std::string user;
  std::string text;
  std::string client_id;
  chat::MessageId target = 0;

  // Valid while this is.
  chat::Command view() const {
    return {kind, time, room, user, text, client_id, target};
  }
};
OwnedCommand own(const chat::Command& command);

// A few rooms and users in all manner of ways, so that they often meet: some
// commands are refused, some clocks go back, some messages come twice.
class CommandSource {
 public:
  explicit CommandSource(std::uint64_t seed) : luck_(seed) {}

  // `store`: where a target for a change is looked for.
  OwnedCommand next(const chat::RoomStore& store);
  // A number below `bound`.
  std::uint64_t below(std::uint64_t bound) { return luck_() % bound; }

 private:
  chat::MessageId target_in(const chat::RoomStore& store,
                            const std::string& room);

  std::mt19937_64 luck_;
  base::Micros time_{1'700'000'000'000'000};
  std::uint64_t texts_ = 0;
};

}  // namespace papo::support
