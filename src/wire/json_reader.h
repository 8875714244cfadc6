// JSON texts (RFC 8259): whether bytes are one, and what an object holds.
//
// Strict: one value between blanks and nothing else; no comment, no comma too
// many, no byte order mark, no NaN, no leading zero, no control character in a
// string; UTF-8 throughout (§8.1), surrogates only in pairs. Nothing recurses:
// what is open is 64 bits, one for each level.
//
// Only the outermost level is taken apart. A nested array or object is checked
// with the rest and kept as its text, which can be parsed in its turn. Numbers
// are kept as text too, so none loses a digit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace papo::json {

// How many arrays and objects may be open at once.
constexpr unsigned kDepthMax = 64;

// Why bytes are not the JSON that was asked for.
enum class Fault : std::uint8_t {
  Empty,          // nothing but blanks
  NotUtf8,        // §8.1; looked for first, in the whole text
  ByteOrderMark,  // §8.1
  Incomplete,     // the bytes end before the value does
  BadValue,       // what should be a value begins like none, or is misspelt
  BadNumber,      // §6: a leading zero, a point or an exponent without digits
  BadEscape,      // §7: an unknown escape, or \u without four digits
  LoneSurrogate,  // §8.2: half of a pair
  ControlCharacter,  // §7: U+0000 to U+001F as it is in a string
  MissingName,       // an object's member does not begin with a string
  MissingColon,
  MissingComma,   // neither a comma nor the right bracket after a value
  TrailingComma,  // a comma before the closing bracket
  TrailingBytes,  // more than blanks after the value
  TooDeep,        // more than kDepthMax levels
  NotAnObject,    // JSON, but of another type
};

// The reason as an English clause: "a number is malformed".
const char* describe(Fault fault);

enum class Kind : std::uint8_t {
  Null,
  False,
  True,
  Number,
  String,
  Array,
  Object,
};

// One value. `text` is a string's characters, decoded; for every other kind it
// is the value as it was written, which is valid JSON.
struct Value {
  Kind kind = Kind::Null;
  std::string_view text;
};

// A number written without point or exponent, when it fits; else nothing:
// 1.0 and 1e3 are decimals, which base::parse_seconds reads. -0 is 0.
std::optional<std::uint64_t> as_unsigned(const Value& value);
// A string's characters. They may include U+0000.
std::optional<std::string_view> as_string(const Value& value);

// Whether `text` is exactly one JSON value, of any kind. Linear in the text,
// allocates nothing.
base::Result<base::Done, Fault> check(std::string_view text);

// Where strings that were written with escapes are kept: one block, so that
// views into it outlive a move of its owner.
class DecodedStrings {
 public:
  // Decodes what a string's quotation marks enclose. `room` is at least the
  // size of this and of all strings to come; only the first call's counts.
  // REQUIRES: `written` was found valid.
  std::string_view add(std::string_view written, std::size_t room);

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t used_ = 0;
};

struct Member {
  std::string_view name;  // decoded
  Value value;
};

// The members of one object. They are views of the text it was parsed from,
// or, where there were escapes, of memory that the Object owns: both must
// outlive their use. A move keeps every view valid and leaves an object without
// members.
//
// Allocates nothing for up to kInlineMax members without escapes.
class Object {
 public:
  static constexpr std::size_t kInlineMax = 8;

  // `text` is one whole JSON text. Its faults are those of check(), or
  // NotAnObject. Linear in the text.
  static base::Result<Object, Fault> parse(std::string_view text);

  Object() {}
  Object(Object&& other) noexcept { take(other); }
  Object& operator=(Object&& other) noexcept;
  ~Object() = default;

  // The member of that name, or null. Of several the last wins (§4 leaves it
  // open). Compares with every name: meant for objects of a few members. Valid
  // until the Object is moved or destroyed.
  const Value* find(std::string_view name) const;

  // All members as they were written, in order; a repeated name is repeated.
  const Member* begin() const;
  const Member* end() const { return begin() + count_; }
  std::size_t size() const { return count_; }

 private:
  void add(const Member& member);
  void take(Object& other);
  Member* few();

  std::size_t count_ = 0;
  // Room for the first members, left unset: an Object is made, moved and filled
  // for every request. Only count_ of them are ever read.
  alignas(Member) std::byte few_[kInlineMax * sizeof(Member)];
  std::vector<Member> many_;  // all of them, once they are not few
  DecodedStrings decoded_;
};

}  // namespace papo::json
