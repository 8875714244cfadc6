#include "wire/json_writer.h"

#include "base/text.h"
#include "wire/json_plain.h"

namespace papo::json {
namespace {

// The letter of the short escape of `c`, or 0.
char short_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
      return c;
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

void append_escape(std::string* out, char c) {
  if (const char letter = short_escape(c)) {
    const char escape[] = {'\\', letter};
    out->append(escape, sizeof escape);
    return;
  }
  constexpr char kDigits[] = "0123456789abcdef";
  const char escape[] = {'\\', 'u', '0', '0', kDigits[c >> 4], kDigits[c & 15]};
  out->append(escape, sizeof escape);
}

}  // namespace

void append_string(std::string* out, std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  out->push_back('"');
  for (;;) {
    const char* const stop = skip_plain(at, end);
    out->append(at, stop);
    if (stop == end) break;
    append_escape(out, *stop);
    at = stop + 1;
  }
  out->push_back('"');
}

void Writer::separate() {
  if (comma_due_) out_.push_back(',');
}

Writer& Writer::open(char bracket) {
  separate();
  out_.push_back(bracket);
  comma_due_ = false;
  return *this;
}

Writer& Writer::close(char bracket) {
  out_.push_back(bracket);
  comma_due_ = true;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  separate();
  append_string(&out_, name);
  out_.push_back(':');
  comma_due_ = false;
  return *this;
}

Writer& Writer::string(std::string_view text) {
  separate();
  append_string(&out_, text);
  comma_due_ = true;
  return *this;
}

Writer& Writer::integer(std::string_view sign, std::uint64_t magnitude) {
  separate();
  out_.append(sign);
  base::append_number(&out_, magnitude);
  comma_due_ = true;
  return *this;
}

Writer& Writer::seconds(base::Micros time) {
  separate();
  base::append_seconds(&out_, time);
  comma_due_ = true;
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  separate();
  out_.append(json);
  comma_due_ = true;
  return *this;
}

}  // namespace papo::json
