// Commands and settings as payloads of records (log/format.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/command.h"
#include "chat/room_store.h"

namespace papo::log {

// What a store is told from outside. It decides what commands do, so it is part
// of the log: a start with other limits replays what was done under the old.
// Settings take effect with the first command of their segment, wherever it is
// applied: in the run that wrote them, in a replay, a salvage or a compaction.
struct Settings {
  chat::StoreLimits limits;
  chat::Language language = chat::Language::English;
};

bool is_same(const Settings& one, const Settings& other);

// Why an intact record cannot be used.
enum class ContentFault : std::uint8_t {
  Malformed,  // no papo writes this
  Newer,      // of a kind that is not known here
};

// The longest text of a command. In a snapshot it may be six times as long, as
// JSON, and must fit into a record there too.
inline constexpr std::size_t kTextBytesMax = std::size_t{1} << 20;

// Appends the command as a record without its checksum. REQUIRES: texts of at
// most kTextBytesMax.
void append_command(std::string* out, const chat::Command& command);
// A command whose texts are views into `payload`.
base::Result<chat::Command, ContentFault> read_command(
    std::string_view payload);

// Whether the command could have come from a client of this papo or of an older
// one: names and texts as chat/names.h has them. A log that was tampered with
// cannot harm the store.
bool is_well_formed(const chat::Command& command);

void append_settings(std::string* out, const Settings& settings);
std::optional<Settings> read_settings(std::string_view payload);

// The greatest id that is believed; far from overflow, and from any clock.
inline constexpr chat::MessageId kIdMax = chat::MessageId{1} << 62;

}  // namespace papo::log
