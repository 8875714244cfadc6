// Base64 with the standard alphabet and padding (RFC 4648 §4).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace papo::crypto {

// The six bits that a character of the alphabet stands for, or -1. '=' is not
// of the alphabet.
int base64_value(char c);

// Four characters for every three bytes begun, padded with '='.
std::string base64_encode(std::string_view bytes);

// The bytes that base64_encode() would write as exactly `text`, so that no two
// texts decode to the same bytes. Nothing when padding is missing, when a
// character is foreign, blanks and line ends too (§3.3), or when bits that
// encode nothing are set (§3.5).
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace papo::crypto
