#include "chat/encoding.h"

#include <algorithm>

#include "base/text.h"
#include "base/wipe.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"

namespace papo::chat {
namespace {

// Members appended one after the other. Nothing of them stays behind in memory
// that was given back, as the text of a message that is deleted later would.
class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  ~Encoder() { base::wipe(json_.data(), json_.size()); }

  Encoder& start(EventType type) {
    json_.reserve(kUsualBytes);
    json_.append(R"({"type":")").append(name_of(type)).append("\"");
    return *this;
  }
  Encoder& id(MessageId id) { return number(R"(,"id":)", id); }
  Encoder& number(std::string_view name, std::uint64_t value) {
    json_.append(name);
    base::append_number(&json_, value);
    return *this;
  }
  Encoder& string(std::string_view name, std::string_view value) {
    json_.append(name);
    json::append_string(&json_, value);
    return *this;
  }
  Encoder& seconds(std::string_view name, MessageId at) {
    json_.append(name);
    base::append_seconds(&json_,
                         base::Micros(static_cast<base::Micros::rep>(at)));
    return *this;
  }
  Encoder& stamp(MessageId id, MessageId sent_at) {
    seconds(R"(,"timestamp":)", id);
    return sent_at == 0 ? *this : seconds(R"(,"sent_at":)", sent_at);
  }
  base::SharedBytes finish() {
    json_.push_back('}');
    return base::SharedBytes(json_);
  }

 private:
  static constexpr std::size_t kUsualBytes = 320;

  std::string json_;
};

std::string system_text(const SystemFields& fields) {
  const bool english = fields.language == Language::English;
  std::string text(fields.user);
  switch (fields.event) {
    case SystemEvent::Join:
      text += english ? " joined the room" : " entrou na sala";
      break;
    case SystemEvent::Leave:
      text += english ? " left the room" : " saiu da sala";
      break;
    case SystemEvent::Topic:
      text += english ? " set the topic: " : " definiu o assunto: ";
      text += fields.topic;
      break;
  }
  return text;
}

std::string_view name_of(SystemEvent event) {
  switch (event) {
    case SystemEvent::Join:
      return "join";
    case SystemEvent::Leave:
      return "leave";
    case SystemEvent::Topic:
      return "topic";
  }
  __builtin_unreachable();
}

base::SharedBytes encode_change(EventType type, const ChangeFields& fields) {
  Encoder encoder;
  encoder.start(type).id(fields.id).number(R"(,"target":)", fields.target);
  encoder.string(R"(,"room":)", fields.room);
  encoder.string(R"(,"username":)", fields.username);
  if (type == EventType::Edit) encoder.string(R"(,"message":)", fields.text);
  return encoder.stamp(fields.id, fields.sent_at).finish();
}

}  // namespace

MessageId sent_at(MessageId id, base::Micros time) {
  constexpr MessageId kSecond = 1'000'000;
  const auto at =
      static_cast<MessageId>(std::max<base::Micros::rep>(time.count(), 1));
  return id > at + kSecond ? at : 0;
}

MessageId sent_at_of(std::string_view json) {
  if (json.find(R"("sent_at")") == json.npos) return 0;
  const auto object = json::Object::parse(json);
  const json::Value* value = object ? object->find("sent_at") : nullptr;
  const auto time =
      value != nullptr ? base::parse_seconds(value->text) : std::nullopt;
  return time ? static_cast<MessageId>(time->count()) : 0;
}

base::SharedBytes encode_message(const MessageFields& fields) {
  Encoder encoder;
  encoder.start(EventType::Message).id(fields.id);
  encoder.string(R"(,"room":)", fields.room);
  encoder.string(R"(,"username":)", fields.username);
  encoder.string(R"(,"message":)", fields.text);
  encoder.stamp(fields.id, fields.sent_at);
  if (!fields.client_id.empty()) {
    encoder.string(R"(,"client_id":)", fields.client_id);
  }
  if (fields.edited != 0) encoder.seconds(R"(,"edited":)", fields.edited);
  if (fields.changed_at != 0) {
    encoder.seconds(R"(,"edited_at":)", fields.changed_at);
  }
  return encoder.finish();
}

base::SharedBytes encode_tombstone(const MessageFields& fields,
                                   MessageId deleted) {
  Encoder encoder;
  encoder.start(EventType::Message).id(fields.id);
  encoder.string(R"(,"room":)", fields.room);
  encoder.string(R"(,"username":)", fields.username);
  encoder.stamp(fields.id, fields.sent_at);
  if (!fields.client_id.empty()) {
    encoder.string(R"(,"client_id":)", fields.client_id);
  }
  encoder.seconds(R"(,"deleted":)", deleted);
  if (fields.changed_at != 0) {
    encoder.seconds(R"(,"deleted_at":)", fields.changed_at);
  }
  return encoder.finish();
}

base::SharedBytes encode_system(const SystemFields& fields) {
  Encoder encoder;
  encoder.start(EventType::System);
  encoder.string(R"(,"event":)", name_of(fields.event));
  encoder.string(R"(,"user":)", fields.user).id(fields.id);
  encoder.string(R"(,"room":)", fields.room);
  if (fields.event == SystemEvent::Topic) {
    encoder.string(R"(,"topic":)", fields.topic);
  }
  encoder.string(R"(,"message":)", system_text(fields));
  return encoder.stamp(fields.id, fields.sent_at).finish();
}

base::SharedBytes encode_edit(const ChangeFields& fields) {
  return encode_change(EventType::Edit, fields);
}

base::SharedBytes encode_delete(const ChangeFields& fields) {
  return encode_change(EventType::Delete, fields);
}

}  // namespace papo::chat
