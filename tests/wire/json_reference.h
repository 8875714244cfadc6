// JSON's grammar (RFC 8259) a second time, as short and as unlike the product
// as it can be: it recurses, and decodes UTF-8 by arithmetic. It says yes or
// no; where the two differ, one of them is wrong.
#pragma once

#include <cstddef>
#include <string_view>

namespace papo::json::reference {

class Recogniser {
 public:
  explicit Recogniser(std::string_view text) : text_(text) {}
  bool matches() { return value(0) && at_ == text_.size(); }

 private:
  static constexpr int kLevelsMax = 64;

  int peek(std::size_t ahead = 0) const {
    if (at_ + ahead >= text_.size()) return -1;
    return static_cast<unsigned char>(text_[at_ + ahead]);
  }
  bool eat(std::string_view literal) {
    if (text_.substr(at_, literal.size()) != literal) return false;
    at_ += literal.size();
    return true;
  }
  bool eat_any(std::string_view set) {
    if (peek() < 0 || set.find(text_[at_]) == set.npos) return false;
    ++at_;
    return true;
  }
  bool blanks() {
    while (eat_any(" \t\r\n")) {
    }
    return true;
  }
  bool digits() {
    if (!eat_any("0123456789")) return false;
    while (eat_any("0123456789")) {
    }
    return true;
  }
  bool number() {
    eat("-");
    if (!eat("0") && (peek() == '0' || !digits())) return false;
    if (eat(".") && !digits()) return false;
    if (!eat_any("eE")) return true;
    eat_any("+-");
    return digits();
  }
  long unit() {
    long unit = 0;
    for (int i = 0; i < 4; ++i) {
      constexpr std::string_view kDigits = "0123456789abcdefABCDEF";
      const std::size_t digit =
          peek() < 0 ? kDigits.npos : kDigits.find(text_[at_]);
      if (digit == kDigits.npos) return -1;
      unit = unit * 16 + static_cast<long>(digit < 16 ? digit : digit - 6);
      ++at_;
    }
    return unit;
  }
  bool escape() {
    if (eat_any("\"\\/bfnrt")) return true;
    if (!eat("u")) return false;
    const long first = unit();
    if (first < 0 || first / 0x400 == 0x37) return false;
    return first / 0x400 != 0x36 || (eat("\\u") && unit() / 0x400 == 0x37);
  }
  bool character() {
    const int lead = peek();
    if (lead < 0x20 || lead == '"' || lead == '\\') return false;
    const int length = lead < 0x80   ? 1
                       : lead < 0xC0 ? 0
                       : lead < 0xE0 ? 2
                       : lead < 0xF0 ? 3
                       : lead < 0xF8 ? 4
                                     : 0;
    if (length == 0) return false;
    long code = length == 1 ? lead : lead % (1 << (7 - length));
    for (std::size_t i = 1; i < static_cast<std::size_t>(length); ++i) {
      if (peek(i) / 0x40 != 2) return false;
      code = code * 64 + peek(i) % 64;
    }
    at_ += static_cast<std::size_t>(length);
    constexpr long kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    return code >= kLeast[length] && code <= 0x10FFFF &&
           code / 0x800 != 0xD800 / 0x800;
  }
  bool string() {
    if (!eat("\"")) return false;
    while (!eat("\"")) {
      if (!(eat("\\") ? escape() : character())) return false;
    }
    return true;
  }
  bool list(int level, char closer) {
    const std::string_view end(&closer, 1);
    if (level == kLevelsMax) return false;
    if (blanks() && eat(end)) return true;
    do {
      blanks();
      if (closer == '}' && !(string() && blanks() && eat(":"))) return false;
      if (!value(level + 1)) return false;
    } while (eat(","));
    return eat(end);
  }
  bool value(int level) {
    blanks();
    const bool found = eat("{")        ? list(level, '}')
                       : eat("[")      ? list(level, ']')
                       : peek() == '"' ? string()
                       : eat("true")   ? true
                       : eat("false")  ? true
                       : eat("null")   ? true
                                       : number();
    return found && blanks();
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

inline bool is_json(std::string_view text) {
  return Recogniser(text).matches();
}

}  // namespace papo::json::reference
