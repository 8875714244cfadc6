// JSON written straight into a string (RFC 8259): no tree, no copy.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/time.h"

namespace papo::json {

// Appends `text` as a JSON string in quotation marks. Escapes what §7 demands
// and nothing else: quotation marks, backslashes and control characters, these
// as \b \f \n \r \t or else \u00xx.
// REQUIRES: `text` is UTF-8.
void append_string(std::string* out, std::string_view text);

// Writes one JSON value and puts the commas where they belong:
//
//   std::string body;
//   json::Writer(&body).begin_object().key("room").string(room).end_object();
//
// The calls must follow the grammar: a key before each value in an object and
// nowhere else, an end for each begin. That is not checked. The string must
// outlive the Writer; between calls the caller may append to it as raw() does.
class Writer {
 public:
  explicit Writer(std::string* out) : out_(*out) {}

  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }

  // REQUIRES: UTF-8, as for string().
  Writer& key(std::string_view name);
  Writer& string(std::string_view text);
  // Any integer, exactly. (A browser reads no more than 53 bits of it.)
  template <std::integral Integer>
  Writer& number(Integer number) {
    const auto bits = static_cast<std::uint64_t>(number);
    return std::cmp_less(number, 0) ? integer("-", 0 - bits)
                                    : integer("", bits);
  }
  // A time in seconds with six decimals. REQUIRES: not negative.
  Writer& seconds(base::Micros time);
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  // A value that is JSON already. REQUIRES: it is one.
  Writer& raw(std::string_view json);

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  Writer& integer(std::string_view sign, std::uint64_t magnitude);
  void separate();

  std::string& out_;
  bool comma_due_ = false;
};

}  // namespace papo::json
