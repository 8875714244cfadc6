// The walk over a JSON text that check() and Object share. Internal to the
// reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "wire/json_reader.h"

namespace papo::json {

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
  // Begins, and opens the outermost value, which must be an object.
  bool enter();
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

}  // namespace papo::json
