// Those who use the simulated server: what they want, and how they behave.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/link.h"
#include "sim/request.h"

namespace papo::sim {

class World;

class Client {
 public:
  enum class Kind : std::uint8_t { Talker, Poller, Streamer, Socket };

  Client(Kind kind, std::string name, bool is_slow);

  // Does something, or nothing: once a turn.
  void act(World* world);
  // Its connection is gone.
  void forget_link();
  // It has read the answer to a request.
  void on_answer(const Request& request, std::string_view body);
  Link* link() const { return link_; }

 private:
  void open(World* world);
  void reopen_stream(World* world);
  void talk(World* world);
  void poll(World* world);
  void speak_frames(World* world);
  void leave_somehow(World* world);
  void toggle_reading(World* world);
  Request random_command(World* world) const;
  Request random_question(World* world) const;

  Kind kind_;
  std::string name_;
  bool is_slow_;
  Link* link_ = nullptr;
  // Where it resumes.
  MessageId point_ = 0;
  std::map<std::string, MessageId> points_;
  std::map<std::string, MessageId> truncated_;
  std::vector<std::string> rooms_;
  bool follows_ = false;
  Ask stream_ = Ask::Events;
  bool as_text_ = false;
  bool by_query_ = false;  // a socket that listens to the rooms of its URL
  std::string poll_room_;
  bool chosen_ = false;
};

}  // namespace papo::sim
