// The elements of a JSON array, for tests that read what a server or a browser
// has answered. The product takes apart objects alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/json_reader.h"

namespace papo::support {

struct JsonElement {
  json::Kind kind;
  std::string text;  // as in json::Value
};

// Where the element at the front of `list` ends: at a comma, or with the list.
inline std::size_t json_element_size(std::string_view list) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < list.size(); ++at) {
    const char c = list[at];
    if (in_string) {
      if (c == '\\') ++at;
      in_string = c != '"';
    } else if (c == ',' && depth == 0) {
      return at;
    } else {
      in_string = c == '"';
      depth += (c == '[' || c == '{') - (c == ']' || c == '}');
    }
  }
  return list.size();
}

// Nothing when `text` is no array.
inline std::optional<std::vector<JsonElement>> json_elements(
    std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (!json::check(text) || text[begin] != '[') return std::nullopt;
  std::string_view list = text.substr(begin + 1, text.rfind(']') - begin - 1);
  std::vector<JsonElement> elements;
  if (list.find_first_not_of(kBlanks) == list.npos) return elements;
  for (;;) {
    const std::size_t size = json_element_size(list);
    const std::string member =
        R"({"x":)" + std::string(list.substr(0, size)) + "}";
    const auto object = json::Object::parse(member);
    const json::Value* value = object->find("x");
    elements.push_back({value->kind, std::string(value->text)});
    if (size == list.size()) return elements;
    list.remove_prefix(size + 1);
  }
}

}  // namespace papo::support
