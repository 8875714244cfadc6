// What WebSockets have said, and when the machine heard it.
//
// Frames wait in the machine while too much is unsent, or for the answers of
// the commands before them, and nobody tells the judge when they are read. But
// each has its reply, in order, or its command:
// so what is queued for the connection shows how far the machine has come, and
// the judge follows it to there. That it waits no longer and no shorter than
// it should is judged by the place of the reply among what was unsent.
#include <algorithm>

#include "sim/client_wire.h"
#include "sim/world.h"

namespace papo::sim {
namespace {

bool is_reply(const Frame& frame) {
  if (frame.opcode == kPong) return true;
  if (frame.opcode != kText) return false;
  const std::string type = member(frame.payload, "type");
  return type == "ok" || type == "error";
}

bool ends(Ask ask) {
  return ask >= Ask::BinaryFrame;
}

// Before these are answered, what the feed holds is queued.
bool drains_feed(Ask ask) {
  return ask == Ask::Subscribe || ask == Ask::Unsubscribe;
}

}  // namespace

// ---- What is queued.

// What the machine has queued since the last look.
std::string World::unseen_output(Link* link) {
  std::size_t skip = link->seen - link->taken;
  std::string text;
  for (const std::string_view piece : queued(*link)) {
    const std::size_t passed = std::min(skip, piece.size());
    skip -= passed;
    text += piece.substr(passed);
  }
  return text;
}

void World::look_at_output(Link* link) {
  const std::string text = unseen_output(link);
  std::string_view rest = text;
  if (!link->upgraded && !rest.empty()) {
    ResponseHead head;
    if (read_head(rest, &head) != Reading::Whole || head.status != 101) {
      return fail("a WebSocket begins with " + text.substr(0, 100));
    }
    link->upgraded = true;
    link->seen += head.size;
    rest.remove_prefix(head.size);
  }
  Frame frame;
  while (!rest.empty()) {
    if (read_frame(rest, &frame) != Reading::Whole) {
      return fail("half a frame is queued");
    }
    if (is_reply(frame)) link->replies.push_back(link->seen - link->taken);
    if (frame.opcode == kClose && frame.payload.size() >= 2) {
      link->close_seen = static_cast<std::uint16_t>(
          static_cast<unsigned char>(frame.payload[0]) << 8 |
          static_cast<unsigned char>(frame.payload[1]));
    }
    link->seen += frame.size;
    rest.remove_prefix(frame.size);
  }
}

// ---- How far the machine has read.

// Follows the machine up to where it waits or gives a command to the log.
void World::hear(Link* link) {
  if (link->gone || link->granted != Speech::WebSocket) return;
  look_at_output(link);
  while (!link->asked.empty() && !link->last_answered && ok()) {
    const bool answered = link->replies_told < link->replies.size();
    const bool closes = link->close_seen != 0 && link->close_seen != kTooSlow;
    if ((answered || closes) && !link->line.empty() &&
        takes_place(*link, link->asked.front())) {
      // What is answered is a ping, or a close, behind it.
      link->line.push_back({0, std::move(link->asked.front())});
      link->asked.pop_front();
      continue;
    }
    if (!is_heard(*link, link->asked.front())) return;
    const Ask ask = link->asked.front().ask;
    const bool waits_for_none = ask == Ask::PingFrame || ask == Ask::PongFrame;
    if (!link->line.empty() && !waits_for_none && !ends(ask)) {
      return fail("overtakes a command: #" + std::to_string(link->number));
    }
    const Request request = std::move(link->asked.front());
    link->asked.pop_front();
    take_frame(link, request);
  }
}

bool World::is_heard(const Link& link, const Request& request) {
  if (ends(request.ask)) {
    return link.close_seen != 0 && link.close_seen != kTooSlow &&
           request.end - request.bytes.size() < link.delivered;
  }
  if (request.end > link.delivered) return false;
  Verdict verdict;
  if (is_command(request.ask) && !is_refused_at_once(link, request, &verdict)) {
    return false;
  }
  const bool answered = link.replies_told < link.replies.size();
  if (request.ask == Ask::PongFrame) {  // says nothing, and nothing comes of it
    return answered || link.close_seen != 0 || wants_input(link);
  }
  // What is refused may have been read long before its turn came.
  if (answered && !drains_feed(request.ask) && !takes_place(link, request) &&
      link.replies[link.replies_told] > options_.backlog_bytes_max) {
    fail("reads on while too much is unsent: #" + std::to_string(link.number));
  }
  return answered;
}

// A frame that has wholly come, and that the machine has not read.
bool World::has_unheard(const Link& link) {
  return !link.gone && link.granted == Speech::WebSocket &&
         !link.last_answered && !link.asked.empty() &&
         link.asked.front().ask != Ask::PongFrame &&
         link.asked.front().end <= link.delivered;
}

// The machine has had its chance to read. What is no command waits for those
// that are under way, and so does what may have to.
void World::check_heard(Link* link) {
  if (!link->line.empty()) return;
  if (has_unheard(*link) && unsent(*link) <= options_.backlog_bytes_max) {
    const Request& head = link->asked.front();
    fail("does not read on: #" + std::to_string(link->number) + ", " +
         std::to_string(static_cast<int>(head.ask)) + " " + head.room +
         ", answers " + std::to_string(link->replies_told) + " of " +
         std::to_string(link->replies.size()));
  }
}

// ---- Reading on.

// Something happens upon which the machine reads on in this turn's end, if
// frames of this connection wait.
void World::note_resuming(Link* link) {
  if (link->granted != Speech::WebSocket) return;
  if (wants_input(*link)) return;
  const auto end = resuming_.end();
  if (std::find(resuming_.begin(), end, link->number) != end) return;
  resuming_.push_back(link->number);
}

Link* World::find_number(std::size_t number) {
  for (const auto& each : links_) {
    if (each->number == number) return each.get();
  }
  return nullptr;
}

Link* World::find_id(app::ConnectionId id) {
  for (const auto& each : links_) {
    if (each->id == id && !each->gone) return each.get();
  }
  return nullptr;
}

// In the order in which the machine reads on.
void World::hear_resumed() {
  for (const std::size_t number : resuming_) {
    if (Link* link = find_number(number)) hear(link);
  }
}

// Whose waiting frames are being read: none waits any more.
Link* World::find_reader(const chat::Command& command) {
  if (receiving_ != nullptr) return receiving_;
  hear_resumed();
  for (const std::size_t number : resuming_) {
    Link* link = find_number(number);
    if (link == nullptr || !has_unheard(*link) || !wants_input(*link)) continue;
    // What is refused behind a command says nothing yet.
    const auto next = std::find_if_not(
        link->asked.begin(), link->asked.end(), [&](const Request& each) {
          return !link->line.empty() &&
                 (each.ask == Ask::PongFrame || takes_place(*link, each));
        });
    if (next != link->asked.end() && next->is(command)) return link;
  }
  return nullptr;
}

void World::on_append(const chat::Command& command, log::Ticket ticket) {
  deciding_.reset();
  if (command.kind == chat::CommandKind::Start) return;  // the server's own
  Link* link = find_reader(command);
  if (link == nullptr) return;
  hear(link);
  // What was refused in between has taken its place.
  while (!link->line.empty() && !link->asked.empty() &&
         takes_place(*link, link->asked.front())) {
    link->line.push_back({0, std::move(link->asked.front())});
    link->asked.pop_front();
    hear(link);
  }
  if (link->asked.empty() || !link->asked.front().is(command)) {
    return fail("a command that nobody gave");
  }
  frame_commands_.insert_or_assign(ticket, link->number);
  link->line.push_back({ticket, std::move(link->asked.front())});
  link->asked.pop_front();
}

// Whatever the connection listens to, it is refused when it is read.
bool World::takes_place(const Link& link, const Request& request) const {
  if (request.ask == Ask::BadJson) return true;
  Verdict verdict;
  return is_refused_at_once(link, request, &verdict) &&
         request.ask != Ask::Join && request.ask != Ask::Receive;
}

// ---- What comes of a frame.

void World::take_frame(Link* link, const Request& request) {
  note("frame #" + std::to_string(link->number) + " " +
       std::to_string(static_cast<int>(request.ask)) + " " + request.room +
       " after " + std::to_string(request.after.value_or(0)));
  Verdict verdict;
  switch (request.ask) {
    case Ask::BadJson:
      verdict.code = "invalid_json";
      return expect_frame(link, request, verdict);
    case Ask::Ping:
      return expect_frame(link, request, verdict);
    case Ask::PingFrame: {
      ExpectedAnswer pong;
      pong.request = request;
      pong.body = request.text;
      return expect_reply(link, std::move(pong));
    }
    case Ask::PongFrame:
      return;
    case Ask::BinaryFrame:
    case Ask::CloseFrame:
    case Ask::GarbageFrame:
      link->close_code = request.ask == Ask::BinaryFrame  ? 1003
                         : request.ask == Ask::CloseFrame ? 1000
                                                          : 1002;
      leave_feed(link);
      link->last_answered = true;
      return;
    case Ask::Subscribe:
      if (!may_listen(*link, request.room)) {
        verdict.code = "invalid_field";
        return expect_frame(link, request, verdict);
      }
      if (request.after) stop_listening(link, request.room);
      expect_frame(link, request, verdict);
      if (request.after.value_or(0) == 0) begin_anew(link, {request.room});
      if (request.after) replay(link, {request.room}, *request.after);
      return listen(link, request.room);
    case Ask::Unsubscribe:
      stop_listening(link, request.room);
      return expect_frame(link, request, verdict);
    default:
      return expect_frame(link, request, judge(link, request));
  }
}

void World::expect_frame(Link* link, const Request& request,
                         const Verdict& verdict) {
  ExpectedAnswer answer;
  answer.request = request;
  const std::string ref =
      request.name.empty() ? "" : R"("ref":)" + request.name;
  if (!verdict.code.empty()) {
    answer.body = R"({"type":"error",)" + ref + (ref.empty() ? "" : ",") +
                  error_start(verdict.code);
    answer.body_is_start = true;
  } else {
    answer.body = R"({"type":"ok")" + (ref.empty() ? "" : "," + ref);
    if (!verdict.members.empty()) answer.body += "," + verdict.members;
    answer.body += "}";
  }
  expect_reply(link, std::move(answer));
}

void World::expect_reply(Link* link, ExpectedAnswer answer) {
  ++link->replies_told;
  link->answers.push_back(std::move(answer));
}

void World::answer_frame_command(log::Ticket ticket, const Deciding& deciding) {
  Link* link = find_number(frame_commands_.at(ticket));
  frame_commands_.erase(ticket);
  if (link == nullptr || link->gone || link->last_answered) return;
  note_resuming(link);
  if (link->line.front().ticket == ticket) return answer_line(link, deciding);
  // It has failed before those that came earlier are decided.
  for (Link::Place& each : link->line) {
    if (each.ticket == ticket) each.ticket = 0;
  }
}

// The first place's command is decided: its answer, and all behind it that were
// known already.
void World::answer_line(Link* link, const Deciding& deciding) {
  Link::Place first = std::move(link->line.front());
  link->line.pop_front();
  const Verdict verdict = judge_command(first.request);
  expect_frame(link, first.request, verdict);
  if (verdict.code.empty()) listen_as_decided(link, first.request, deciding);
  while (!link->line.empty() && link->line.front().ticket == 0) {
    const Request request = std::move(link->line.front().request);
    link->line.pop_front();
    Verdict refused;
    if (request.ask == Ask::BadJson) {
      refused.code = "invalid_json";
    } else if (!is_refused_at_once(*link, request, &refused) ||
               request.ask == Ask::Join) {
      refused.code = "storage_unavailable";
    }
    expect_frame(link, request, refused);
  }
}

// Who joins listens, and who leaves no longer.
void World::listen_as_decided(Link* link, const Request& request,
                              const Deciding& deciding) {
  if (request.ask == Ask::Leave) return stop_listening(link, request.room);
  if (request.ask != Ask::Join) return;
  if (link->user.empty()) {
    for (const std::string& room : link->rooms) {
      presence_.connected(room, request.user);
    }
    link->user = request.user;
  }
  if (link->listens_to(request.room)) return;
  if (!may_listen(*link, request.room)) return;
  begin_anew(link, {request.room});
  listen(link, request.room);
  if (deciding.outcome.id != 0) {
    replay(link, {request.room}, deciding.outcome.before);
  }
}

}  // namespace papo::sim
