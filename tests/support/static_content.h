// What a file of static/ holds, as it lies there and as the program has it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace papo::support {

std::string read_file(const std::filesystem::path& path);

// The files of a folder, relative to it; hidden ones are left out.
std::vector<std::filesystem::path> files_of(
    const std::filesystem::path& folder);

// The same without the style sheets and modules that others import: those stand
// in them.
std::vector<std::filesystem::path> embedded_files_of(
    const std::filesystem::path& folder);

// A file as scripts/embed-static takes it in: scripts and style sheets with
// what they import, and without comments; both, as pages, without indentation
// and empty lines.
std::string embedded_content(const std::filesystem::path& path);

}  // namespace papo::support
