// The groups of this machine.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>

namespace papo::sys {

// A group's number, by its name in `text`, which is /etc/group's (group(5)), or
// as the number that it is.
std::optional<::gid_t> find_group_in(std::string_view text,
                                     std::string_view name);

// In /etc/group itself. Not by getgrnam(3), which may ask the network, and
// which a static program cannot call.
std::optional<::gid_t> find_group(std::string_view name);

}  // namespace papo::sys
