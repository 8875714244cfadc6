#include "wire/event_stream.h"

#include <cstddef>

#include "base/check.h"
#include "base/text.h"

namespace papo::event_stream {
namespace {

constexpr std::string_view kLineBreaks = "\r\n";

// Removes a line and its end, which is CRLF, LF or CR, from `*text`. False
// when no end of line is left: then `*text` is the last line.
bool take_line(std::string_view* text, std::string_view* line) {
  const std::size_t end = text->find_first_of(kLineBreaks);
  if (end == std::string_view::npos) return false;
  *line = text->substr(0, end);
  const bool two = text->substr(end, 2) == kLineBreaks;
  text->remove_prefix(end + (two ? 2 : 1));
  return true;
}

}  // namespace

void append_event_head(std::string* out, std::uint64_t id,
                       std::string_view type) {
  PAPO_CHECK(type.find_first_of(kLineBreaks) == std::string_view::npos);
  if (id != 0) {
    out->append("id: ");
    base::append_number(out, id);
    out->push_back('\n');
  }
  if (!type.empty()) out->append("event: ").append(type).push_back('\n');
  out->append("data: ");
}

void append_event(std::string* out, std::uint64_t id, std::string_view type,
                  std::string_view data) {
  append_event_head(out, id, type);
  std::string_view line;
  while (take_line(&data, &line)) out->append(line).append("\ndata: ");
  out->append(data).append(kEventEnd);
}

void append_retry(std::string* out, std::chrono::milliseconds wait) {
  PAPO_CHECK(wait.count() >= 0);
  out->append("retry: ");
  base::append_number(out, static_cast<std::uint64_t>(wait.count()));
  out->append(kEventEnd);
}

}  // namespace papo::event_stream
