#include "sim/client.h"

#include <utility>

#include "sim/client_wire.h"
#include "sim/world.h"

namespace papo::sim {
namespace {

constexpr std::size_t kAskedMax = 12;

std::string some_text(World* world) {
  static const std::string kTexts[] = {"oi",
                                       "hello \"you\"",
                                       "two\nlines",
                                       "back\\slash\tand tab \x1B[2J\r",
                                       "ol\xC3\xA1 \xF0\x9F\x98\x80",
                                       "a=b&c=d%20"};
  Lottery& lottery = world->lottery();
  std::string text = lottery.pick(kTexts);
  text += std::to_string(lottery.below(1000));
  if (lottery.one_in(10)) text.append(lottery.below(1500), 'x');
  if (lottery.one_in(100)) text.append(9000, 'y');
  return text;
}

// A message of the room, or one that is not there.
MessageId some_target(World* world, const std::string& room) {
  Lottery& lottery = world->lottery();
  const Model::Room* found = world->model().find(room);
  if (found == nullptr || found->entries.empty() || lottery.one_in(8)) {
    return 1 + lottery.below(1000);
  }
  return lottery.pick(found->entries).id;
}

// A point that nobody was given: of a life before, or of one far ahead.
MessageId foreign_point(World* world) {
  Lottery& lottery = world->lottery();
  switch (lottery.below(3)) {
    case 0:
      return 1 + lottery.below(1000);
    case 1:
      return MessageId{1} << 53;
    default:
      return world->model().last_id() + 100'000'000'000'000 +
             lottery.below(1'000'000);
  }
}

// Any point: near the last id, on both sides of it, too.
MessageId some_point(World* world) {
  Lottery& lottery = world->lottery();
  const MessageId last = world->model().last_id();
  if (lottery.one_in(3)) return foreign_point(world);
  if (lottery.one_in(2)) return last + 1 + lottery.below(2);
  return last - std::min(last, MessageId{lottery.below(200'000'000)});
}

// The author of it, mostly.
std::string some_editor(World* world, const std::string& room, MessageId id) {
  const Model::Room* found = world->model().find(room);
  if (found != nullptr && !world->lottery().one_in(6)) {
    for (const Model::Entry& each : found->entries) {
      if (each.id == id && !each.author.empty()) return each.author;
    }
  }
  return world->lottery().pick(world->users);
}

}  // namespace

Client::Client(Kind kind, std::string name, bool is_slow)
    : kind_(kind), name_(std::move(name)), is_slow_(is_slow) {}

void Client::act(World* world) {
  Lottery& lottery = world->lottery();
  if (link_ == nullptr) {
    if (lottery.one_in(4)) open(world);
    return;
  }
  if (is_slow_) toggle_reading(world);
  if (link_->server_finished || lottery.one_in(60)) return leave_somehow(world);
  if (link_->finishes || link_->asked.size() >= kAskedMax) return;
  switch (kind_) {
    case Kind::Talker:
      if (lottery.one_in(3)) talk(world);
      break;
    case Kind::Poller:
      if (link_->asked.empty() && link_->answers.empty()) poll(world);
      break;
    case Kind::Streamer:
      break;
    case Kind::Socket:
      if (link_->speech == Speech::WebSocket && lottery.one_in(4)) {
        speak_frames(world);
      }
      break;
  }
}

void Client::open(World* world) {
  link_ = world->open(is_slow_);
  if (link_ == nullptr) return;
  link_->point = point_;
  link_->points = points_;
  link_->truncated = truncated_;
  if (kind_ == Kind::Streamer || kind_ == Kind::Socket) reopen_stream(world);
}

// The same stream as before, from where it was cut; at times another one.
void Client::reopen_stream(World* world) {
  Lottery& lottery = world->lottery();
  if (!chosen_ || lottery.one_in(10)) {
    chosen_ = true;
    point_ = 0;
    points_.clear();
    truncated_.clear();
    rooms_.clear();
    const std::size_t count = lottery.between(1, 3);
    for (const std::string& room : world->room_names) {
      if (rooms_.size() < count && lottery.one_in(2)) rooms_.push_back(room);
    }
    stream_ = kind_ == Kind::Socket ? Ask::WebSocket
              : lottery.one_in(2)   ? Ask::Events
                                    : Ask::Lines;
    follows_ = stream_ == Ask::Events && lottery.one_in(3);
    as_text_ = lottery.one_in(3);
    by_query_ = lottery.one_in(2);
    if (rooms_.empty()) rooms_.push_back(world->room_names.front());
    link_->points.clear();
    link_->truncated.clear();
  }
  // The user may have been in other rooms meanwhile.
  if (follows_) link_->points.clear();
  Request request{.ask = stream_, .closes = false};
  if (follows_ || lottery.one_in(2)) request.user = name_;
  if (stream_ == Ask::Lines) {
    request.room = rooms_.front();
    request.as_text = as_text_;
    request.poll = lottery.one_in(10);
  } else if (!follows_) {
    request.rooms = rooms_;
    if (stream_ == Ask::WebSocket && !by_query_) request.rooms.clear();
  }
  if (point_ != 0 || lottery.one_in(4)) request.after = point_;
  if (lottery.one_in(16)) request.after = foreign_point(world);
  // A socket that subscribes later does so with each room's own point.
  if (stream_ == Ask::WebSocket && request.rooms.empty()) request.after = {};
  write_http(&request, &lottery);
  world->ask(link_, std::move(request));
}

void Client::forget_link() {
  const bool is_stream = kind_ == Kind::Streamer || kind_ == Kind::Socket;
  if (is_stream) {
    point_ = link_->point;
    points_ = link_->points;
    truncated_ = link_->truncated;
  }
  link_ = nullptr;
}

void Client::on_answer(const Request& request, std::string_view body) {
  if (kind_ != Kind::Poller || request.ask != Ask::Receive) return;
  for (std::size_t at = 0;
       (at = body.find("\"id\":", at)) != std::string_view::npos; ++at) {
    point_ = std::max(point_, number_member(body.substr(at), "id"));
  }
}

void Client::leave_somehow(World* world) {
  if (link_->server_finished || world->lottery().one_in(2)) {
    if (!world->lottery().one_in(3) && !link_->server_finished) {
      link_->finishes = true;
      link_->reads = true;
      return;
    }
    world->cut(link_);
  } else if (link_->speech == Speech::WebSocket) {
    Request close{.ask = Ask::CloseFrame};
    if (world->lottery().one_in(4)) close.ask = Ask::GarbageFrame;
    if (world->lottery().one_in(4)) close.ask = Ask::BinaryFrame;
    write_frames(&close, 0, &world->lottery());
    world->ask(link_, std::move(close));
    link_->finishes = world->lottery().one_in(2);
  } else if (link_->granted == Speech::Http && kind_ == Kind::Talker &&
             world->lottery().one_in(2)) {
    Request garbage{.ask = Ask::Garbage};
    write_http(&garbage, &world->lottery());
    world->ask(link_, std::move(garbage));
    link_->finishes = true;
  }
}

// A reader that stops, and perhaps goes on.
void Client::toggle_reading(World* world) {
  if (world->lottery().one_in(link_->reads ? 20 : 40)) {
    link_->reads = !link_->reads;
  }
}

void Client::talk(World* world) {
  Lottery& lottery = world->lottery();
  const std::size_t count = lottery.one_in(3) ? lottery.between(2, 6) : 1;
  for (std::size_t i = 0; i < count; ++i) {
    Request request =
        lottery.one_in(3) ? random_question(world) : random_command(world);
    if (lottery.one_in(20)) request.ask = Ask::Health;
    if (lottery.one_in(20)) request.ask = Ask::File;
    if (lottery.one_in(30)) request.ask = Ask::NotFound;
    if (lottery.one_in(30)) request.ask = Ask::WrongMethod;
    if (lottery.one_in(30)) request.ask = Ask::Options;
    if (request.ask == Ask::Send && lottery.one_in(4)) request.ask = Ask::Post;
    request.closes = lottery.one_in(40);
    const bool posts = is_command(request.ask) || request.ask == Ask::Typing ||
                       request.ask == Ask::BadField ||
                       request.ask == Ask::WrongMethod ||
                       request.ask == Ask::Options;
    request.head_only = !posts && lottery.one_in(10);
    if (request.ask == Ask::Receive && lottery.one_in(4)) {
      request.wait = base::Micros(1 + lottery.below(5'000'000));
    }
    write_http(&request, &lottery);
    const bool last = request.closes;
    world->ask(link_, std::move(request));
    if (last) {
      link_->finishes = true;
      break;
    }
  }
}

// Asks again and again for what is new in one room.
void Client::poll(World* world) {
  Lottery& lottery = world->lottery();
  if (poll_room_.empty() || lottery.one_in(20)) {
    poll_room_ = lottery.pick(world->room_names);
    point_ = 0;
  }
  Request request{.ask = Ask::Receive, .room = poll_room_};
  if (point_ != 0) request.after = point_;
  if (lottery.one_in(12)) request.after = some_point(world);
  request.changes = lottery.one_in(3);
  request.wait = base::Micros(lottery.below(60'000'000));
  if (lottery.one_in(4)) request.limit = lottery.between(1, 4);
  write_http(&request, &lottery);
  world->ask(link_, std::move(request));
}

void Client::speak_frames(World* world) {
  Lottery& lottery = world->lottery();
  const std::size_t count = lottery.one_in(3) ? lottery.between(2, 6) : 1;
  for (std::size_t i = 0; i < count; ++i) {
    Request request;
    if (is_slow_ && lottery.one_in(3)) {  // what makes long answers
      request = {.ask = Ask::Receive, .room = lottery.pick(world->room_names)};
    } else if (!by_query_ && lottery.one_in(3)) {
      request = {.ask = Ask::Subscribe,
                 .room = lottery.pick(world->room_names)};
      const auto point = link_->points.find(request.room);
      if (point != link_->points.end()) {
        request.after = point->second;
      } else if (lottery.one_in(3)) {
        request.after = 0;
      }
      if (lottery.one_in(12)) request.after = foreign_point(world);
      if (link_->listens_to(request.room)) request.ask = Ask::Unsubscribe;
      if (request.ask == Ask::Unsubscribe) {
        request.after = {};
        // What comes meanwhile is not missed, but not wanted.
        link_->points.erase(request.room);
      }
    } else if (lottery.one_in(2)) {
      request = random_command(world);
      const bool moves = request.ask == Ask::Join || request.ask == Ask::Leave;
      if (by_query_ && moves) request = {.ask = Ask::Rooms};
    } else {
      request = random_question(world);
    }
    if (lottery.one_in(12)) request = {.ask = Ask::Ping};
    if (lottery.one_in(12)) request = {.ask = Ask::PingFrame, .text = "are"};
    if (lottery.one_in(40)) request = {.ask = Ask::BadJson};
    write_frames(&request, ++link_->refs, &lottery);
    world->ask(link_, std::move(request));
  }
}

Request Client::random_command(World* world) const {
  Lottery& lottery = world->lottery();
  Request request;
  request.room = lottery.pick(world->room_names);
  request.user = lottery.one_in(3) ? lottery.pick(world->users) : name_;
  switch (lottery.below(12)) {
    case 0:
    case 1:
      request.ask = Ask::Join;
      break;
    case 2:
      request.ask = Ask::Leave;
      break;
    case 3:
    case 4:
      request.ask = lottery.one_in(2) ? Ask::Edit : Ask::Delete;
      request.target = some_target(world, request.room);
      request.user = some_editor(world, request.room, request.target);
      if (request.ask == Ask::Edit) request.text = some_text(world);
      break;
    case 5:
      request.ask = Ask::Topic;
      request.text = "topic " + std::to_string(lottery.below(3));
      break;
    default:
      request.ask = Ask::Send;
      request.text = some_text(world);
      if (lottery.one_in(4)) {
        request.client_id = "c" + std::to_string(lottery.below(8));
        // Mostly the text that it had before: a retry.
        if (!lottery.one_in(4)) request.text = "text of " + request.client_id;
      }
  }
  return request;
}

Request Client::random_question(World* world) const {
  Lottery& lottery = world->lottery();
  Request request;
  request.room = lottery.pick(world->room_names);
  switch (lottery.below(7)) {
    case 0:
      request.ask = Ask::Typing;
      request.user = lottery.pick(world->users);
      break;
    case 1:
      request.ask = Ask::UserRooms;
      request.user = lottery.pick(world->users);
      break;
    case 2:
      request.ask = Ask::Rooms;
      break;
    case 3:
      request.ask = Ask::Members;
      break;
    case 4:
      request.ask = Ask::BadField;
      request.user = name_;
      break;
    default:
      request.ask = Ask::Receive;
      if (const Model::Room* room = world->model().find(request.room)) {
        const bool resumes = lottery.one_in(2) && !room->entries.empty();
        if (resumes) request.after = lottery.pick(room->entries).id;
      }
      if (lottery.one_in(8)) request.after = some_point(world);
      if (lottery.one_in(3)) request.limit = lottery.between(1, 4);
      request.changes = lottery.one_in(3);
  }
  return request;
}

}  // namespace papo::sim
