// A machine alone: a test turns it, moves its clock and takes what it sends.
//
// Where MachineDriver (support/machine_driver.h) does all that the loop does
// with sockets, here nothing happens by itself: what is not taken stays unread,
// and nobody closes.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "log/memory_log.h"
#include "support/machine_driver.h"
#include "support/turned_house.h"

namespace papo::support {

class HandTurned {
 protected:
  // `files` is looked at no earlier than in the first turn, and outlives the
  // last.
  explicit HandTurned(app::FileSource* files)
      : machine_({&options_, &desk_, files, &random_}, now_) {
    desk_.open(&log_, now_.wall);
  }

  app::ConnectionId connect(std::string_view bytes) {
    const app::ConnectionId id = machine_.open({}, now_);
    send(id, bytes);
    return id;
  }
  void send(app::ConnectionId id, std::string_view bytes) {
    std::string copy(bytes);
    machine_.receive(id, copy, now_);
    turn();
  }
  void turn() { machine_.finish_turn(now_); }
  // Turns at whatever moments the machine asks for on the way.
  void wait(base::Micros time) {
    const base::Micros until = now_.steady + time;
    while (now_.steady < until) {
      const base::Micros due =
          std::min(machine_.next_due(now_, until - now_.steady), until);
      const base::Micros step = std::max(due - now_.steady, base::Micros(1));
      now_ = {.wall = now_.wall + step, .steady = now_.steady + step};
      turn();
    }
  }
  // Reads all that waits for the connection, and what comes when that is read.
  std::string take(app::ConnectionId id) {
    std::string all;
    for (std::string_view piece; machine_.gather(id, {&piece, 1}) == 1;) {
      all.append(piece);
      machine_.sent(id, piece.size(), now_);
      turn();
    }
    return all;
  }
  bool is_closed(app::ConnectionId id) {
    return machine_.ending(id) == app::Ending::Close;
  }

  app::Options options_;
  chat::RoomStore store_{options_.store, chat::Language::English, {}};
  CountingRandom random_;
  base::Moment now_{.wall = std::chrono::seconds(1'700'000'000),
                    .steady = std::chrono::seconds(100)};
  app::CommandDesk desk_{&store_};
  TurnedHouse machine_;
  log::MemoryLog log_;
};

}  // namespace papo::support
