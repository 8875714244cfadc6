// The handlers of the API, one for each row of routes.cpp. Each answers its
// call exactly once, or submits one command.
#pragma once

namespace papo::app {

class Call;

// room_handlers.cpp: what changes rooms.
void join_room(Call& call);
void leave_room(Call& call);
void send_message(Call& call);
void post_to_room(Call& call);  // POST /r/<room>
void edit_message(Call& call);
void delete_message(Call& call);
void set_topic(Call& call);
void note_typing(Call& call);

// read_handlers.cpp: what looks at them.
void receive_messages(Call& call);
void list_rooms_of_user(Call& call);
void list_rooms(Call& call);
void list_members(Call& call);

// stream_handlers.cpp: what listens.
void open_event_stream(Call& call);
void open_line_stream(Call& call);  // GET /r/<room>
void open_websocket(Call& call);
void subscribe(Call& call);
void unsubscribe(Call& call);

// service_handlers.cpp: what tells about the server.
void report_health(Call& call);
void report_metrics(Call& call);
void report_version(Call& call);
void answer_ping(Call& call);

}  // namespace papo::app
