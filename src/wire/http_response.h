// The heads of HTTP/1.1 responses (RFC 9110, RFC 9112).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/time.h"

namespace papo::http {

// The reason phrase of a status that this server answers; "" for others, which
// is allowed (RFC 9112 §4).
std::string_view reason_of(int status);

// Appends an IMF-fixdate: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7).
// `wall` is since the Unix epoch. REQUIRES: not negative, before the year
// 10000.
void append_date(std::string* out, base::Micros wall);

// "Date: …\r\n", written anew only when the second has changed.
class DateField {
 public:
  // Valid until the next call.
  std::string_view at(base::Micros wall);

 private:
  base::Micros second_{-1};
  std::string field_;
};

}  // namespace papo::http
