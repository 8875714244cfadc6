#include "sys/memory.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>

#include "base/text.h"

namespace papo::sys {
namespace {

// The front of a small file; empty when there is none.
std::string read_small(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "re");
  if (file == nullptr) return {};
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  return text;
}

// "max", and what version 1 has for it, are beyond every machine.
std::uint64_t read_limit(const std::string& path, std::uint64_t otherwise) {
  const std::string text = read_small(path);
  const std::string_view line =
      std::string_view(text).substr(0, text.find('\n'));
  return base::parse_unsigned(line).value_or(otherwise);
}

// The path of the program's group in a line of /proc/self/cgroup, "0::/path" or
// "9:memory:/path".
std::optional<std::string_view> group_path(std::string_view line,
                                           std::string_view controller) {
  const std::size_t first = line.find(':');
  const std::size_t second = line.find(':', first + 1);
  if (first == line.npos || second == line.npos) return std::nullopt;
  std::string_view names = line.substr(first + 1, second - first - 1);
  const std::string_view path = line.substr(second + 1);
  if (controller.empty()) {
    return names.empty() ? std::optional(path) : std::nullopt;
  }
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    if (names.substr(0, comma) == controller) return path;
    names.remove_prefix(comma == names.npos ? names.size() : comma + 1);
  }
  return std::nullopt;
}

// The least limit from the group at `path` up to the root of the hierarchy at
// `mount`. In a container the path may be that of the host: then only the
// mount itself is there, and its limit counts.
std::uint64_t least_limit(const std::string& mount, std::string path,
                          std::string_view file, std::uint64_t otherwise) {
  std::uint64_t least = otherwise;
  for (;;) {
    while (path.ends_with('/')) path.pop_back();
    const std::string name = mount + path + "/" + std::string(file);
    least = std::min(least, read_limit(name, otherwise));
    if (path.empty()) return least;
    path.resize(std::max<std::size_t>(path.rfind('/') + 1, 1) - 1);
  }
}

}  // namespace

std::uint64_t usable_memory(const std::string& root, std::uint64_t machine) {
  std::uint64_t least = machine;
  const std::string groups = read_small(root + "/proc/self/cgroup");
  std::string_view rest = groups;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1);
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(end + 1);
    if (const auto path = group_path(line, "")) {
      least = least_limit(root + "/sys/fs/cgroup", std::string(*path),
                          "memory.max", least);
    }
    if (const auto path = group_path(line, "memory")) {
      least = least_limit(root + "/sys/fs/cgroup/memory", std::string(*path),
                          "memory.limit_in_bytes", least);
    }
  }
  return least;
}

std::uint64_t usable_memory() {
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page = ::sysconf(_SC_PAGESIZE);
  const std::uint64_t machine = pages <= 0 || page <= 0
                                    ? std::uint64_t{256} << 20
                                    : static_cast<std::uint64_t>(pages) *
                                          static_cast<std::uint64_t>(page);
  return usable_memory("", machine);
}

}  // namespace papo::sys
