#include "app/room_list.h"

#include <string>

#include "wire/json_writer.h"

namespace papo::app {

const base::SharedBytes& RoomList::json() {
  const bool is_current = json_ && last_id_ == store_.last_id() &&
                          presence_version_ == presence_.version();
  if (is_current) return json_;
  last_id_ = store_.last_id();
  presence_version_ = presence_.version();
  const auto online = presence_.online_counts();
  std::string list;
  json::Writer writer(&list);
  writer.begin_array();
  for (const chat::Room& room : store_.rooms()) {
    const auto count = online.find(room.name);
    writer.begin_object().key("room").string(room.name);
    writer.key("topic").string(room.topic);
    writer.key("members").number(room.member_count);
    writer.key("online").number(count == online.end() ? 0 : count->second);
    writer.key("last_id").number(room.history.last_id()).end_object();
  }
  writer.end_array();
  json_ = base::SharedBytes(list);
  return json_;
}

}  // namespace papo::app
