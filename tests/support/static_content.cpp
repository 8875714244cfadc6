#include "support/static_content.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
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

// A module and all that it imports, in blocks that hand their names on.
class Bundle {
 public:
  explicit Bundle(const fs::path& first) { load(first); }
  const std::string& text() const { return text_; }

 private:
  void load(const fs::path& module) {
    std::string block;
    std::string names;
    std::string statement;
    for (std::string line : lines_of(read_file(module))) {
      if (line.starts_with("import ") || !statement.empty()) {
        statement.append(line);
        if (!statement.ends_with(";")) continue;
        block.append(handed_over(module, statement));
        statement.clear();
        continue;
      }
      if (line.starts_with("export ")) {
        line.erase(0, line.find(' ') + 1);
        names.append(names.empty() ? "" : ", ").append(declared_in(line));
      }
      block.append(line).append("\n");
    }
    const std::string number = std::to_string(numbers_.size());
    numbers_[module] = number;
    if (!names.empty()) {
      block.append("papo$[" + number + "] = { " + names + " };\n");
    }
    text_.append("{\n" + block + "}\n");
  }

  // What `import { a, b as c } from "./d.js";` becomes.
  std::string handed_over(const fs::path& module,
                          const std::string& statement) {
    const fs::path target =
        (module.parent_path() / between(statement, "from \"", "\""))
            .lexically_normal();
    if (!numbers_.contains(target)) load(target);
    std::string names = "{" + between(statement, "{", "}") + "}";
    for (std::size_t at; (at = names.find(" as ")) != std::string::npos;) {
      names.replace(at, 4, ": ");
    }
    return "const " + names + " = papo$[" + numbers_[target] + "];\n";
  }

  // The name in "const a = 1", "class A {", "async function* a() {".
  static std::string declared_in(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    do words >> word;
    while (word == "async" || word == "const" || word == "class" ||
           word.starts_with("function"));
    return word.substr(0, word.find('('));
  }

  std::map<fs::path, std::string> numbers_;
  std::string text_ = "const papo$ = [];\n";
};

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
    for (const std::string& line : lines_of(read_file(folder / each))) {
      std::string name = between(line, kImport, "\"");
      if (name.empty()) name = between(line, "} from \"", "\"");
      if (name.empty()) continue;
      imported.push_back((each.parent_path() / name).lexically_normal());
    }
  }
  std::erase_if(files, [&](const fs::path& each) {
    return std::find(imported.begin(), imported.end(), each) != imported.end();
  });
  return files;
}

std::string embedded_content(const fs::path& path) {
  const std::string ending = path.extension().string();
  const std::string bytes = read_file(path);
  if (ending == ".html") return without_indentation(bytes, false);
  if (ending == ".css") {
    return without_indentation(without_css_comments(put_together(path)), false);
  }
  if (ending != ".js") return bytes;
  const bool imports = bytes.find("\nimport ") != std::string::npos;
  return without_indentation(imports ? Bundle(path).text() : bytes, true);
}

}  // namespace papo::support
