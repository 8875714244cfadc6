// What connections have read, against what they had to read.
#include <algorithm>

#include "sim/client_wire.h"
#include "sim/world.h"

namespace papo::sim {
namespace {

using namespace std::chrono_literals;

bool is_ephemeral(std::string_view type) {
  return type == "presence" || type == "typing";
}

std::string shortened(std::string_view text) {
  return std::string(text.substr(0, 300));
}

}  // namespace

void World::read(Link* link) {
  for (bool more = true; more && ok() && !link->incoming.empty();) {
    pass_marks(link);
    switch (link->speech) {
      case Speech::Http:
        more = read_answer(link);
        break;
      case Speech::Events:
        more = read_block(link);
        break;
      case Speech::Lines:
        more = read_line(link);
        break;
      case Speech::Text:
        more = read_text(link);
        break;
      case Speech::WebSocket:
        more = read_frame_of(link);
        break;
    }
  }
  if (ok() && link->server_finished) check_end(link);
}

void World::pass_marks(Link* link) {
  while (!link->events.empty() && link->events.front().type == "anew") {
    const Told& mark = link->events.front();
    link->points.erase(mark.room);
    link->truncated[mark.room] = mark.until;  // whatever is held, it is told
    link->events.pop_front();
  }
}

bool World::read_answer(Link* link) {
  ResponseHead head;
  switch (read_head(link->incoming, &head)) {
    case Reading::NeedBytes:
      return false;
    case Reading::Wrong:
      fail("not a response: " + shortened(link->incoming));
      return false;
    case Reading::Whole:
      break;
  }
  if (head.status == 100) {
    link->incoming.erase(0, head.size);
    return true;
  }
  if (link->answers.empty()) {
    fail("an answer that nobody expects: " + shortened(link->incoming));
    return false;
  }
  const ExpectedAnswer& wanted = link->answers.front();
  const std::size_t length =
      wanted.has_body ? head.length.value_or(0) : std::size_t{0};
  if (link->incoming.size() < head.size + length) return false;
  const std::string body = link->incoming.substr(head.size, length);
  const bool right_body = wanted.body_is_start ? body.starts_with(wanted.body)
                                               : body == wanted.body;
  if (head.status != wanted.status || (wanted.has_body && !right_body)) {
    fail("the answer to " + wanted.request.name + " is " +
         std::to_string(head.status) + " " + body + "\n  instead of " +
         std::to_string(wanted.status) + " " + wanted.body);
  }
  const bool closes = wanted.closes || wanted.endless;
  if ((head.closes != closes && !wanted.may_close) ||
      head.field("Access-Control-Allow-Origin") != "*" ||
      head.field("Date").size() != 29) {
    fail("a field of the head is wrong: " + head.raw);
  }
  if (wanted.status == 101 &&
      head.field("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") {
    fail("the key is not accepted: " + head.raw);
  }
  link->incoming.erase(0, head.size + length);
  link->speech = wanted.then;
  if (wanted.then == Speech::Events) {
    link->point = wanted.start;
  } else {
    for (const auto& client : clients_) {
      if (client->link() == link) client->on_answer(wanted.request, body);
    }
    link->greeted = link->speech != Speech::WebSocket;
  }
  if (wanted.then == Speech::Events) link->greeted = false;
  link->answers.pop_front();
  return true;
}

bool World::read_block(Link* link) {
  StreamEvent event;
  switch (read_event(link->incoming, &event)) {
    case Reading::NeedBytes:
      return false;
    case Reading::Wrong:
      fail("not an event: " + shortened(link->incoming));
      return false;
    case Reading::Whole:
      break;
  }
  link->incoming.erase(0, event.size);
  if (!link->greeted) {
    if (event.has_retry) return true;
    link->greeted = true;
    if (event.data || event.id != std::to_string(link->point)) {
      fail("the stream does not begin with the point " +
           std::to_string(link->point));
    }
  } else if (event.data) {
    if (event.type != member(*event.data, "type")) fail("the event's type");
    const bool stored = !is_ephemeral(event.type) && event.type != "truncated";
    const std::string id = stored ? member(*event.data, "id") : "";
    if (event.id != id) fail("the event's id is " + event.id);
    read_object(link, *event.data);
  } else if (!event.is_comment) {
    if (link->events.empty() || link->events.front().type != "point" ||
        event.id != std::to_string(link->events.front().id)) {
      fail("an event without data");
      return true;
    }
    link->point = link->events.front().id;
    link->events.pop_front();
  }
  return true;
}

bool World::read_line(Link* link) {
  const std::size_t end = link->incoming.find('\n');
  if (end == std::string::npos) return false;
  const std::string line = link->incoming.substr(0, end);
  link->incoming.erase(0, end + 1);
  read_object(link, std::string_view(line).substr(line.find_first_not_of(' ')));
  return true;
}

// Blanks before a line are heartbeats.
bool World::read_text(Link* link) {
  link->incoming.erase(0, link->incoming.find_first_not_of(' '));
  if (link->incoming.empty()) return false;
  if (link->events.empty()) {
    fail("a line that nobody expects: " + shortened(link->incoming));
    return false;
  }
  const std::string line = link->events.front().line + "\n";
  if (!link->incoming.starts_with(line.substr(0, link->incoming.size()))) {
    fail("the line is " + shortened(link->incoming) + " instead of " + line);
  }
  if (link->incoming.size() < line.size()) return false;
  link->incoming.erase(0, line.size());
  take_event(link, link->events.front().json);
  return true;
}

bool World::read_frame_of(Link* link) {
  Frame frame;
  switch (read_frame(link->incoming, &frame)) {
    case Reading::NeedBytes:
      return false;
    case Reading::Wrong:
      fail("not a frame");
      return false;
    case Reading::Whole:
      break;
  }
  link->incoming.erase(0, frame.size);
  if (frame.opcode == kPing) {
    Request pong{.ask = Ask::PongFrame, .text = frame.payload};
    write_frames(&pong, 0, &lottery_);
    if (!link->last_answered && !link->finishes) ask(link, std::move(pong));
  } else if (frame.opcode == kPong) {
    if (link->answers.empty() ||
        link->answers.front().request.ask != Ask::PingFrame ||
        link->answers.front().body != frame.payload) {
      fail("a pong that nobody expects");
    } else {
      link->answers.pop_front();
    }
  } else if (frame.opcode == kClose && frame.payload.size() >= 2) {
    const int code = static_cast<unsigned char>(frame.payload[0]) << 8 |
                     static_cast<unsigned char>(frame.payload[1]);
    if (code != link->close_code) fail("closed with " + std::to_string(code));
    if (!link->answers.empty()) fail("closed without an answer");
  } else if (frame.opcode == kText) {
    read_object(link, frame.payload);
  } else {
    fail("a frame of an unknown kind");
  }
  return true;
}

void World::read_object(Link* link, std::string_view json) {
  const std::string type = member(json, "type");
  if (type == "hello") {
    if (link->greeted) fail("hello again");
    link->greeted = true;
  } else if (!link->greeted) {
    fail("something came before hello");
  } else if (type == "ok" || type == "error") {
    read_reply(link, json);
  } else if (is_ephemeral(type)) {
    note_ephemeral(link, json, type == "typing");
  } else if (link->events.empty() || link->events.front().json != json) {
    fail("#" + std::to_string(link->number) + " is told " + std::string(json) +
         "\n  instead of " +
         (link->events.empty() ? "nothing" : link->events.front().json));
  } else {
    take_event(link, json);
  }
}

void World::read_reply(Link* link, std::string_view json) {
  if (link->answers.empty()) {
    return fail("a reply that nobody expects: " + std::string(json));
  }
  const ExpectedAnswer& wanted = link->answers.front();
  const bool right = wanted.body_is_start ? json.starts_with(wanted.body)
                                          : json == wanted.body;
  if (!right || wanted.request.ask == Ask::PingFrame) {
    return fail("the reply is " + std::string(json) + "\n  instead of " +
                wanted.body);
  }
  link->answers.pop_front();
}

// The first of the expected events has come.
void World::take_event(Link* link, std::string_view) {
  const Told told = std::move(link->events.front());
  link->events.pop_front();
  if (told.type == "truncated") {
    link->truncated[told.room] = told.until;
    return;
  }
  check_hole(link, told);
  link->points[told.room] = told.id;
  link->point = told.id;
}

// From the client's own view, without the judge's: between what it was told
// last of a room, on this connection or on one before, and this, nothing is
// missing, but for edits of what has been deleted and system entries that are
// no longer held, or else it was told.
void World::check_hole(Link* link, const Told& told) {
  const auto last = link->points.find(told.room);
  if (last == link->points.end()) return;
  if (told.id <= last->second) return;  // it asked for the history again
  const auto& all = model_.told_in(told.room);
  for (const auto& [each, target] : all) {
    if (each.id <= last->second || each.id >= told.id) continue;
    const MessageId changed = target;
    const bool excused =
        each.id <= link->truncated[told.room] ||
        (each.type == "system" && !model_.holds(told.room, each.id)) ||
        (each.type == "edit" &&
         std::any_of(all.begin(), all.end(), [&](const auto& other) {
           return other.first.type == "delete" && other.second == changed;
         }));
    if (!excused) {
      return fail("#" + std::to_string(link->number) + " was not told " +
                  each.json);
    }
  }
}

void World::note_ephemeral(Link* link, std::string_view json, bool is_typing) {
  for (const std::string& room : link->rooms_ever) {
    if (!json.starts_with(R"({"type":")" +
                          std::string(is_typing ? "typing" : "presence") +
                          R"(","room":)" + json_string(room) + ",")) {
      continue;
    }
    auto& told = is_typing ? link->typing : link->online;
    const std::string value = member(json, is_typing ? "typing" : "online");
    for (const std::string& user : users) {
      if (json.find(R"("user":)" + json_string(user)) !=
          std::string_view::npos) {
        told[{room, user}] = value == "true";
      }
    }
    return;
  }
  fail("presence of a room that it does not listen to: " + std::string(json));
}

// What a listener was told last of somebody is what is true.
void World::check_ephemeral() {
  for (const auto& link : links_) {
    if (link->gone || link->lagged || !link->is_listening) continue;
    for (const auto& [who, online] : link->online) {
      if (link->listens_to(who.first) &&
          online != presence_.is_online(who.first, who.second)) {
        fail("#" + std::to_string(link->number) + " believes that " +
             who.second + " is " + (online ? "" : "not ") + "online in " +
             who.first);
      }
    }
    for (const auto& [who, typing] : link->typing) {
      if (link->listens_to(who.first) &&
          typing != presence_.is_typing(who.first, who.second)) {
        fail("#" + std::to_string(link->number) + " believes that " +
             who.second + " is " + (typing ? "" : "not ") + "typing in " +
             who.first);
      }
    }
  }
}

// The server has ended the connection: everything due was said before.
void World::check_end(Link* link) {
  link->finishes = true;
  if (link->was_cut || !link->reads) return;
  // Who waits for news and says that nothing more will come has gone.
  const bool waits = link->granted != Speech::Http || !link->asked.empty();
  if (link->finished && waits) return;
  const bool closed = link->last_answered;
  if (!closed && !may_end(*link)) {
    return fail("#" + std::to_string(link->number) + " ended for no reason");
  }
  const bool is_heartbeat =
      (link->speech == Speech::Lines || link->speech == Speech::Text) &&
      link->incoming.find_first_not_of(' ') == std::string::npos;
  if (is_given_up(*link)) return;
  if (!link->incoming.empty() && !is_heartbeat) {
    return fail("#" + std::to_string(link->number) +
                " ended within: " + shortened(link->incoming));
  }
  const bool timed_out = !closed;
  if (!link->answers.empty() && !timed_out) {
    return fail("#" + std::to_string(link->number) + " ended without " +
                link->answers.front().body);
  }
}

// The last answer was not read for so long that the server closed.
bool World::is_given_up(const Link& link) const {
  const base::Micros since = std::max(link.last_taken, link.last_answered_at);
  return link.last_answered && now_.steady - since >= options_.idle_timeout;
}

// A silence that was long enough.
bool World::may_end(const Link& link) const {
  if (link.finished) return true;
  const base::Micros quiet =
      now_.steady - std::max(link.last_delivered, link.last_answered_at);
  if (shutting_down_) return true;
  if (link.refused && now_.steady - link.opened >= 5s) return true;
  switch (link.granted) {
    case Speech::Http:
      return quiet >= options_.idle_timeout ||
             (link.delivered == 0 &&
              now_.steady - link.opened >= options_.header_timeout);
    case Speech::WebSocket:
      return now_.steady - link.last_delivered >= 60s;
    case Speech::Events:
    case Speech::Lines:
    case Speech::Text:
      return now_.steady - link.last_taken >= 60s;
  }
  return false;
}

}  // namespace papo::sim
