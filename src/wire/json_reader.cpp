#include "wire/json_reader.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "wire/json_scanner.h"

namespace papo::json {
namespace {

// What an escape's letter stands for.
char simple_escape(char letter) {
  switch (letter) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return letter;  // a quotation mark, a slash or a backslash: itself
  }
}

// The code unit written at the front as \uXXXX, which it removes.
char32_t take_escaped_unit(std::string_view* written) {
  char32_t unit = 0;
  for (std::size_t at = 2; at < 6; ++at) {
    unit = unit << 4 | static_cast<char32_t>(base::hex_value((*written)[at]));
  }
  written->remove_prefix(6);
  return unit;
}

// Decodes the escape at the front of `*written`, which it removes; returns how
// many bytes it became.
std::size_t decode_escape(std::string_view* written, char* out) {
  const char letter = (*written)[1];
  if (letter != 'u') {
    *out = simple_escape(letter);
    written->remove_prefix(2);
    return 1;
  }
  char32_t character = take_escaped_unit(written);
  if (character >= 0xD800 && character <= 0xDBFF) {
    const char32_t low = take_escaped_unit(written);
    character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
  }
  return base::encode_utf8(character, out);
}

// A token as the caller sees it.
Value finished(const Token& token, const Scanner& scanner,
               DecodedStrings* decoded) {
  if (token.value.kind != Kind::String || !token.escaped) return token.value;
  const std::string_view written = token.value.text;
  return {Kind::String, decoded->add(written, scanner.bytes_from(written))};
}

}  // namespace

// No escape is shorter than what it stands for, so the text that is left is
// room enough for every string in it.
std::string_view DecodedStrings::add(std::string_view written,
                                     std::size_t room) {
  if (!bytes_) bytes_ = std::make_unique_for_overwrite<char[]>(room);
  char* const start = bytes_.get() + used_;
  char* out = start;
  while (!written.empty()) {
    const std::size_t run = std::min(written.find('\\'), written.size());
    out = std::copy_n(written.data(), run, out);
    written.remove_prefix(run);
    if (!written.empty()) out += decode_escape(&written, out);
  }
  const auto size = static_cast<std::size_t>(out - start);
  used_ += size;
  return {start, size};
}

base::Result<base::Done, Fault> check(std::string_view text) {
  Scanner scanner(text);
  Token token;
  if (scanner.begin() && scanner.take_value(&token) && scanner.finish()) {
    return base::Done{};
  }
  return base::Unexpected{scanner.fault()};
}

base::Result<Object, Fault> Object::parse(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.enter()) return base::Unexpected{scanner.fault()};
  Object object;
  Token name, value;
  for (;;) {
    const Scanner::Step step = scanner.next(&name);
    if (step == Scanner::Step::End) break;
    if (step == Scanner::Step::Fault || !scanner.take_value(&value)) {
      return base::Unexpected{scanner.fault()};
    }
    const Value named = finished(name, scanner, &object.decoded_);
    object.add({named.text, finished(value, scanner, &object.decoded_)});
  }
  if (!scanner.finish()) return base::Unexpected{scanner.fault()};
  return object;
}

Object& Object::operator=(Object&& other) noexcept {
  if (this != &other) take(other);
  return *this;
}

void Object::take(Object& other) {
  count_ = std::exchange(other.count_, 0);
  if (count_ <= kInlineMax) std::copy_n(other.few(), count_, few());
  many_ = std::move(other.many_);
  other.many_.clear();
  decoded_ = std::move(other.decoded_);
}

Member* Object::few() {
  return std::launder(reinterpret_cast<Member*>(few_));
}

const Member* Object::begin() const {
  return count_ > kInlineMax ? many_.data() : const_cast<Object*>(this)->few();
}

void Object::add(const Member& member) {
  if (count_ < kInlineMax) {
    new (few() + count_) Member(member);
  } else {
    if (count_ == kInlineMax) many_.assign(few(), few() + kInlineMax);
    many_.push_back(member);
  }
  ++count_;
}

const Value* Object::find(std::string_view name) const {
  for (const Member* member = end(); member != begin();) {
    --member;
    if (member->name == name) return &member->value;
  }
  return nullptr;
}

std::optional<std::uint64_t> as_unsigned(const Value& value) {
  if (value.kind != Kind::Number) return std::nullopt;
  if (value.text == "-0") return 0;
  return base::parse_unsigned(value.text);
}

std::optional<std::string_view> as_string(const Value& value) {
  if (value.kind != Kind::String) return std::nullopt;
  return value.text;
}

const char* describe(Fault fault) {
  switch (fault) {
    case Fault::Empty:
      return "there is no text";
    case Fault::NotUtf8:
      return "the text is not UTF-8";
    case Fault::ByteOrderMark:
      return "the text begins with a byte order mark";
    case Fault::Incomplete:
      return "the text ends too early";
    case Fault::BadValue:
      return "something is not a value";
    case Fault::BadNumber:
      return "a number is malformed";
    case Fault::BadEscape:
      return "an escape is malformed";
    case Fault::LoneSurrogate:
      return "a surrogate is not one of a pair";
    case Fault::ControlCharacter:
      return "a control character is not escaped";
    case Fault::MissingName:
      return "a name in quotation marks is missing";
    case Fault::MissingColon:
      return "a colon is missing";
    case Fault::MissingComma:
      return "a comma or closing bracket is missing";
    case Fault::TrailingComma:
      return "there is a comma before a closing bracket";
    case Fault::TrailingBytes:
      return "something follows the value";
    case Fault::TooDeep:
      return "the nesting is deeper than 64 levels";
    case Fault::NotAnObject:
      return "the value is not an object";
  }
  PAPO_CHECK(false);
  return "";
}

}  // namespace papo::json
