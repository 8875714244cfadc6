// Server-sent events: how an event is written on a text/event-stream
// (WHATWG HTML §9.2.5 and §9.2.6).
//
// Writing only. The way back is one request field, Last-Event-ID, whose value
// is the last `id` written here: base::parse_unsigned() reads it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace papo::event_stream {

// What ends an event.
inline constexpr std::string_view kEventEnd = "\n\n";

// A comment: keeps proxies and the connection awake, and no reader sees it.
inline constexpr std::string_view kHeartbeat = ":\n\n";

// Appends everything that stands before an event's data:
//   "id: 17\nevent: message\ndata: "
// so that shared JSON is framed without being copied; kEventEnd follows it.
// With `id` 0 there is no id line, and the reader's resume point stays where
// it is. With an empty `type` there is no event line, which means "message".
// REQUIRES: `type` has no line break, and neither has the data that follows:
// JSON as json_writer writes it has none.
void append_event_head(std::string* out, std::uint64_t id,
                       std::string_view type);

// Appends a whole event, whatever its data: every line of it becomes a data
// line, and the reader joins them with LF again. So CR and CRLF arrive as LF,
// and data cannot pose as a field or end the event early.
// REQUIRES: as above for `id` and `type`.
void append_event(std::string* out, std::uint64_t id, std::string_view type,
                  std::string_view data);

// Appends how long the reader waits before it connects again.
// REQUIRES: not negative.
void append_retry(std::string* out, std::chrono::milliseconds wait);

}  // namespace papo::event_stream
