// The connections that listen to the feed, as the feed and their doors know
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "app/feed.h"
#include "base/time.h"
#include "chat/command.h"

namespace papo::app {

// How long a listener that was cut may take to read what was queued for it.
inline constexpr base::Micros kCutFor = std::chrono::seconds(20);

// A listener that is sent frames as they come.
struct StreamListener : Listener {
  using Listener::Listener;

  // Is told of whatever rooms `user` is in, as they join and leave.
  bool follows_user : 1 = false;
  // It was too slow, and goes in this turn's end.
  bool cut : 1 = false;
  // Something has left since the last heartbeat.
  bool progressed : 1 = false;
  // Heartbeats in a row without a sign of the peer, and without a word of ours.
  std::uint8_t stalled_beats = 0;
  std::uint8_t silent_beats = 0;
  // Bytes that the client asked for and that may still be unsent, a history or
  // an answer: they do not count as its backlog.
  std::uint32_t asked_bytes = 0;
};

// What a client asked to listen to.
struct StreamRequest {
  std::vector<std::string_view> rooms;        // none twice
  std::string_view user;                      // may be empty
  std::optional<chat::MessageId> after = {};  // none: only what is new
  bool follows_user = false;  // rooms are those of `user`, always
};

}  // namespace papo::app
