// What every connection has to read: decided at the moment at which the
// machine decides it.
#include <algorithm>

#include "sim/client_wire.h"
#include "sim/world.h"

namespace papo::sim {
namespace {

using chat::CommandKind;

struct CodeRow {
  std::string_view code;
  int status;
};
constexpr CodeRow kCodes[] = {
    {"missing_field", 400},     {"invalid_field", 400},
    {"forbidden", 403},         {"not_found", 404},
    {"room_not_found", 404},    {"not_a_member", 404},
    {"message_not_found", 404}, {"method_not_allowed", 405},
    {"message_too_long", 413},  {"storage_unavailable", 503},
    {"overloaded", 503},        {"too_many_connections", 429},
    {"client_id_reused", 409},
};

int status_of(std::string_view code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row.status;
  }
  return 0;
}

bool opens_stream(const Request& request) {
  return request.ask == Ask::Events || request.ask == Ask::WebSocket ||
         (request.ask == Ask::Lines && !request.poll);
}

std::string id_members(const Outcome& outcome, base::Micros time) {
  if (outcome.id == 0) return {};
  std::string members = R"("id":)" + std::to_string(outcome.id);
  members += R"(,"timestamp":)" + seconds_of(outcome.id);
  if (outcome.duplicate) return members + R"(,"duplicate":true)";
  if (const MessageId at = sent_at(outcome.id, time)) {
    members += R"(,"sent_at":)" + seconds_of(at);
  }
  return members;
}

}  // namespace

Link* World::find(const base::PeerAddress& peer) {
  for (const auto& link : links_) {
    if (link->peer == peer) return link.get();
  }
  return nullptr;
}

// ---- Answers by HTTP.

void World::write(const app::AccessEntry& entry) {
  Link* link = find(entry.peer);
  if (link == nullptr || link->gone) return fail("an answer for nobody");
  hear_resumed();
  notice_ends();
  note("answer #" + std::to_string(link->number) + " " +
       std::to_string(entry.status) + " " + std::string(entry.request));
  if (link->last_answered) return fail("an answer after the last one");
  if (entry.request == "-") return expect_fault(link, entry.status);
  if (link->asked.empty() || link->asked.front().name != entry.request) {
    return fail("answers to the wrong request: " + std::string(entry.request));
  }
  if (link->asked.front().end > link->delivered) {
    return fail("answers to what has not arrived");
  }
  expect_answer(link, entry.status);
}

// A request that nobody can understand, or that did not come in time.
void World::expect_fault(Link* link, int status) {
  ExpectedAnswer answer;
  answer.status = status;
  answer.body = R"({"status":"error","code":")";
  answer.body_is_start = true;
  answer.closes = true;
  const bool is_garbage =
      !link->asked.empty() && link->asked.front().ask == Ask::Garbage;
  if (status == 408) {
    const base::Micros least =
        std::min(options_.header_timeout, options_.body_timeout);
    const base::Micros waited = now_.steady - link->request_began;
    if (waited < (link->refused ? std::chrono::seconds(5) : least)) {
      fail("timed out too early");
    }
  } else if (!is_garbage) {
    fail("a fault in a good request");
  }
  link->last_answered = true;
  link->last_answered_at = now_.steady;
  link->answers.push_back(std::move(answer));
}

void World::expect_answer(Link* link, int status) {
  ExpectedAnswer answer;
  answer.request = std::move(link->asked.front());
  link->asked.pop_front();
  link->head_since = link->last_answered_at = now_.steady;
  const Request& request = answer.request;
  answer.closes = request.closes || link->refused;
  answer.may_close = shutting_down_;
  const Verdict verdict = judge(link, request);
  answer.status = verdict.status;
  if (!verdict.code.empty()) {
    answer.body = R"({"status":"error",)" + error_start(verdict.code);
    answer.body_is_start = true;
  } else if (verdict.plain) {
    answer.body = "{" + verdict.members + "}";
  } else {
    answer.body = R"({"status":"success")";
    if (!verdict.members.empty()) answer.body += "," + verdict.members;
    answer.body += "}";
  }
  if (request.ask == Ask::File && verdict.code.empty()) {
    answer.body = std::string(3000, 'p');
  }
  answer.has_body = !request.head_only && answer.status != 204;
  const bool streams =
      (request.ask == Ask::Events || request.ask == Ask::Lines ||
       request.ask == Ask::WebSocket) &&
      verdict.code.empty();
  if (status !=
      (streams && request.ask == Ask::WebSocket ? 101 : answer.status)) {
    return fail("status " + std::to_string(status) + " to " + request.name +
                " instead of " + std::to_string(answer.status));
  }
  if (streams) return expect_stream(link, std::move(answer));
  link->last_answered |= answer.closes;
  link->answers.push_back(std::move(answer));
}

