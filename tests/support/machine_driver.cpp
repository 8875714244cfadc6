#include "support/machine_driver.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"

namespace papo::support {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kTurnsMax = 100'000;  // more are a machine that never rests

std::size_t big_endian(std::string_view bytes) {
  std::size_t number = 0;
  for (const char byte : bytes) {
    number = number << 8 | static_cast<unsigned char>(byte);
  }
  return number;
}

std::string frame_text(unsigned opcode, std::string_view payload) {
  switch (opcode) {
    case 0x1:
      return std::string(payload);
    case 0x8: {
      std::string text = "close";
      if (payload.size() < 2) return text;
      text.append(" ").append(std::to_string(big_endian(payload.substr(0, 2))));
      const std::string_view reason = payload.substr(2);
      return reason.empty() ? text : text.append(" ").append(reason);
    }
    case 0x9:
      return "ping";
    case 0xA:
      return std::string("pong ").append(payload);
    default:
      ADD_FAILURE() << "opcode " << opcode;
      return {};
  }
}

}  // namespace

std::string HttpAnswer::field(std::string_view name) const {
  std::string_view rest = head;
  for (std::size_t end; (end = rest.find("\r\n")) != rest.npos;) {
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != line.npos &&
        base::equals_ignoring_case(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
    rest.remove_prefix(end + 2);
  }
  return {};
}

void MachineDriver::AccessLines::write(const app::AccessEntry& entry) {
  app::append_common(&lines.emplace_back(), entry);
}

MachineDriver::MachineDriver(const app::Options& options)
    : options_(options),
      store_(options.store, options.language, options.hash_key),
      now_{std::chrono::seconds(1'700'000'000), std::chrono::seconds(1'000)},
      desk_(&store_),
      house_({&options_, &desk_, &files_, &random_, &access_log_}, now_) {
  desk_.open(&log_, now_.wall);
  log_.deliver(&desk_);  // that it has started
}

app::ConnectionId MachineDriver::connect(const base::PeerAddress& peer) {
  machine().on_moment(now_);
  const app::ConnectionId id = machine().on_open(&house_.http(), peer);
  if (id != 0) peers_[id] = {};
  return id;
}

void MachineDriver::send(app::ConnectionId id, std::string_view bytes) {
  peers_.at(id).on_their_way.append(bytes);
  run();
}

void MachineDriver::finish(app::ConnectionId id) {
  peers_.at(id).finishes = true;
  run();
}

void MachineDriver::cut(app::ConnectionId id) {
  peers_.at(id).is_closed = true;
  machine().on_moment(now_);
  machine().on_lost(id);
  run();
}

void MachineDriver::set_room(app::ConnectionId id, std::size_t bytes) {
  peers_.at(id).room = bytes;
  run();
}

std::string MachineDriver::take(app::ConnectionId id) {
  return std::exchange(peers_.at(id).received, {});
}

std::vector<HttpAnswer> MachineDriver::take_answers(app::ConnectionId id,
                                                    bool head_only) {
  const std::string text = take(id);
  std::vector<HttpAnswer> answers;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n\r\n");
    if (!rest.starts_with("HTTP/1.1 ") || end == rest.npos) {
      ADD_FAILURE() << "no response: " << rest;
      break;
    }
    HttpAnswer& answer = answers.emplace_back();
    answer.head = rest.substr(0, end + 2);
    answer.status =
        static_cast<int>(base::parse_unsigned(rest.substr(9, 3)).value_or(0));
    rest.remove_prefix(end + 4);
    const auto length = base::parse_unsigned(answer.field("Content-Length"));
    const bool endless = !length && !answer.field("Content-Type").empty();
    const std::size_t size = head_only ? 0
                             : endless ? rest.size()
                                       : length.value_or(0);
    EXPECT_LE(size, rest.size()) << "the body is cut";
    answer.body = rest.substr(0, size);
    rest.remove_prefix(std::min(rest.size(), answer.body.size()));
  }
  return answers;
}

std::vector<std::string> MachineDriver::take_frames(app::ConnectionId id) {
  const std::string text = take(id);
  std::vector<std::string> frames;
  std::string_view rest = text;
  while (rest.size() >= 2) {
    const auto first = static_cast<unsigned char>(rest[0]);
    std::size_t size = static_cast<unsigned char>(rest[1]);
    std::size_t head = 2;
    if (size >= 126) {
      const std::size_t more = size == 126 ? 2 : 8;
      size = big_endian(rest.substr(2, more));
      head += more;
    }
    EXPECT_EQ(first & 0xF0, 0x80) << "FIN and no reserved bit";
    if (rest.size() < head + size) break;
    frames.push_back(frame_text(first & 0xF, rest.substr(head, size)));
    rest.remove_prefix(head + size);
  }
  EXPECT_TRUE(rest.empty()) << "a frame is cut: " << rest;
  return frames;
}

