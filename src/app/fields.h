// The fields of a call, whichever way they came: a query, a form, a JSON
// object, or a WebSocket command.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/errors.h"
#include "base/result.h"
#include "wire/json_reader.h"

namespace papo::app {

struct FieldValue {
  std::string_view text;  // a string's characters, or a JSON value as written
  json::Kind kind = json::Kind::String;

  // A string; what came in a query or a form always is one.
  bool is_string() const { return kind == json::Kind::String; }
};

// Emptied and used again for each call, so that usual calls allocate nothing.
class Fields {
 public:
  void clear();

  // Takes the pairs of a query or a form (the URL standard's rules). Views
  // `text`, which must stay while the fields are used.
  void add_form(std::string_view text);
  // Takes the members of a JSON object. Views `text` as above.
  base::Result<base::Done, Problem> add_json(std::string_view text);
  // A POST's body: JSON when `content_type` says so, or when it says nothing
  // better and the first byte that is not blank is '{'; else a form.
  base::Result<base::Done, Problem> add_body(std::string_view content_type,
                                             std::string_view body);

  // One more, of that name: a body as it is, and a piece of a path, decoded.
  void add(std::string_view name, std::string_view value);
  void add_encoded(std::string_view name, std::string_view value);

  // The last field of that name that is not null. A form's field may be "".
  std::optional<FieldValue> find(std::string_view name) const;
  // All fields of that name, in order.
  std::vector<FieldValue> find_all(std::string_view name) const;

 private:
  struct Field {
    std::string_view name;
    FieldValue value;
  };

  std::vector<Field> fields_;
  std::string query_scratch_;
  std::string body_scratch_;
  std::string path_scratch_;
  bool scratch_used_ = false;
  json::Object object_;  // owns what had escapes
};

}  // namespace papo::app
