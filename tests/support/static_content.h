// What a file of static/ holds, as it lies there and as the program has it.
#pragma once

#include <filesystem>
#include <string>

namespace papo::support {

std::string read_file(const std::filesystem::path& path);

// The same as scripts/embed-static takes it in: a script goes without the lines
// that are comments alone.
std::string embedded_content(const std::filesystem::path& path);

}  // namespace papo::support