// From here on the connection is a listener.
void World::expect_stream(Link* link, ExpectedAnswer answer) {
  const Request request = answer.request;
  std::vector<std::string> rooms = request.rooms;
  std::optional<MessageId> after = request.after;
  answer.has_body = answer.closes = false;
  answer.endless = request.ask != Ask::WebSocket;
  if (request.ask == Ask::Lines) {
    rooms = {request.room};
    after = after.value_or(0);
    if (request.poll) {
      answer.endless = false;
      answer.has_body = true;
      answer.closes = request.closes;
      answer.body.clear();
      for (const Told& each : model_.replay(rooms, *after)) {
        answer.body += (request.as_text ? each.line : each.json) + "\n";
      }
      link->last_answered |= answer.closes;
      link->answers.push_back(std::move(answer));
      return;
    }
    link->granted = request.as_text ? Speech::Text : Speech::Lines;
  } else if (request.ask == Ask::Events) {
    link->granted = Speech::Events;
    if (rooms.empty()) {
      link->follows = true;
      rooms = model_.rooms_of(request.user);
    }
  } else {
    link->granted = Speech::WebSocket;
    answer.status = 101;
  }
  answer.then = link->granted;
  // Not 0, which asks for whatever there is and so can tell of no hole.
  answer.start = after.value_or(std::max<MessageId>(model_.last_id(), 1));
  link->user = request.user;
  link->is_listening = true;
  link->answers.push_back(std::move(answer));
  if (after.value_or(0) == 0) begin_anew(link, rooms);
  if (after) replay(link, rooms, *after);
  for (const std::string& room : rooms) listen(link, room);
}

// ---- Verdicts, the same for both doors.

bool World::may_listen(const Link& link, const std::string& room) const {
  return link.listens_to(room) ||
         link.rooms.size() < options_.subscriptions_max;
}

bool World::is_refused_at_once(const Link& link, const Request& request,
                               Verdict* verdict) const {
  if (request.ask == Ask::BadField) {
    verdict->code = "missing_field";
  } else if ((request.ask == Ask::Send || request.ask == Ask::Edit ||
              request.ask == Ask::Post) &&
             request.text.size() > options_.message_bytes_max) {
    verdict->code = "message_too_long";
  } else if (request.rooms.size() > options_.subscriptions_max ||
             (link.granted == Speech::WebSocket && request.ask == Ask::Join &&
              !may_listen(link, request.room))) {
    verdict->code = "invalid_field";
  } else {
    return false;
  }
  return true;
}

World::Verdict World::judge(Link* link, const Request& request) {
  Verdict verdict;
  if (link->refused) {
    verdict.code = "too_many_connections";
  } else if (is_refused_at_once(*link, request, &verdict)) {
  } else if (shutting_down_ && opens_stream(request)) {
    verdict.code = "overloaded";
  } else if (is_command(request.ask)) {
    verdict = judge_posted(request);
  } else {
    verdict.plain = true;
    switch (request.ask) {
      case Ask::Typing:
        verdict.plain = false;
        if (model_.find(request.room) == nullptr) {
          verdict.code = "room_not_found";
        } else if (!model_.is_member(request.room, request.user)) {
          verdict.code = "not_a_member";
        } else {
          presence_.typing(request.room, request.user, now_.steady);
        }
        break;
      case Ask::Receive: {
        const Model::Page page =
            model_.page({request.room, request.after.value_or(0), request.limit,
                         request.changes});
        verdict.members = page.members;
        const base::Micros since =
            std::max(request.delivered, link->head_since);
        if (link->granted == Speech::Http && page.nothing &&
            now_.steady - since < request.patience() && !shutting_down_ &&
            now_.steady - request.delivered < request.patience()) {
          fail("did not wait: " + request.name);
        }
        break;
      }
      case Ask::UserRooms: {
        presence_.polled(request.user, now_.steady);
        std::string list;
        for (const std::string& room : model_.rooms_of(request.user)) {
          list += (list.empty() ? "" : ",") + json_string(room);
        }
        verdict.members = R"("rooms":[)" + list + "]";
        break;
      }
      case Ask::Rooms:
        verdict.members = list_rooms();
        break;
      case Ask::Members:
        if (model_.find(request.room) == nullptr) {
          verdict.code = "room_not_found";
        } else {
          verdict.members = list_members(request.room);
        }
        break;
      case Ask::Health:
        verdict.plain = false;
        if (const auto ahead =
                static_cast<std::int64_t>(model_.last_id()) - now_.wall.count();
            ahead > 5'000'000) {
          verdict.members =
              R"("ids_ahead":)" + std::to_string(ahead / 1'000'000);
        }
        break;
      case Ask::NotFound:
        verdict.code = "not_found";
        break;
      case Ask::WrongMethod:
        verdict.code = "method_not_allowed";
        break;
      case Ask::Options:
        verdict.status = 204;
        break;
      default:
        break;
    }
  }
  if (!verdict.code.empty()) verdict.status = status_of(verdict.code);
  return verdict;
}

