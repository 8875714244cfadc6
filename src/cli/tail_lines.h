// What `papo tail` makes of a room's stream: NDJSON in pieces in, lines for
// people out, and the id to resume from. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace papo::cli {

class TailLines {
 public:
  // `json`: objects are passed on as they are. `after` is the first last_id().
  TailLines(bool json, std::uint64_t after) : json_(json), last_id_(after) {}

  // Takes the next bytes of the stream and appends what they show to `out`.
  // False when a line grows beyond all reason.
  [[nodiscard]] bool take(std::string_view bytes, std::string* out);
  // A new stream begins: half a line of the old one is forgotten.
  void restart() { partial_.clear(); }

  // The id of the last entry that was shown.
  std::uint64_t last_id() const { return last_id_; }

 private:
  void take_line(std::string_view line, std::string* out);

  bool json_;
  std::uint64_t last_id_;
  std::string partial_;
};

}  // namespace papo::cli
