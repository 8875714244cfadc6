#include "cli/tail_lines.h"

#include "app/framing.h"
#include "base/text.h"
#include "wire/json_reader.h"

namespace papo::cli {
namespace {

// A message of any size a server can be told to take.
constexpr std::size_t kLineBytesMax = 64 * 1024 * 1024;

std::string_view string_member(const json::Object& object,
                               std::string_view name) {
  const json::Value* value = object.find(name);
  if (value == nullptr || value->kind != json::Kind::String) return {};
  return value->text;
}

// The entry as the server itself would write it for format=text.
std::string line_of(std::string_view type, std::string_view json) {
  std::string line;
  const base::SharedBytes object(json);
  app::append_framed(&line, app::text_framing(), {type, 1, object});
  return line;
}

}  // namespace

bool TailLines::take(std::string_view bytes, std::string* out) {
  while (true) {
    const std::size_t end = bytes.find('\n');
    partial_.append(bytes.substr(0, end));
    if (partial_.size() > kLineBytesMax) return false;
    if (end == std::string_view::npos) return true;
    bytes.remove_prefix(end + 1);
    take_line(base::trim_blanks(partial_), out);
    partial_.clear();
  }
}

// Blanks before an object are heartbeats. What is no entry, of whatever later
// kind, is not shown as one.
void TailLines::take_line(std::string_view line, std::string* out) {
  const auto object = json::Object::parse(line);
  if (!object) return;
  if (json_) out->append(line).append("\n");
  const std::string_view type = string_member(*object, "type");
  if (type == "truncated" && !json_) {
    out->append("* older messages are missing\n");
  }
  const json::Value* id = object->find("id");
  const auto number = id == nullptr ? std::nullopt : json::as_unsigned(*id);
  if (!number) return;
  last_id_ = *number;
  const bool known = type == "message" || type == "system" || type == "edit" ||
                     type == "delete";
  if (known && !json_) out->append(line_of(type, line));
}

}  // namespace papo::cli
