// A store as lines of JSON, and back: what `papo export` writes and `papo
// import` reads. Importing what was exported and exporting it again gives the
// same bytes.
//
// Every line is one object with a `type`, in this order:
//
//   papo          the first line: "format", 1; "last_id", the greatest id ever
//                 given; "older_removals"; the limits "history", "rooms",
//                 "members", "rooms_of_user", "client_ids", "client_id_age"
//                 (microseconds), "memberships" and "bytes" (the last four are
//                 not there where client_ids had no memory of their own);
//                 "language", en or pt
//   gap           "last_id", "first_id": between them is no id of this log, so
//                 that who resumes there is told
//   removed_room  "room", "last_id": a room that is gone, so that who resumes
//                 in another of its name is told of the hole; the oldest first
//   room          "room", "topic"; "forgotten" and "forgotten_change": the
//                 newest ids that its history no longer holds, 0 for none. The
//                 lines up to the next room are its own and repeat its name
//   member        "room", "username"; in the order of joining
//   message, system, edit, delete
//                 the objects that clients see, byte for byte, in the order of
//                 their ids; a message with "deleted" is a tombstone
//   room_order    "username", "room": for users whose order of rooms is not
//                 that of the rooms above, each of their rooms in the order
//                 joined
//   client_id     "room", "username", "client_id", "id", "digest", "time": a
//                 message that was sent with it; in the order of sending
//   end           the last line: "lines", how many came before it
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/room_store.h"
#include "chat/store_image.h"
#include "wire/json_reader.h"

namespace papo::cli {

// Takes the lines as they are made. False: it cannot, and no more is wanted.
class LineSink {
 public:
  virtual ~LineSink() = default;
  virtual bool take(std::string_view lines) = 0;
};

// False when `sink` was.
bool export_lines(const chat::RoomStore& store, LineSink* sink);

inline constexpr std::size_t kLineBytesMax = std::size_t{4} * 1024 * 1024;

// Strict: a line that cannot follow those before it is refused, and so is an
// end that does not come.
class Importer {
 public:
  // REQUIRES: an empty store, which must outlive the Importer. After an error
  // it is of no use.
  explicit Importer(chat::RoomStore* store);

  // Takes a line without its line break. The error is a clause that begins
  // with the line's number.
  base::Result<base::Done, std::string> take(std::string_view line);
  base::Result<base::Done, std::string> finish() const;

 private:
  enum class Part : std::uint8_t {
    Header,
    Gaps,
    Removed,
    Rooms,
    Orders,
    ClientIds,
    End
  };
  // Nothing is wrong, or what.
  using Wrong = const char*;
  struct Kind {
    std::string_view type;
    Part part;
    Wrong (Importer::*take)();
  };
  static const Kind kKinds[];

  Wrong take_object(std::string_view line);
  chat::StoreLimits header_limits() const;
  Wrong take_header();
  Wrong take_gap();
  Wrong take_removed_room();
  Wrong take_room();
  Wrong take_member();
  Wrong take_message();
  Wrong take_system();
  Wrong take_edit();
  Wrong take_delete();
  Wrong take_room_order();
  Wrong take_client_id();
  Wrong take_end();
  Wrong take_change(chat::EventType type);
  // A member of the line's object; unset when it is of another kind.
  std::optional<std::uint64_t> number(std::string_view name) const;
  std::optional<std::string_view> text(std::string_view name) const;
  // Whether an event is of the room above and its timestamp is its id's.
  bool is_event_of_room() const;

  chat::RoomStore& store_;
  chat::StoreBuilder builder_;
  std::uint64_t lines_ = 0;
  Part part_ = Part::Header;
  bool has_header_ = false;
  std::string room_;
  std::string_view line_;
  json::Object object_;
};

}  // namespace papo::cli
