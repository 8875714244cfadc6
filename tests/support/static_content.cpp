#include "support/static_content.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace papo::support {

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string embedded_content(const std::filesystem::path& path) {
  std::string bytes = read_file(path);
  if (path.extension() != ".js") return bytes;
  std::string kept;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end = std::min(bytes.find('\n', at), bytes.size() - 1);
    const std::string line = bytes.substr(at, end + 1 - at);
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line.compare(begin, 2, "//") != 0) {
      kept.append(line);
    }
    at = end + 1;
  }
  return kept;
}

}  // namespace papo::support
