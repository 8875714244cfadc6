// Readings: what a call's fields mean, each checked against its rule.
//
// Pure: fields and what is known of names go in, values come out. The first
// field that is missing or wrong is the call's problem, and what is read after
// it is empty; so a whole call is read, and then asked for its problem once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/errors.h"
#include "app/fields.h"
#include "app/options.h"
#include "base/time.h"
#include "chat/names.h"
#include "chat/room_store.h"

namespace papo::app {

class FieldReader {
 public:
  // All must outlive it. `caller` is who a call without a `username` is from.
  FieldReader(const Fields* fields, const chat::RoomStore* store,
              const Options* options, std::string_view caller = {})
      : fields_(*fields), store_(*store), options_(*options), caller_(caller) {}

  const std::optional<Problem>& problem() const { return problem_; }
  // The call is wrong for another reason. The first one counts.
  void fail(Problem problem);

  bool has(std::string_view field) const;
  // True for "1" and "true".
  bool flag(std::string_view field) const;
  // The field as it is, "" where there is none.
  std::string_view text(std::string_view field) const;

  // A name by the rule of chat/names.h. What an older papo took for a name is
  // one while somebody has it: its rooms can be read, and left.
  std::string_view name(std::string_view field);
  std::string_view room() { return name("room"); }
  // `username`, or the caller.
  std::string_view user();
  // The same, or "" where none is given: for who may remain unnamed.
  std::string_view optional_user();
  // All `room` fields, each name once, --max-subscriptions at most.
  std::vector<std::string_view> rooms();

  // `message`: 1 to --max-message bytes of UTF-8.
  std::string_view message();
  std::string_view topic();
  std::string_view client_id();
  // `id`, of a message.
  chat::MessageId target();
  // The point after which messages are wanted: `after`, or `last_timestamp`.
  chat::MessageId after(chat::MessageId otherwise);
  // The point to resume from; nothing where there is none. `last_event_id`,
  // which a browser sends when it comes back, is newer than the query that it
  // repeats.
  std::optional<chat::MessageId> resume_point(std::string_view last_event_id);
  // `limit`, at least 1; 0 where there is none.
  std::size_t limit();
  // `wait` in seconds, 0 to 60; by --max-wait an answer comes in any case.
  base::Micros wait();

 private:
  void missing(std::string_view field);
  void wrong(std::string_view field, std::string_view what);
  // A string of at most so many bytes of UTF-8; "" and a problem else.
  std::string_view bounded_text(std::string_view field, std::size_t bytes_max);
  std::string_view checked_name(const FieldValue& value,
                                std::string_view field);

  const Fields& fields_;
  const chat::RoomStore& store_;
  const Options& options_;
  std::string_view caller_;
  std::optional<Problem> problem_;
};

// Which messages a /receive asks for.
struct PageRequest {
  std::string_view room;
  chat::MessageId after = 0;
  std::size_t limit = 0;  // 0: none
  bool changes = false;
  base::Micros wait{};  // for something to tell, where there is a way to wait
};
base::Result<PageRequest, Problem> read_page_request(FieldReader* in);

}  // namespace papo::app
