// Why a log cannot be read or opened, in terms of its files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace papo::log {

struct Trouble {
  enum class Kind : std::uint8_t {
    Damaged,  // what was written is not what is there
    Newer,    // intact, but a newer papo wrote it
    InUse,    // another program holds the folder
    System,   // a call failed
  };
  Kind kind{};
  std::string file;          // empty: the folder itself
  std::uint64_t offset = 0;  // where in the file, for Damaged and Newer
  std::string what;          // a clause: "a record's checksum is wrong"
};

// Where and what: "00000001.log at byte 88: a record is cut short".
std::string summarize(const Trouble& trouble);

// A sentence or two for the one who runs the server: where, what, and what can
// be done. `folder` is how they call it.
std::string describe(const Trouble& trouble, std::string_view folder);

Trouble system_trouble(std::string_view file, const base::Error& error);

}  // namespace papo::log
