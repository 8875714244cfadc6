#include "sys/groups.h"

#include <fcntl.h>
#include <unistd.h>

#include <limits>
#include <string>

#include "base/text.h"
#include "sys/descriptor.h"

namespace papo::sys {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{4} * 1024 * 1024;

std::optional<::gid_t> read_number(std::string_view text) {
  const auto number = base::parse_unsigned(text);
  // The largest stands for "leave it as it is" in chown(2).
  if (!number || *number >= std::numeric_limits<::gid_t>::max()) {
    return std::nullopt;
  }
  return static_cast<::gid_t>(*number);
}

// Takes what comes before the next `separator`.
std::string_view take_field(std::string_view* text, char separator) {
  const std::size_t end = text->find(separator);
  const std::string_view field = text->substr(0, end);
  text->remove_prefix(end == std::string_view::npos ? text->size() : end + 1);
  return field;
}

std::string read_groups() {
  std::string text;
  const Descriptor file(::open("/etc/group", O_RDONLY | O_CLOEXEC));
  char block[4096];
  while (text.size() < kFileBytesMax) {
    const ssize_t count = ::read(file.get(), block, sizeof block);
    if (count <= 0) break;
    text.append(block, static_cast<std::size_t>(count));
  }
  return text;
}

}  // namespace

std::optional<::gid_t> find_group_in(std::string_view text,
                                     std::string_view name) {
  if (const auto number = read_number(name)) return number;
  while (!text.empty()) {
    std::string_view line = take_field(&text, '\n');
    if (take_field(&line, ':') != name) continue;
    take_field(&line, ':');  // its password
    return read_number(take_field(&line, ':'));
  }
  return std::nullopt;
}

std::optional<::gid_t> find_group(std::string_view name) {
  return find_group_in(read_groups(), name);
}

}  // namespace papo::sys
