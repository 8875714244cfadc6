// Every limit of the server, in one table (limits.cpp).
//
// A row says what it bounds, what becomes of what is beyond, and where its
// value lives: in Options, in the limits of its store, or in a constant. All
// who tell of limits go through the table: flags and the environment, --help,
// /version, the greeting of a WebSocket. README.md's table is compared with it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "app/options.h"
#include "base/time.h"
#include "chat/room_store.h"
#include "wire/json_writer.h"

namespace papo::app {

// Those that nobody sets, and that have no better place.
inline constexpr std::size_t kRefBytesMax = 64;
inline constexpr base::Micros kAskedWaitMax = std::chrono::seconds(60);
inline constexpr std::size_t kErrorLogBytesMax = std::size_t{64} * 1024;
inline constexpr std::size_t kFileBytesMax = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t kKeptFileBytesMax = std::size_t{16} * 1024 * 1024;

// The least that a store can live with (--max-store).
inline constexpr std::uint64_t kStoreBytesMin = std::uint64_t{4} << 20;

// A limit's value, whatever its unit: a count, bytes, or microseconds.
using Amount = std::uint64_t;

struct Limit {
  enum class Unit : std::uint8_t { Count, Bytes, Time };

  // Where the value is. The store's limits are asked apart from the options,
  // because they may still be those of its log (log/command_record.h).
  struct Place {
    Amount (*get)(const Options&, const chat::StoreLimits&);
    void (*set)(Amount, Options*);  // nullptr: it is the same for all servers
  };
  // What may be set, both ends included.
  struct Range {
    Amount least = 0;
    Amount most = 0;
  };

  std::string_view flag;  // without its dashes; empty: nobody sets it
  std::string_view json;  // its name in /version; empty: it is not there
  Unit unit;
  Place place;
  Range range;
  std::string_view what;            // it bounds: a line of --help
  std::string_view beyond;          // what becomes of it there; or the status
  bool greets = false;              // it is in the greeting of a WebSocket too
  std::string_view otherwise = {};  // its default, where that is no number

  bool is_fixed() const { return place.set == nullptr; }
};

// In the order of /version, which is append-only.
std::span<const Limit> limits();

// The limit that --FLAG sets; nullptr when there is none.
const Limit* find_limit(std::string_view flag);

// What a server has that is told nothing.
Amount default_of(const Limit& limit);

// As people write it: "64", "8k", "1m", "10s"; sizes with k, m or g for times
// 1024, 1024², 1024³, times with ms, s (or nothing), m or h. Nothing when it is
// no such thing, or out of range.
std::optional<Amount> read_amount(const Limit& limit, std::string_view text);
void append_amount(const Limit& limit, Amount amount, std::string* out);

// The members of a JSON object that has been begun; times in whole seconds.
enum class LimitsFor : std::uint8_t { Version, Hello };
void write_limits(LimitsFor whom, const Options& options,
                  const chat::StoreLimits& store, json::Writer* writer);

}  // namespace papo::app
