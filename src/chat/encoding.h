// How the objects of the feed are written, each once, as JSON.
//
// The bytes are a promise to clients: members stand in one order, ids are
// integers, timestamps are the same instant in seconds with six decimals.
#pragma once

#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "chat/command.h"
#include "chat/event.h"

namespace papo::chat {

// The language of system entries' `message`. Stored in logs: a number is never
// given a second meaning.
enum class Language : std::uint8_t { English = 0, Portuguese = 1 };

// The `event` member of a system entry.
enum class SystemEvent : std::uint8_t { Join, Leave, Topic };

// The time of a command as an id, where the ids are ahead of its clock by more
// than a second; else 0. It goes into "sent_at": what was said when, beside the
// order in which it was said.
MessageId sent_at(MessageId id, base::Micros time);
// The one that an object was written with; 0: none.
MessageId sent_at_of(std::string_view json);

struct MessageFields {
  MessageId id;
  std::string_view room;
  std::string_view username;
  std::string_view text;
  std::string_view client_id;  // left out when empty
  MessageId edited = 0;        // the edit's id; left out when 0
  MessageId sent_at = 0;       // left out when 0
  MessageId changed_at = 0;    // sent_at of the edit, or of the deletion
};
base::SharedBytes encode_message(const MessageFields& fields);

// A message without its text: {"type":"message",…,"deleted":<timestamp>}.
// `fields.text` and `fields.edited` are not used.
base::SharedBytes encode_tombstone(const MessageFields& fields,
                                   MessageId deleted);

struct SystemFields {
  MessageId id;
  SystemEvent event;
  std::string_view room;
  std::string_view user;
  std::string_view topic;  // for SystemEvent::Topic
  Language language;
  MessageId sent_at = 0;
};
base::SharedBytes encode_system(const SystemFields& fields);

struct ChangeFields {
  MessageId id;
  MessageId target;
  std::string_view room;
  std::string_view username;  // who changed it
  std::string_view text;      // for an edit
  MessageId sent_at = 0;
};
base::SharedBytes encode_edit(const ChangeFields& fields);
base::SharedBytes encode_delete(const ChangeFields& fields);

}  // namespace papo::chat
