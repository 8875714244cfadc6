// How an event of the feed is written for one transport.
//
// The live feed, a history that is replayed and a history that is read once all
// frame what they say here. One object for each transport, without state.
#pragma once

#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "chat/command.h"

namespace papo::app {

// One event as it is said to those who listen.
struct Said {
  std::string_view type;          // a literal
  chat::MessageId id = 0;         // 0: not stored, so no resume point
  const base::SharedBytes& json;  // one object without line breaks
  // Who said or did it; "" where that is not known any more.
  std::string_view author = {};
};

// An event as it is sent.
struct Frame {
  std::string head;
  bool with_json = true;  // the object itself stands between head and tail
  std::string_view tail;  // a literal
};

class Framing {
 public:
  virtual ~Framing() = default;
  // False for what a listener of this transport is not told.
  virtual bool carries(const Said& said) const = 0;
  // REQUIRES: it carries it.
  virtual Frame frame(const Said& said) const = 0;
  // What tells a reader the point to resume from, where the transport has a
  // way to: a hole has no id, and without one its reader would be told of it
  // for ever.
  virtual std::string point(chat::MessageId) const { return {}; }
  // What keeps a silent connection open; `beats` have passed since the last.
  // Empty: nothing this time.
  virtual std::string_view heartbeat(unsigned /*beats*/) const { return {}; }
  // True when a listener is not told of what it said itself.
  virtual bool skips_author() const { return false; }
};

const Framing& websocket_framing();     // text frames
const Framing& event_stream_framing();  // server-sent events
const Framing& lines_framing();         // one JSON object a line
const Framing& text_framing();          // "ana: oi" lines

// The whole frame.
base::SharedBytes framed(const Framing& framing, const Said& said);
void append_framed(std::string* out, const Framing& framing, const Said& said);

// The event that tells a reader of a hole: what followed `after` in the room is
// no longer all held.
inline constexpr std::string_view kTruncated = "truncated";
std::string truncated_event(std::string_view room, chat::MessageId after);

}  // namespace papo::app
