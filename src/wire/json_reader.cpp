#include "wire/json_reader.h"

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "wire/json_plain.h"

namespace papo::json {
namespace {

bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

// A value as it stands in the text: of a string, what its quotation marks
// enclose, escapes and all.
struct Token {
  Value value;
  bool escaped = false;
};

// Walks over a text once. Every function that takes something starts where
// the one before ended and returns false at a fault, after which the walk is
// over.
//
// A container is walked by enter, next, next … until End. take_value() does
// the same for what is nested, in a loop: `open_` remembers what is open, an
// object as a 1 and an array as a 0, the innermost lowest.
class Scanner {
 public:
  enum class Step : std::uint8_t { Value, End, Fault };

  // The text must outlive the Scanner and its tokens.
  explicit Scanner(std::string_view text)
      : at_(text.data()), end_(text.data() + text.size()) {}

  // Comes to the first value. Looks for wrong UTF-8 in the whole text, so that
  // nothing after it has to.
  bool begin();
  // Begins, and opens the outermost value, which must be of `kind`.
  // REQUIRES: an object or an array.
  bool enter(Kind kind);
  // In the open container, comes to the next value (in an object, past its
  // name), or closes it.
  Step next(Token* name);
  // Takes a value with all that it holds.
  bool take_value(Token* token);
  // Nothing may follow the outermost value but blanks.
  bool finish();

  // Why one of them returned false.
  Fault fault() const { return fault_; }
  // From the start of `part`, a view of the text, to the end of the text.
  std::size_t bytes_from(std::string_view part) const {
    return static_cast<std::size_t>(end_ - part.data());
  }

 private:
  bool fail(Fault fault) {
    fault_ = fault;
    return false;
  }
  Step stop(Fault fault) {
    fault_ = fault;
    return Step::Fault;
  }
  // Whether a byte is left to read; else the text is incomplete.
  bool more() { return at_ != end_ || fail(Fault::Incomplete); }
  bool more_past_blanks() { return skip_blanks() || fail(Fault::Incomplete); }
  bool skip_blanks();
  std::string_view since(const char* start) const {
    return {start, static_cast<std::size_t>(at_ - start)};
  }

  bool begin_value(Token* token);
  bool open(Kind kind);
  void close();
  bool take_name(Token* name);
  bool take_string(Token* token);
  bool pass_escape();
  bool take_unit(unsigned* unit);
  bool take_number(Token* token);
  bool pass_digits();
  bool take_word(std::string_view word, Kind kind, Token* token);

