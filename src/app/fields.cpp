#include "app/fields.h"

#include <utility>

#include "base/text.h"
#include "wire/uri.h"

namespace papo::app {
namespace {

// The media type without its parameters: "application/json".
std::string_view media_type(std::string_view content_type) {
  return base::trim_blanks(content_type.substr(0, content_type.find(';')));
}

bool begins_like_an_object(std::string_view body) {
  const std::size_t first = body.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && body[first] == '{';
}

}  // namespace

void Fields::clear() {
  fields_.clear();
  scratch_used_ = false;
}

// A call has at most two forms: its query and its body. Each has a scratch of
// its own, because a reader empties it.
void Fields::add_form(std::string_view text) {
  std::string* scratch = scratch_used_ ? &body_scratch_ : &query_scratch_;
  scratch_used_ = true;
  uri::FormReader form(text, scratch);
  for (uri::Pair pair; form.next(&pair);) {
    fields_.push_back({pair.name, {pair.value, json::Kind::String}});
  }
}

base::Result<base::Done, Problem> Fields::add_json(std::string_view text) {
  auto object = json::Object::parse(text);
  if (!object) {
    std::string why = "the body is not a JSON object: ";
    why += json::describe(object.error());
    return base::Unexpected{Problem{ErrorCode::InvalidJson, std::move(why)}};
  }
  object_ = std::move(*object);
  for (const json::Member& member : object_) {
    fields_.push_back({member.name, {member.value.text, member.value.kind}});
  }
  return base::Done{};
}

base::Result<base::Done, Problem> Fields::add_body(
    std::string_view content_type, std::string_view body) {
  const bool says_json =
      base::equals_ignoring_case(media_type(content_type), "application/json");
  if (says_json || begins_like_an_object(body)) return add_json(body);
  add_form(body);
  return base::Done{};
}

void Fields::add(std::string_view name, std::string_view value) {
  fields_.push_back({name, {value, json::Kind::String}});
}

void Fields::add_encoded(std::string_view name, std::string_view value) {
  path_scratch_.clear();
  uri::percent_decode(value, &path_scratch_);
  add(name, path_scratch_);
}

std::optional<FieldValue> Fields::find(std::string_view name) const {
  for (std::size_t i = fields_.size(); i > 0; --i) {
    const Field& field = fields_[i - 1];
    if (field.name != name) continue;
    if (field.value.kind == json::Kind::Null) return std::nullopt;
    return field.value;
  }
  return std::nullopt;
}

std::vector<FieldValue> Fields::find_all(std::string_view name) const {
  std::vector<FieldValue> found;
  for (const Field& field : fields_) {
    if (field.name == name && field.value.kind != json::Kind::Null) {
      found.push_back(field.value);
    }
  }
  return found;
}

}  // namespace papo::app
