// The client's side of the wire, written for the simulator alone: what judges
// the server must not share its code.
//
// The readers are strict: a server that says anything else than they expect is
// at fault, whatever a lenient client would make of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace papo::sim {

// A JSON string with its quotes.
std::string json_string(std::string_view text);
// Everything but letters and digits percent-encoded.
std::string url_encoded(std::string_view text);
// 1700000000123456 as 1700000000.123456.
std::string seconds_of(std::uint64_t micros);

enum class Reading : std::uint8_t { Whole, NeedBytes, Wrong };

// The head of a response, and where its body is.
struct ResponseHead {
  int status = 0;
  std::string raw;  // every line with its CRLF
  std::optional<std::size_t> length;
  bool closes = false;
  std::size_t size = 0;  // of the head with its blank line

  // A field's value; "" when it is absent.
  std::string_view field(std::string_view name) const;
};
Reading read_head(std::string_view bytes, ResponseHead* head);

// One server-sent event, or a block without data.
struct StreamEvent {
  std::string id;
  std::string type;
  std::optional<std::string> data;
  bool is_comment = false;
  bool has_retry = false;
  std::size_t size = 0;
};
Reading read_event(std::string_view bytes, StreamEvent* event);

// One frame of a server: never masked, never fragmented here.
struct Frame {
  std::uint8_t opcode = 0;
  std::string payload;
  std::size_t size = 0;
};
Reading read_frame(std::string_view bytes, Frame* frame);

inline constexpr std::uint8_t kContinuation = 0, kText = 1, kBinary = 2,
                              kClose = 8, kPing = 9, kPong = 10;
// A client's frame, masked.
std::string client_frame(std::uint8_t opcode, bool last,
                         std::string_view payload, std::uint32_t mask);

// How the members of an error begin: the rest is for people.
std::string error_start(std::string_view code);
// The text of a member of a flat JSON object as the server writes it: what
// stands after `"name":` up to the comma or bracket, a string without its
// quotes and still escaped. "" when it is absent.
std::string member(std::string_view json, std::string_view name);
std::uint64_t number_member(std::string_view json, std::string_view name);

}  // namespace papo::sim
