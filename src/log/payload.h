// The payloads of records: numbers and texts, one after the other.
//
// A reader never reads beyond its payload: at the first thing that is not there
// it fails, and everything after that is 0 or empty. done() tells at the end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace papo::log {

class PayloadWriter {
 public:
  explicit PayloadWriter(std::string* out) : out_(*out) {}

  PayloadWriter& byte(std::uint8_t value) {
    out_.push_back(static_cast<char>(value));
    return *this;
  }
  PayloadWriter& fixed(std::uint64_t value);  // 8 bytes
  PayloadWriter& number(std::uint64_t value);
  PayloadWriter& text(std::string_view text);

 private:
  std::string& out_;
};

class PayloadReader {
 public:
  explicit PayloadReader(std::string_view payload) : rest_(payload) {}

  std::uint8_t byte();
  std::uint64_t fixed();
  std::uint64_t number();
  // A view into the payload.
  std::string_view text();
  // True when everything read was there, and nothing is left.
  bool done() const { return !failed_ && rest_.empty(); }

 private:
  std::string_view take(std::uint64_t size);

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace papo::log
