#include "wire/json_scanner.h"

#include <algorithm>
#include <utility>

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

}  // namespace

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

bool Scanner::enter() {
  if (!begin()) return false;
  if (*at_ == '{') return open(Kind::Object);
  // Another type, unless it is not even JSON.
  Token token;
  return take_value(&token) && finish() && fail(Fault::NotAnObject);
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

}  // namespace papo::json
