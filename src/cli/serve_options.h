// The flags of `papo serve`, and their names in the environment.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/limits.h"
#include "app/options.h"
#include "base/result.h"
#include "log/file_log.h"
#include "sys/address.h"
#include "sys/diagnostics.h"

namespace papo::cli {

enum class PollerKind : std::uint8_t { Best, Epoll, Poll };

struct ServeOptions {
  std::vector<sys::Address> listen;  // empty: kDefaultPort everywhere
  std::string static_folder;         // empty: the files inside the binary
  std::string data_folder;           // empty: nothing is kept
  log::SyncPolicy sync = log::SyncPolicy::Always;
  std::string access_log;  // empty: none
  sys::LogLevel log_level = sys::LogLevel::Info;
  sys::LogFormat log_format = sys::LogFormat::Text;
  PollerKind poller = PollerKind::Best;
  // --max-store; 0: by the memory that there is.
  std::size_t store_bytes = 0;
  app::Options app;
};

// --max-store where nobody says it: a quarter of the memory that the program
// may use, within bounds.
inline constexpr std::uint64_t kStoreBytesMin = app::kStoreBytesMin;
inline constexpr std::uint64_t kStoreBytesUsualMax = std::uint64_t{1} << 30;
std::uint64_t usual_store_bytes(std::uint64_t memory);

inline constexpr std::uint16_t kDefaultPort = 5501;

// Looks up an environment variable; nullptr when it is not set.
using Environment = const char* (*)(const char* name);

// Reads PAPO_… variables, PORT, and then the flags, which win. The error is
// one line for a person.
base::Result<ServeOptions, std::string> parse_serve_options(
    std::span<const std::string_view> arguments, Environment environment);

// Where a server in this environment listens, for who wants to ask it.
base::Result<std::vector<sys::Address>, std::string> listen_addresses_of(
    Environment environment);

// Lines of --help: the flags that set limits (app/limits.h), those that set
// none, and all of them.
std::string describe_limits();
std::string describe_flags();
std::string describe_serve_options();

}  // namespace papo::cli
