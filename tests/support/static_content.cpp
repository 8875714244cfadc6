#include "support/static_content.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace papo::support {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kImport = "@import \"";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What stands between `before` and the next `after`; "" when it is not there.
std::string between(const std::string& line, std::string_view before,
                    std::string_view after) {
  const std::size_t found = line.find(before);
  if (found == std::string::npos) return "";
  const std::size_t begin = found + before.size();
  return line.substr(begin, line.find(after, begin) - begin);
}

std::string put_together(const fs::path& sheet) {
  std::string whole;
  for (const std::string& line : lines_of(read_file(sheet))) {
    if (!line.starts_with(kImport)) {
      whole.append(line).append("\n");
      continue;
    }
    const std::string part =
        put_together(sheet.parent_path() / between(line, kImport, "\""));
    const std::string layer = between(line, "layer(", ")");
    whole.append(layer.empty() ? part
                               : "@layer " + layer + " {\n" + part + "}\n");
  }
  return whole;
}

std::string without_css_comments(std::string text) {
  for (std::size_t at; (at = text.find("/*")) != std::string::npos;) {
    text.erase(at, text.find("*/", at) + 2 - at);
  }
  return text;
}

std::string without_indentation(const std::string& text, bool is_script) {
  std::string kept;
  for (std::string line : lines_of(text)) {
    line.erase(0, line.find_first_not_of(' '));
    if (line.empty() || (is_script && line.starts_with("//"))) continue;
    kept.append(line).append("\n");
  }
  return kept;
}

bool is_hidden(const fs::path& relative) {
  return std::any_of(relative.begin(), relative.end(), [](const auto& part) {
    return part.string().starts_with(".");
  });
}

}  // namespace

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<fs::path> files_of(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path relative = fs::relative(entry.path(), folder);
    if (entry.is_regular_file() && !is_hidden(relative)) {
      files.push_back(relative);
    }
  }
  return files;
}

std::vector<fs::path> embedded_files_of(const fs::path& folder) {
  std::vector<fs::path> files = files_of(folder);
  std::vector<fs::path> imported;
  for (const fs::path& each : files) {
    if (each.extension() != ".css") continue;
    for (const std::string& line : lines_of(read_file(folder / each))) {
      if (!line.starts_with(kImport)) continue;
      imported.push_back(each.parent_path() / between(line, kImport, "\""));
    }
  }
  std::erase_if(files, [&](const fs::path& each) {
    return std::find(imported.begin(), imported.end(), each) != imported.end();
  });
  return files;
}

std::string embedded_content(const fs::path& path) {
  const std::string ending = path.extension().string();
  if (ending == ".js") return without_indentation(read_file(path), true);
  if (ending == ".html") return without_indentation(read_file(path), false);
  if (ending != ".css") return read_file(path);
  return without_indentation(without_css_comments(put_together(path)), false);
}

}  // namespace papo::support