World::FailedCommand::FailedCommand(const chat::Command& from)
    : room(from.room),
      user(from.user),
      text(from.text),
      client_id(from.client_id),
      command(from) {}

chat::Command World::FailedCommand::view() const {
  chat::Command viewed = command;
  viewed.room = room;
  viewed.user = user;
  viewed.text = text;
  viewed.client_id = client_id;
  return viewed;
}

// By HTTP. One that has failed is answered when those before it are.
World::Verdict World::judge_posted(const Request& request) {
  const auto failed =
      std::find_if(failed_.begin(), failed_.end(),
                   [&](const auto& each) { return request.is(each.view()); });
  if (failed != failed_.end() && !is_deciding(request)) {
    failed_.erase(failed);
    Verdict verdict;
    verdict.code = "storage_unavailable";
    return verdict;
  }
  if (failed != failed_.end() && !deciding_->stored) failed_.erase(failed);
  return judge_command(request);
}

bool World::is_deciding(const Request& request) const {
  return deciding_ && !deciding_->answered && request.is(deciding_->command);
}

// A command is answered when it is decided, and then only.
World::Verdict World::judge_command(const Request& request) {
  Verdict verdict;
  if (!is_deciding(request)) {
    fail("answered before it is decided: " + request.name);
    return verdict;
  }
  deciding_->answered = true;
  const Outcome& outcome = deciding_->outcome;
  if (!deciding_->stored) {
    verdict.code = "storage_unavailable";
  } else if (!outcome.refusal.empty()) {
    verdict.code = outcome.refusal;
  } else if (request.ask == Ask::Join) {
    verdict.members = joined_members(deciding_->command);
  } else if (request.ask == Ask::Leave) {
    verdict.members = R"("message":)" +
                      json_string(request.user + " left " + request.room) +
                      R"(,"room":)" + json_string(request.room);
  } else {
    verdict.members = id_members(outcome, deciding_->command.time);
  }
  return verdict;
}

std::string World::joined_members(const chat::Command& command) const {
  const std::string room(command.room);
  std::string members =
      R"("message":)" +
      json_string(std::string(command.user) + " is in " + room) +
      R"(,"room":)" + json_string(room) + R"(,"members":[)";
  const std::vector<std::string>& all = model_.find(room)->members;
  for (std::size_t i = 0; i < all.size() && i < 100; ++i) {
    members += (i == 0 ? "" : ",") + json_string(all[i]);
  }
  return members + R"(],"member_count":)" + std::to_string(all.size());
}

std::string World::list_rooms() const {
  std::string list;
  for (const Model::Room& room : model_.rooms()) {
    list += list.empty() ? "" : ",";
    list += R"({"room":)" + json_string(room.name) + R"(,"topic":)" +
            json_string(room.topic) + R"(,"members":)" +
            std::to_string(room.members.size()) + R"(,"online":)" +
            std::to_string(presence_.online_in(room.name)) + R"(,"last_id":)" +
            std::to_string(room.last_id) + "}";
  }
  return R"("rooms":[)" + list + "]";
}