  const char* at_;
  const char* const end_;
  std::uint64_t open_ = 0;
  unsigned depth_ = 0;
  bool fresh_ = false;  // the innermost container was just opened
  Fault fault_ = Fault::Incomplete;
};
static_assert(kDepthMax <= 64, "one bit of Scanner::open_ for each level");

// ws (§2). False at the end of the text.
bool Scanner::skip_blanks() {
  while (at_ != end_ &&
         (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) {
    ++at_;
  }
  return at_ != end_;
}

bool Scanner::begin() {
  const std::string_view text(at_, static_cast<std::size_t>(end_ - at_));
  if (!base::is_utf8(text)) return fail(Fault::NotUtf8);
  if (text.starts_with("\xEF\xBB\xBF")) return fail(Fault::ByteOrderMark);
  return skip_blanks() || fail(Fault::Empty);
}

bool Scanner::enter(Kind kind) {
  if (!begin()) return false;
  const bool object = kind == Kind::Object;
  if (*at_ == (object ? '{' : '[')) return open(kind);
  // Another type, unless it is not even JSON.
  Token token;
  return take_value(&token) && finish() &&
         fail(object ? Fault::NotAnObject : Fault::NotAnArray);
}

bool Scanner::finish() {
  return !skip_blanks() || fail(Fault::TrailingBytes);
}

Scanner::Step Scanner::next(Token* name) {
  const bool object = (open_ & 1) != 0;
  const char closer = object ? '}' : ']';
  const bool first = std::exchange(fresh_, false);
  if (!more_past_blanks()) return Step::Fault;
  if (*at_ == closer) {
    close();
    return Step::End;
  }
  if (!first) {
    if (*at_ != ',') return stop(Fault::MissingComma);
    ++at_;
    if (!more_past_blanks()) return Step::Fault;
    if (*at_ == closer) return stop(Fault::TrailingComma);
  }
  return !object || take_name(name) ? Step::Value : Step::Fault;
}

bool Scanner::take_value(Token* token) {
  const unsigned outside = depth_;
  if (!begin_value(token)) return false;
  if (depth_ == outside) return true;
  const char* const start = at_ - 1;
  Token inner;
  while (depth_ > outside) {
    const Step step = next(&inner);
    if (step == Step::Fault) return false;
    if (step == Step::Value && !begin_value(&inner)) return false;
  }
  token->value.text = since(start);
  return true;
}

// Takes a scalar, or opens a container, whose text is then not yet known.
bool Scanner::begin_value(Token* token) {
  if (!more_past_blanks()) return false;
  switch (*at_) {
    case '"':
      return take_string(token);
    case '{':
      token->value.kind = Kind::Object;
      return open(Kind::Object);
    case '[':
      token->value.kind = Kind::Array;
      return open(Kind::Array);
    case 't':
      return take_word("true", Kind::True, token);
    case 'f':
      return take_word("false", Kind::False, token);
    case 'n':
      return take_word("null", Kind::Null, token);
    default:
      if (*at_ == '-' || base::is_digit(*at_)) return take_number(token);
      return fail(Fault::BadValue);
  }
}

bool Scanner::open(Kind kind) {
  if (depth_ == kDepthMax) return fail(Fault::TooDeep);
  ++at_;
  ++depth_;
  open_ = open_ << 1 | (kind == Kind::Object ? 1 : 0);
  fresh_ = true;
  return true;
}

void Scanner::close() {
  ++at_;
  --depth_;
  open_ >>= 1;
}

bool Scanner::take_name(Token* name) {
  if (*at_ != '"') return fail(Fault::MissingName);
  if (!take_string(name)) return false;
  if (!more_past_blanks()) return false;
  if (*at_ != ':') return fail(Fault::MissingColon);
  ++at_;
  return true;
}

bool Scanner::take_word(std::string_view word, Kind kind, Token* token) {
  const auto left = static_cast<std::size_t>(end_ - at_);
  const std::string_view here(at_, std::min(left, word.size()));
  if (here != word) {
    return fail(word.starts_with(here) ? Fault::Incomplete : Fault::BadValue);
  }
  token->value = {kind, here};
  at_ += word.size();
  return true;
}

bool Scanner::take_string(Token* token) {
  const char* const start = ++at_;
  token->escaped = false;
  for (;;) {
    at_ = skip_plain(at_, end_);
    if (!more()) return false;
    if (*at_ == '"') break;
    if (*at_ != '\\') return fail(Fault::ControlCharacter);
    token->escaped = true;
    if (!pass_escape()) return false;
  }
  token->value = {Kind::String, since(start)};
  ++at_;
  return true;
}

bool Scanner::pass_escape() {
  ++at_;
  if (!more()) return false;
  const char letter = *at_++;
  if (letter != 'u') {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    return kLetters.find(letter) != kLetters.npos || fail(Fault::BadEscape);
  }
  unsigned unit;
  if (!take_unit(&unit)) return false;
  if (is_low_surrogate(unit)) return fail(Fault::LoneSurrogate);
  if (!is_high_surrogate(unit)) return true;
  for (const char expected : {'\\', 'u'}) {
    if (!more()) return false;
    if (*at_++ != expected) return fail(Fault::LoneSurrogate);
  }
  if (!take_unit(&unit)) return false;
  return is_low_surrogate(unit) || fail(Fault::LoneSurrogate);
}

// The four hexadecimal digits of a UTF-16 code unit.
bool Scanner::take_unit(unsigned* unit) {
  *unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (!more()) return false;
    const int digit = base::hex_value(*at_);
    if (digit < 0) return fail(Fault::BadEscape);
    *unit = *unit << 4 | static_cast<unsigned>(digit);
  }
  return true;
}

// number = [ minus ] int [ frac ] [ exp ] (§6)
bool Scanner::take_number(Token* token) {
  const char* const start = at_;
  if (*at_ == '-') ++at_;
  const char* const whole = at_;
  if (!pass_digits()) return false;
  if (*whole == '0' && at_ - whole > 1) return fail(Fault::BadNumber);
  if (at_ != end_ && *at_ == '.') {
    ++at_;
    if (!pass_digits()) return false;
  }
  if (at_ != end_ && (*at_ == 'e' || *at_ == 'E')) {
    ++at_;
    if (at_ != end_ && (*at_ == '+' || *at_ == '-')) ++at_;
    if (!pass_digits()) return false;
  }
  token->value = {Kind::Number, since(start)};
  return true;
}

// One digit or more.
bool Scanner::pass_digits() {
  if (!more()) return false;
  if (!base::is_digit(*at_)) return fail(Fault::BadNumber);
  while (at_ != end_ && base::is_digit(*at_)) ++at_;
  return true;
}

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
  if (is_high_surrogate(character)) {
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
  if (!scanner.enter(Kind::Object)) return base::Unexpected{scanner.fault()};
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

base::Result<Array, Fault> Array::parse(std::string_view text) {
  Scanner scanner(text);
  if (!scanner.enter(Kind::Array)) return base::Unexpected{scanner.fault()};
  Array array;
  Token unnamed, value;
  for (;;) {
    const Scanner::Step step = scanner.next(&unnamed);
    if (step == Scanner::Step::End) break;
    if (step == Scanner::Step::Fault || !scanner.take_value(&value)) {
      return base::Unexpected{scanner.fault()};
    }
    array.elements_.push_back(finished(value, scanner, &array.decoded_));
  }
  if (!scanner.finish()) return base::Unexpected{scanner.fault()};
  return array;
}

std::optional<std::int64_t> as_integer(const Value& value) {
  if (value.kind != Kind::Number) return std::nullopt;
  const bool negative = value.text.front() == '-';
  const auto size = base::parse_unsigned(value.text.substr(negative ? 1 : 0));
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (!size || *size > kMax + (negative ? 1 : 0)) return std::nullopt;
  // Two's complement, so that the least integer needs no case of its own.
  return static_cast<std::int64_t>(negative ? 0 - *size : *size);
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

std::optional<bool> as_boolean(const Value& value) {
  if (value.kind == Kind::True) return true;
  if (value.kind == Kind::False) return false;
  return std::nullopt;
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
    case Fault::NotAnArray:
      return "the value is not an array";
  }
  PAPO_CHECK(false);
  return "";
}

}  // namespace papo::json
