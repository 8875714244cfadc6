#include "cli/export_lines.h"

#include <utility>

#include "base/text.h"
#include "base/utf8.h"
#include "chat/encoding.h"
#include "log/command_record.h"
#include "wire/json_writer.h"

namespace papo::cli {
namespace {

constexpr std::uint64_t kFormat = 1;
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

std::string_view name_of(chat::Language language) {
  return language == chat::Language::English ? "en" : "pt";
}

std::uint64_t micros(base::Micros time) {
  return static_cast<std::uint64_t>(time.count());
}

class Exporter final : public chat::StoreImage {
 public:
  Exporter(const chat::RoomStore& store, LineSink* sink)
      : store_(store), sink_(*sink) {}

  bool run() {
    if (!chat::tell(store_, this)) return false;
    const std::uint64_t before = lines_;
    begin("end").key("lines").number(before).end_object();
    return end_line() && sink_.take(piece_);
  }

  bool on_store(const chat::StoreFact& fact) override {
    const chat::StoreLimits& limits = store_.limits();
    json::Writer line = begin("papo");
    line.key("format").number(kFormat);
    line.key("last_id").number(fact.last_id);
    line.key("older_removals").number(fact.older_removals);
    line.key("history").number(limits.history);
    line.key("rooms").number(limits.rooms);
    line.key("members").number(limits.members);
    line.key("rooms_of_user").number(limits.rooms_of_user);
    if (limits.refuses_reused_client_ids) {
      line.key("client_ids").number(limits.client_ids);
      line.key("client_id_age").number(micros(limits.client_id_age));
      line.key("memberships").number(limits.memberships);
      line.key("bytes").number(limits.bytes);
    }
    line.key("language").string(name_of(store_.language())).end_object();
    return end_line();
  }
  bool on_gap(const chat::GapFact& fact) override {
    json::Writer line = begin("gap");
    line.key("last_id").number(fact.last);
    line.key("first_id").number(fact.first).end_object();
    return end_line();
  }
  bool on_removed_room(const chat::RemovedRoomFact& fact) override {
    json::Writer line = begin("removed_room");
    line.key("room").string(fact.name);
    line.key("last_id").number(fact.last_id).end_object();
    return end_line();
  }
  bool on_room(const chat::RoomFact& fact) override {
    room_ = fact.name;
    json::Writer line = begin("room");
    line.key("room").string(fact.name);
    line.key("topic").string(fact.topic);
    line.key("forgotten").number(fact.forgotten.entry);
    line.key("forgotten_change").number(fact.forgotten.change).end_object();
    return end_line();
  }
  bool on_member(std::string_view user) override {
    json::Writer line = begin("member");
    line.key("room").string(room_).key("username").string(user).end_object();
    return end_line();
  }
  bool on_entry(const chat::EntryFact& fact) override {
    piece_.append(fact.json);
    return end_line();
  }
  bool on_change(const chat::ChangeFact& fact) override {
    piece_.append(fact.json);
    return end_line();
  }
  bool on_room_order(std::string_view user, std::string_view room) override {
    json::Writer line = begin("room_order");
    line.key("username").string(user).key("room").string(room).end_object();
    return end_line();
  }
  bool on_client_id(const chat::ClientIdFact& fact) override {
    json::Writer line = begin("client_id");
    line.key("room").string(fact.room).key("username").string(fact.user);
    line.key("client_id").string(fact.client_id).key("id").number(fact.id);
    line.key("digest").number(fact.digest);
    line.key("time").number(micros(fact.time)).end_object();
    return end_line();
  }

 private:
  json::Writer begin(std::string_view type) {
    json::Writer line(&piece_);
    line.begin_object().key("type").string(type);
    return line;
  }
  bool end_line() {
    piece_.push_back('\n');
    ++lines_;
    if (piece_.size() < kPieceBytes) return true;
    const bool taken = sink_.take(piece_);
    piece_.clear();
    return taken;
  }