std::string World::list_members(const std::string& room) const {
  std::string list;
  for (const std::string& user : model_.find(room)->members) {
    list += list.empty() ? "" : ",";
    list += R"({"username":)" + json_string(user) + R"(,"online":)" +
            (presence_.is_online(room, user) ? "true" : "false") +
            R"(,"typing":)" +
            (presence_.is_typing(room, user) ? "true" : "false") + "}";
  }
  return R"("members":[)" + list + "]";
}

// ---- The log.

void World::on_deciding(const chat::Command& command, log::Ticket ticket,
                        bool stored) {
  notice_ends();
  deciding_ = {command, {}, stored};
  if (stored) {
    deciding_->outcome = model_.apply(command);
    const Outcome& outcome = deciding_->outcome;
    note("commit " + std::to_string(static_cast<int>(command.kind)) + " " +
         std::string(command.room) + " by " + std::string(command.user) +
         " -> " + std::to_string(outcome.id) + outcome.refusal);
    for (const Told& told : outcome.events) tell(told);
    if (outcome.refusal.empty() && outcome.id != 0) {
      if (command.kind == CommandKind::Send ||
          command.kind == CommandKind::Post ||
          command.kind == CommandKind::Leave) {
        presence_.stopped_typing(std::string(command.room),
                                 std::string(command.user));
      }
      tell_followers(command, outcome.before);
    }
  }
  if (frame_commands_.contains(ticket)) {
    answer_frame_command(ticket, *deciding_);
  } else if (!stored) {
    failed_.emplace_back(command);
  }
}

void World::tell(const Told& told) {
  for (const auto& link : links_) {
    if (!link->gone && link->listens_to(told.room)) {
      link->events.push_back(told);
    }
  }
}

// Streams without rooms of their own are told of those of their user.
void World::tell_followers(const chat::Command& command, MessageId before) {
  const std::string room(command.room);
  const bool joins =
      command.kind == CommandKind::Join || command.kind == CommandKind::Post;
  if (!joins && command.kind != CommandKind::Leave) return;
  for (const auto& link : links_) {
    if (!link->follows || link->user != command.user) continue;
    if (!joins) {
      stop_listening(link.get(), room);
    } else if (!link->listens_to(room)) {
      begin_anew(link.get(), {room});
      listen(link.get(), room);
      replay(link.get(), {room}, before);
    }
  }
}

// ---- Listeners.

void World::listen(Link* link, const std::string& room) {
  if (link->listens_to(room)) return;
  if (!link->user.empty()) presence_.connected(room, link->user);
  link->rooms.push_back(room);
  link->rooms_ever.insert(room);
}

void World::stop_listening(Link* link, const std::string& room) {
  if (!link->listens_to(room)) return;
  std::erase(link->rooms, room);
  link->online.clear();
  link->typing.clear();
  if (!link->user.empty()) {
    presence_.disconnected(room, link->user, now_.steady);
  }
}

void World::leave_feed(Link* link) {
  while (!link->rooms.empty()) stop_listening(link, link->rooms.back());
  link->follows = false;
  link->is_listening = false;
}

// Who lagged too far, or was silent too long, listens no more from the moment
// at which the machine sees it.
void World::notice_ends() {
  if (shutting_down_) return;  // all have been told to go
  for (const auto& link : links_) {
    if (link->gone || !link->is_listening) continue;
    if (house_->is_listening(link->id)) continue;
    leave_feed(link.get());
    if (ending(*link) == app::Ending::Close) continue;
    link->last_answered = true;
    note("cut off #" + std::to_string(link->number));
    ++cuts_seen_;
    link->was_cut = true;
    if (link->granted == Speech::WebSocket) link->close_code = kTooSlow;
    if (unsent(*link) == 0) fail("cut, and nothing waits for it");
  }
}

// From here on the client does not go on from where it was.
void World::begin_anew(Link* link, const std::vector<std::string>& rooms) {
  for (const std::string& room : rooms) {
    link->events.push_back({0, "anew", room, {}, {}, model_.last_id()});
  }
}

void World::replay(Link* link, const std::vector<std::string>& rooms,
                   MessageId after) {
  bool truncated = false;
  for (const Told& told : model_.replay(rooms, after)) {
    truncated |= told.type == "truncated";
    link->events.push_back(told);
  }
  // Told once: who comes back goes on from here.
  if (truncated && link->granted == Speech::Events) {
    const auto point = std::max<MessageId>(model_.last_id(), 1);
    link->events.push_back({point, "point", {}, {}, {}});
  }
}

}  // namespace papo::sim