bool MachineDriver::is_finished(app::ConnectionId id) const {
  const Peer& peer = peers_.at(id);
  return peer.is_finished || peer.is_closed;
}

bool MachineDriver::is_closed(app::ConnectionId id) const {
  return peers_.at(id).is_closed;
}

std::size_t MachineDriver::unread(app::ConnectionId id) const {
  return peers_.at(id).on_their_way.size();
}

void MachineDriver::advance(base::Micros by) {
  const base::Moment end = {now_.wall + by, now_.steady + by};
  run();
  while (now_.steady < end.steady) {
    const base::Micros left = end.steady - now_.steady;
    const base::Micros due = std::min(machine().next_due(left), end.steady);
    // A machine that asks for the same moment again would stop the clock.
    const base::Micros step = std::max(due - now_.steady, base::Micros(1));
    now_.steady += step;
    now_.wall += step;
    run();
  }
}

void MachineDriver::run() {
  int turns = 0;
  while (turn()) {
    ASSERT_LT(++turns, kTurnsMax) << "the machine does not come to rest";
  }
}

// One turn of the loop; true when something moved.
bool MachineDriver::turn() {
  moved_ = false;
  machine().turn(this, base::Micros(0));
  return moved_ || machine().next_due(std::chrono::seconds(1)) <= now_.steady;
}

void MachineDriver::wait(app::Arrivals* arrivals, base::Micros) {
  arrivals->on_moment(now_);
  for (auto& [id, peer] : peers_) {
    if (peer.is_closed) continue;
    if (peer.wish.writes && peer.room > 0) arrivals->on_room(id);
    if (peer.wish.reads) deliver(arrivals, id, &peer);
  }
}

// One read, as a socket would be read.
void MachineDriver::deliver(app::Arrivals* arrivals, app::ConnectionId id,
                            Peer* peer) {
  if (!peer->on_their_way.empty()) {
    std::string bytes = peer->on_their_way.substr(0, kReadBytes);
    peer->on_their_way.erase(0, bytes.size());
    arrivals->on_bytes(id, bytes);
    moved_ = true;
  } else if (peer->finishes && !peer->told_finished) {
    peer->told_finished = true;
    arrivals->on_end_of_input(id);
    moved_ = true;
  }
}

void MachineDriver::send(std::span<app::Parcel> parcels) {
  for (app::Parcel& each : parcels) {
    Peer& peer = peers_.at(each.id);
    for (const std::string_view piece : each.pieces) {
      const std::string_view part = piece.substr(0, peer.room);
      peer.received.append(part);
      if (peer.room != kUnlimited) peer.room -= part.size();
      each.sent += part.size();
    }
    moved_ |= each.sent > 0;
  }
}

void MachineDriver::grant(app::ConnectionId id, const app::Wish& wish) {
  Peer& peer = peers_.at(id);
  peer.wish = wish;
  peer.is_finished |= wish.ending == app::Ending::FinishSending;
  peer.is_closed |= wish.ending == app::Ending::Close;
  moved_ = true;
}

std::string get(std::string_view target, std::string_view fields) {
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\nHost: x\r\n");
  return request.append(fields).append("\r\n");
}

std::string post(std::string_view target, std::string_view body,
                 std::string_view fields) {
  std::string request = "POST ";
  request.append(target).append(" HTTP/1.1\r\nHost: x\r\n").append(fields);
  request.append("Content-Length: ").append(std::to_string(body.size()));
  return request.append("\r\n\r\n").append(body);
}

std::string upgrade(std::string_view target) {
  return get(target,
             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
             "Sec-WebSocket-Version: 13\r\n");
}

std::string client_frame(unsigned opcode, std::string_view payload) {
  static constexpr char kMask[] = {0x1, 0x2, 0x3, 0x4};
  std::string frame = {static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    frame.push_back(static_cast<char>(0x80 | payload.size()));
  } else {
    frame.push_back(static_cast<char>(0xFE));
    frame.push_back(static_cast<char>(payload.size() >> 8));
    frame.push_back(static_cast<char>(payload.size() & 0xFF));
  }
  frame.append(kMask, sizeof kMask);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    frame.push_back(static_cast<char>(payload[i] ^ kMask[i % 4]));
  }
  return frame;
}

std::string text_frame(std::string_view payload) {
  return client_frame(0x1, payload);
}

}  // namespace papo::support