  const chat::RoomStore& store_;
  LineSink& sink_;
  std::string piece_;
  std::uint64_t lines_ = 0;
  std::string room_;
};

constexpr const char* kRefused = "it contradicts the lines before it";
constexpr const char* kNotOfTheRoom =
    "an event needs an \"id\", the \"timestamp\" that is the same instant, and "
    "the \"room\" of the lines above, and a \"sent_at\" only as a number";

// 0 when it is not there, or no cap.
std::size_t cap(std::optional<std::uint64_t> number) {
  return static_cast<std::size_t>(number.value_or(0));
}

// Negative when it is not there.
base::Micros as_micros(std::optional<std::uint64_t> number) {
  if (!number) return base::Micros(-1);
  return base::Micros(static_cast<base::Micros::rep>(*number));
}

std::optional<chat::Language> language_of(
    std::optional<std::string_view> text) {
  if (text == "en") return chat::Language::English;
  if (text == "pt") return chat::Language::Portuguese;
  return std::nullopt;
}

}  // namespace

bool export_lines(const chat::RoomStore& store, LineSink* sink) {
  return Exporter(store, sink).run();
}

const Importer::Kind Importer::kKinds[] = {
    {"message", Part::Rooms, &Importer::take_message},
    {"system", Part::Rooms, &Importer::take_system},
    {"edit", Part::Rooms, &Importer::take_edit},
    {"delete", Part::Rooms, &Importer::take_delete},
    {"member", Part::Rooms, &Importer::take_member},
    {"room", Part::Rooms, &Importer::take_room},
    {"gap", Part::Gaps, &Importer::take_gap},
    {"removed_room", Part::Removed, &Importer::take_removed_room},
    {"room_order", Part::Orders, &Importer::take_room_order},
    {"client_id", Part::ClientIds, &Importer::take_client_id},
    {"papo", Part::Header, &Importer::take_header},
    {"end", Part::End, &Importer::take_end},
};

Importer::Importer(chat::RoomStore* store) : store_(*store), builder_(store) {}

base::Result<base::Done, std::string> Importer::take(std::string_view line) {
  const Wrong wrong = take_object(line);
  ++lines_;
  if (wrong == nullptr) return base::Done{};
  std::string text = "line ";
  base::append_number(&text, lines_);
  return base::Unexpected{text + ": " + wrong};
}

base::Result<base::Done, std::string> Importer::finish() const {
  if (part_ == Part::End) return base::Done{};
  std::string text = "line ";
  base::append_number(&text, lines_ + 1);
  return base::Unexpected{text + ": the lines end before their \"end\" line"};
}

Importer::Wrong Importer::take_object(std::string_view line) {
  if (line.size() > kLineBytesMax) return "it is longer than 4 MiB";
  if (!line.starts_with('{') || !line.ends_with('}')) {
    return "it is not one JSON object without blanks around it";
  }
  auto object = json::Object::parse(line);
  if (!object) return json::describe(object.error());
  object_ = std::move(*object);
  line_ = line;
  const auto type = text("type");
  for (const Kind& kind : kKinds) {
    if (type != kind.type) continue;
    const bool first = kind.part == Part::Header;
    if (first == has_header_) {
      return "the line of type \"papo\" is the first, and no other";
    }
    if (kind.part < part_ || part_ == Part::End) return "it comes too late";
    part_ = kind.part;
    return (this->*kind.take)();
  }
  return "its \"type\" is none that is known here";
}

std::optional<std::uint64_t> Importer::number(std::string_view name) const {
  const json::Value* value = object_.find(name);
  return value == nullptr ? std::nullopt : json::as_unsigned(*value);
}

std::optional<std::string_view> Importer::text(std::string_view name) const {
  const json::Value* value = object_.find(name);
  return value == nullptr ? std::nullopt : json::as_string(*value);
}

Importer::Wrong Importer::take_header() {
  if (number("format") != kFormat) {
    return "\"format\" is not 1: another papo wrote it";
  }
  const auto last_id = number("last_id");
  const auto older = number("older_removals");
  const chat::StoreLimits limits = header_limits();
  const auto language = language_of(text("language"));
  if (!last_id || !older || !limits.are_valid() || !language) {
    return "it needs \"last_id\", \"older_removals\", the limits \"history\", "
           "\"rooms\", \"members\" and \"rooms_of_user\", and a \"language\"";
  }
  has_header_ = true;
  store_.set_limits(limits, *language);
  const bool taken =
      *last_id <= log::kIdMax && builder_.on_store({*last_id, *older});
  return taken ? nullptr : "\"last_id\" is too great, or too small";
}

Importer::Wrong Importer::take_gap() {
  const auto last = number("last_id");
  const auto first = number("first_id");
  if (!last || !first) return "it needs \"last_id\" and \"first_id\"";
  return builder_.on_gap({*last, *first}) ? nullptr : kRefused;
}

chat::StoreLimits Importer::header_limits() const {
  chat::StoreLimits limits;
  limits.history = cap(number("history"));
  limits.rooms = cap(number("rooms"));
  limits.members = cap(number("members"));
  limits.rooms_of_user = cap(number("rooms_of_user"));
  limits.refuses_reused_client_ids = object_.find("client_ids") != nullptr;
  if (limits.refuses_reused_client_ids) {
    limits.client_ids = cap(number("client_ids"));
    limits.client_id_age = as_micros(number("client_id_age"));
    limits.memberships = cap(number("memberships"));
    limits.bytes = number("bytes").value_or(0);
  }
  return limits;
}

Importer::Wrong Importer::take_removed_room() {
  const auto room = text("room");
  const auto last_id = number("last_id");
  if (!room || !last_id) return "it needs \"room\" and \"last_id\"";
  return builder_.on_removed_room({*room, *last_id}) ? nullptr : kRefused;
}

Importer::Wrong Importer::take_room() {
  const auto room = text("room");
  const auto topic = text("topic");
  const auto forgotten = number("forgotten");
  const auto forgotten_change = number("forgotten_change");
  if (!room || !topic || !forgotten || !forgotten_change) {
    return "it needs \"room\", \"topic\", \"forgotten\" and "
           "\"forgotten_change\"";
  }
  room_ = *room;
  return builder_.on_room({*room, *topic, {*forgotten, *forgotten_change}})
             ? nullptr
             : kRefused;
}

Importer::Wrong Importer::take_member() {
  const auto user = text("username");
  if (!user || text("room") != room_) {
    return "it needs \"username\", and the \"room\" of the lines above";
  }
  return builder_.on_member(*user) ? nullptr : kRefused;
}

bool Importer::is_event_of_room() const {
  const auto id = number("id");
  const json::Value* timestamp = object_.find("timestamp");
  if (!id || *id > log::kIdMax || timestamp == nullptr) return false;
  std::string seconds;
  base::append_seconds(&seconds,
                       base::Micros(static_cast<base::Micros::rep>(*id)));
  const json::Value* sent_at = object_.find("sent_at");
  if (sent_at != nullptr && sent_at->kind != json::Kind::Number) return false;
  return timestamp->text == seconds && text("room") == room_;
}

Importer::Wrong Importer::take_message() {
  const auto user = text("username");
  const json::Value* client_id = object_.find("client_id");
  const bool deleted = object_.find("deleted") != nullptr;
  if (!is_event_of_room()) return kNotOfTheRoom;
  if (!user || (client_id != nullptr && !json::as_string(*client_id))) {
    return "it needs \"username\", and \"client_id\" only as a string";
  }
  if (text("message").has_value() == deleted) {
    return "it needs \"message\", or else \"deleted\"";
  }
  return builder_.on_entry({*number("id"), chat::EventType::Message, deleted,
                            *user, text("client_id").value_or(""), line_})
             ? nullptr
             : kRefused;
}

Importer::Wrong Importer::take_system() {
  if (!is_event_of_room()) return kNotOfTheRoom;
  if (!text("event") || !text("user") || !text("message") ||
      object_.find("username") != nullptr) {
    return "it needs \"event\", \"user\" and \"message\", and no \"username\"";
  }
  return builder_.on_entry(
             {*number("id"), chat::EventType::System, false, "", "", line_})
             ? nullptr
             : kRefused;
}

Importer::Wrong Importer::take_edit() {
  if (!text("message")) return "it needs \"message\"";
  return take_change(chat::EventType::Edit);
}

Importer::Wrong Importer::take_delete() {
  if (object_.find("message") != nullptr) return "it may hold no \"message\"";
  return take_change(chat::EventType::Delete);
}

Importer::Wrong Importer::take_change(chat::EventType type) {
  const auto target = number("target");
  if (!is_event_of_room()) return kNotOfTheRoom;
  if (!target || !text("username")) {
    return "it needs \"target\" and \"username\"";
  }
  return builder_.on_change({*number("id"), type, *target, line_}) ? nullptr
                                                                   : kRefused;
}

Importer::Wrong Importer::take_room_order() {
  const auto user = text("username");
  const auto room = text("room");
  if (!user || !room) return "it needs \"username\" and \"room\"";
  return builder_.on_room_order(*user, *room) ? nullptr : kRefused;
}

Importer::Wrong Importer::take_client_id() {
  chat::ClientIdFact fact;
  const auto id = number("id");
  const auto digest = number("digest");
  fact.room = text("room").value_or("");
  fact.user = text("username").value_or("");
  fact.client_id = text("client_id").value_or("");
  fact.time = as_micros(number("time"));
  if (!id || !digest) {
    return "it needs \"room\", \"username\", \"client_id\", \"id\", "
           "\"digest\" and \"time\"";
  }
  fact.id = *id;
  fact.digest = *digest;
  return builder_.on_client_id(fact) ? nullptr : kRefused;
}

Importer::Wrong Importer::take_end() {
  return number("lines") == lines_ ? nullptr : "lines are missing before it";
}

}  // namespace papo::cli
