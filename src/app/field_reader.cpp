#include "app/field_reader.h"

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>

#include "app/limits.h"
#include "base/text.h"
#include "base/utf8.h"

namespace papo::app {
namespace {

// "room" must …
std::string about(std::string_view field, std::string_view what) {
  std::string text = "\"";
  return text.append(field).append("\" ").append(what);
}

}  // namespace

void FieldReader::fail(Problem problem) {
  if (!problem_) problem_ = std::move(problem);
}

void FieldReader::missing(std::string_view field) {
  if (problem_) return;
  fail({ErrorCode::MissingField, about(field, "is missing"), field});
}

void FieldReader::wrong(std::string_view field, std::string_view what) {
  if (problem_) return;
  fail({ErrorCode::InvalidField, about(field, what), field});
}

bool FieldReader::has(std::string_view field) const {
  return fields_.find(field).has_value();
}

bool FieldReader::flag(std::string_view field) const {
  const std::string_view value = text(field);
  return value == "1" || value == "true";
}

std::string_view FieldReader::text(std::string_view field) const {
  const std::optional<FieldValue> value = fields_.find(field);
  return value ? value->text : std::string_view();
}

// ---- Names.

std::string_view FieldReader::checked_name(const FieldValue& value,
                                           std::string_view field) {
  if (!value.is_string()) {
    wrong(field, "must be a string");
    return {};
  }
  const auto name = chat::parse_name(value.text);
  if (name) return *name;
  const bool is_there = store_.find_room(value.text) != nullptr ||
                        store_.find_user(value.text) != nullptr;
  if (is_there) return value.text;
  wrong(field, chat::describe(name.error()));
  return {};
}

std::string_view FieldReader::name(std::string_view field) {
  if (problem_) return {};
  const std::optional<FieldValue> value = fields_.find(field);
  if (value) return checked_name(*value, field);
  missing(field);
  return {};
}

std::string_view FieldReader::user() {
  if (!caller_.empty() && !has("username")) return caller_;
  return name("username");
}

std::string_view FieldReader::optional_user() {
  return has("username") ? name("username") : std::string_view();
}

std::vector<std::string_view> FieldReader::rooms() {
  if (problem_) return {};
  std::vector<std::string_view> rooms;
  std::unordered_set<std::string_view, base::NameHash> known(
      0, {options_.hash_key});
  for (const FieldValue& value : fields_.find_all("room")) {
    const std::string_view room = checked_name(value, "room");
    if (problem_) return {};
    if (known.insert(room).second) rooms.push_back(room);
  }
  if (rooms.size() > options_.subscriptions_max) {
    fail({ErrorCode::InvalidField,
          "one connection may not listen to so many rooms "
          "(--max-subscriptions)",
          "room"});
  }
  return rooms;
}

// ---- Texts.

std::string_view FieldReader::message() {
  if (problem_) return {};
  const std::optional<FieldValue> value = fields_.find("message");
  if (!value) {
    missing("message");
  } else if (!value->is_string()) {
    wrong("message", "must be a string");
  } else if (value->text.empty()) {
    wrong("message", "is empty");
  } else if (value->text.size() > options_.message_bytes_max) {
    std::string limit = "is longer than ";
    base::append_number(&limit, options_.message_bytes_max);
    limit.append(" bytes (--max-message)");
    fail({ErrorCode::MessageTooLong, about("message", limit), "message"});
  } else if (!base::is_utf8(value->text)) {
    wrong("message", "is not UTF-8");
  } else {
    return value->text;
  }
  return {};
}

std::string_view FieldReader::bounded_text(std::string_view field,
                                           std::size_t bytes_max) {
  const FieldValue value = *fields_.find(field);
  const bool good = value.is_string() && value.text.size() <= bytes_max &&
                    base::is_utf8(value.text);
  if (good) return value.text;
  std::string rule = "must be a string of at most ";
  base::append_number(&rule, bytes_max);
  wrong(field, rule.append(" bytes of UTF-8"));
  return {};
}

std::string_view FieldReader::topic() {
  if (problem_) return {};
  if (has("topic")) return bounded_text("topic", chat::kTopicBytesMax);
  missing("topic");
  return {};
}

std::string_view FieldReader::client_id() {
  if (problem_ || !has("client_id")) return {};
  return bounded_text("client_id", chat::kClientIdBytesMax);
}

// ---- Numbers.

chat::MessageId FieldReader::target() {
  if (problem_) return 0;
  if (!has("id")) {
    missing("id");
    return 0;
  }
  const auto id = base::parse_unsigned(text("id"));
  if (!id) wrong("id", "must be a whole number");
  return id.value_or(0);
}

chat::MessageId FieldReader::after(chat::MessageId otherwise) {
  if (problem_) return 0;
  if (has("after")) {
    const auto id = base::parse_unsigned(text("after"));
    if (!id) wrong("after", "must be a whole number");
    return id.value_or(0);
  }
  if (!has("last_timestamp")) return otherwise;
  const auto time = base::parse_seconds(text("last_timestamp"));
  if (time) return static_cast<chat::MessageId>(time->count());
  wrong("last_timestamp", "must be a number");
  return 0;
}

std::optional<chat::MessageId> FieldReader::resume_point(
    std::string_view last_event_id) {
  if (problem_) return std::nullopt;
  if (const auto id = base::parse_unsigned(last_event_id)) return *id;
  if (!has("after") && !has("last_timestamp")) return std::nullopt;
  return after(0);
}

std::size_t FieldReader::limit() {
  if (problem_ || !has("limit")) return 0;
  const auto limit = base::parse_unsigned(text("limit"));
  if (limit && *limit > 0) {
    constexpr std::uint64_t kMost = std::numeric_limits<std::size_t>::max();
    return static_cast<std::size_t>(std::min(*limit, kMost));
  }
  wrong("limit", "must be a whole number from 1 on");
  return 0;
}

base::Micros FieldReader::wait() {
  if (problem_ || !has("wait")) return base::Micros(0);
  const std::string_view asked = text("wait");
  const auto wait = base::parse_seconds(asked);
  const bool good = wait && !asked.starts_with('-') && *wait <= kAskedWaitMax;
  if (good) return std::min(*wait, options_.wait_max);
  wrong("wait", "must be a number of seconds from 0 to 60");
  return base::Micros(0);
}

base::Result<PageRequest, Problem> read_page_request(FieldReader* in) {
  PageRequest wanted;
  wanted.room = in->room();
  wanted.after = in->after(0);
  wanted.limit = in->limit();
  wanted.wait = in->wait();
  wanted.changes = in->flag("changes");
  if (in->problem()) return base::Unexpected{*in->problem()};
  return wanted;
}

}  // namespace papo::app
