// The physical limit: the least that a single-threaded epoll server can do.
//
// Papo's figures are ratios to this program, measured beside it. It routes
// nothing, checks nothing and formats nothing: what it sends are the bytes that
// papo itself sent, read from a file. It shares no code with papo, so that an
// error in one cannot hide in the other.
//
//   bare_responder http PORT ANSWER_FILE BODY_BYTES
//     Answers each request with the file. A request is a head and BODY_BYTES
//     of body. All requests of one recv are answered with one send.
//
//   bare_responder fanout KIND PORT GREETING_FILE ACK_FILE MESSAGE_BYTES
//     KIND is stream (WebSocket, server-sent events) or poll (long poll). A
//     connection whose first request has "room=r<digits>" gets the greeting and
//     subscribes to that room; if its target starts with "/publish" it is the
//     room's publisher. What a publisher sends, in messages of MESSAGE_BYTES,
//     reaches each subscriber as it is, everything that one turn brought in one
//     send; the publisher gets the ack, once per message. A poll subscriber
//     gets one message and must ask again.
//
// Level-triggered, one recv per readable socket and turn, accept4 in batches,
// TCP_NODELAY inherited from the listener, no memory per idle connection but a
// row in a table. It listens on 127.0.0.1 only.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr int kConnectionsMax = 65536;
constexpr int kRoomsMax = 1024;
constexpr int kEventsMax = 1024;
constexpr std::size_t kScratchBytes = 256 * 1024;
constexpr std::size_t kRepeatedBytes = 256 * 1024;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

enum class Role : std::uint8_t { New, Subscriber, Publisher };

// One row per descriptor. Untouched rows cost no memory: the table is zeroed
// pages until a connection uses them.
struct Connection {
  std::uint64_t owed;       // bytes of answers not yet sent (http)
  std::uint32_t body_left;  // bytes of a request's body still to come (http)
  std::uint32_t seen;       // messages of the room that it has had (poll)
  std::int32_t place;       // where it stands in its room's list, or -1
  std::uint16_t room;
  Role role;
  std::uint8_t matched;  // how much of kHeadEnd the last bytes were
};

struct Room {
  std::vector<int> waiting;  // subscribers to write to, by descriptor
  std::string pending;       // what this turn brought, in whole messages
  std::string last;          // the last message (poll)
  std::uint32_t count = 0;   // messages so far (poll)
  bool touched = false;
};

std::array<Connection, kConnectionsMax> g_connections;
std::array<char, kScratchBytes> g_scratch;
int g_epoll = -1;

[[noreturn]] void die(const char* doing) {
  fprintf(stderr, "bare_responder: %s: %s\n", doing, strerror(errno));
  exit(1);
}

std::string read_file(const char* path) {
  FILE* file = fopen(path, "rb");
  if (file == nullptr) die(path);
  std::string bytes;
  std::array<char, 65536> piece;
  std::size_t got = 0;
  while ((got = fread(piece.data(), 1, piece.size(), file)) > 0) {
    bytes.append(piece.data(), got);
  }
  fclose(file);
  return bytes;
}

void watch(int operation, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (epoll_ctl(g_epoll, operation, fd, &event) != 0) die("epoll_ctl");
}

int listen_on(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    die("bind");
  }
  if (listen(fd, 4096) != 0) die("listen");
  return fd;
}

void accept_all(int listener) {
  for (;;) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (fd >= kConnectionsMax) {
      close(fd);
      continue;
    }
    g_connections[static_cast<std::size_t>(fd)] = Connection{};
    g_connections[static_cast<std::size_t>(fd)].place = -1;
    watch(EPOLL_CTL_ADD, fd, EPOLLIN);
  }
}

// Moves on behind the next kHeadEnd, which may have begun in earlier bytes.
// Returns the offset behind it, or npos and remembers what matched.
std::size_t find_head_end(Connection& connection, std::string_view bytes) {
  std::size_t i = 0;
  for (; connection.matched > 0 && i < bytes.size(); ++i) {
    if (bytes[i] == kHeadEnd[connection.matched]) {
      if (++connection.matched == kHeadEnd.size()) {
        connection.matched = 0;
        return i + 1;
      }
    } else {
      connection.matched = bytes[i] == '\r' ? 1 : 0;
    }
  }
  const char* from = bytes.data() + i;
  const void* end =
      memmem(from, bytes.size() - i, kHeadEnd.data(), kHeadEnd.size());
  if (end != nullptr) {
    return static_cast<std::size_t>(static_cast<const char*>(end) -
                                    bytes.data()) +
           kHeadEnd.size();
  }
  for (std::size_t n = std::min<std::size_t>(3, bytes.size() - i); n > 0; --n) {
    if (bytes.ends_with(kHeadEnd.substr(0, n))) {
      connection.matched = static_cast<std::uint8_t>(n);
      break;
    }
  }
  return std::string_view::npos;
}

// ---------------------------------------------------------------- answers

class Answers {
 public:
  Answers(std::string answer, std::uint32_t body_bytes)
      : answer_bytes_(answer.size()), body_bytes_(body_bytes) {
    do {
      repeated_ += answer;
    } while (repeated_.size() < kRepeatedBytes);
  }

  // Returns false when the connection is over.
  bool ready(int fd, std::uint32_t events) {
    Connection& connection = g_connections[static_cast<std::size_t>(fd)];
    if ((events & EPOLLOUT) != 0) {
      if (!send_owed(fd, connection)) return false;
      if (connection.owed == 0) watch(EPOLL_CTL_MOD, fd, EPOLLIN);
      return true;
    }
    const ssize_t got = recv(fd, g_scratch.data(), g_scratch.size(), 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    const std::string_view bytes(g_scratch.data(),
                                 static_cast<std::size_t>(got));
    connection.owed = count_requests(connection, bytes) * answer_bytes_;
    if (!send_owed(fd, connection)) return false;
    // Until the answers are out no more requests are read.
    if (connection.owed > 0) watch(EPOLL_CTL_MOD, fd, EPOLLOUT);
    return true;
  }

 private:
  std::uint64_t count_requests(Connection& connection, std::string_view bytes) {
    std::uint64_t count = 0;
    while (!bytes.empty()) {
      if (connection.body_left == 0) {
        const std::size_t end = find_head_end(connection, bytes);
        if (end == std::string_view::npos) break;
        bytes.remove_prefix(end);
        connection.body_left = body_bytes_;
      }
      const std::size_t skip =
          std::min<std::size_t>(connection.body_left, bytes.size());
      connection.body_left -= static_cast<std::uint32_t>(skip);
      bytes.remove_prefix(skip);
      if (connection.body_left == 0) ++count;
    }
    return count;
  }

  // The answers are all alike, so what is owed ends at the end of an answer.
  bool send_owed(int fd, Connection& connection) {
    while (connection.owed > 0) {
      const std::size_t phase =
          (answer_bytes_ - connection.owed % answer_bytes_) % answer_bytes_;
      const std::size_t want =
          std::min<std::size_t>(connection.owed, repeated_.size() - phase);
      const ssize_t sent = send(fd, repeated_.data() + phase, want, 0);
      if (sent < 0) return errno == EAGAIN;
      connection.owed -= static_cast<std::uint64_t>(sent);
      if (static_cast<std::size_t>(sent) < want) return true;
    }
    return true;
  }

  std::string repeated_;
  std::size_t answer_bytes_;
  std::uint32_t body_bytes_;
};

// ---------------------------------------------------------------- fan-out

struct FanoutFiles {
  std::string greeting;
  std::string ack;
  std::size_t message_bytes;
};

class Fanout {
 public:
  Fanout(bool poll, FanoutFiles files)
      : poll_(poll), files_(std::move(files)), rooms_(kRoomsMax) {}

  bool ready(int fd, std::uint32_t) {
    Connection& connection = g_connections[static_cast<std::size_t>(fd)];
    const ssize_t got = recv(fd, g_scratch.data(), g_scratch.size(), 0);
    if (got <= 0) return got < 0 && errno == EAGAIN;
    const std::string_view bytes(g_scratch.data(),
                                 static_cast<std::size_t>(got));
    switch (connection.role) {
      case Role::New:
        return greet(fd, connection, bytes);
      case Role::Subscriber:
        return ask_again(fd, connection, bytes);
      case Role::Publisher:
        return publish(fd, connection, bytes);
    }
    return false;
  }

  void forget(int fd) {
    Connection& connection = g_connections[static_cast<std::size_t>(fd)];
    if (connection.place < 0) return;
    std::vector<int>& waiting = rooms_[connection.room].waiting;
    const int last = waiting.back();
    waiting[static_cast<std::size_t>(connection.place)] = last;
    g_connections[static_cast<std::size_t>(last)].place = connection.place;
    waiting.pop_back();
  }

  // The end of a turn: one send per subscriber with all that it brought.
  void drain() {
    for (Room* room : touched_) {
      deliver(*room);
      room->pending.clear();
      room->touched = false;
    }
    touched_.clear();
  }

 private:
  // The load sends its first request in one piece.
  bool greet(int fd, Connection& connection, std::string_view bytes) {
    const std::size_t room = bytes.find("room=r");
    if (room == std::string_view::npos || !bytes.ends_with(kHeadEnd)) {
      return false;
    }
    const int number = atoi(bytes.data() + room + 6);
    if (number < 0 || number >= kRoomsMax) return false;
    connection.room = static_cast<std::uint16_t>(number);
    if (bytes.starts_with("GET /publish")) {
      connection.role = Role::Publisher;
      return true;
    }
    connection.role = Role::Subscriber;
    connection.seen = rooms_[connection.room].count;
    join(fd, connection);
    return send_whole(fd, files_.greeting);
  }

  void join(int fd, Connection& connection) {
    std::vector<int>& waiting = rooms_[connection.room].waiting;
    connection.place = static_cast<std::int32_t>(waiting.size());
    waiting.push_back(fd);
  }

  bool ask_again(int fd, Connection& connection, std::string_view bytes) {
    if (!poll_ || connection.place >= 0) return true;
    if (find_head_end(connection, bytes) == std::string_view::npos) return true;
    const Room& room = rooms_[connection.room];
    if (connection.seen == room.count) {
      join(fd, connection);
      return true;
    }
    connection.seen = room.count;
    return send_whole(fd, room.last);
  }

  bool publish(int fd, Connection& connection, std::string_view bytes) {
    Room& room = rooms_[connection.room];
    room.pending.append(bytes);
    if (!room.touched) touched_.push_back(&room);
    room.touched = true;
    std::string acks;
    for (std::size_t n = bytes.size() / files_.message_bytes; n > 0; --n) {
      acks += files_.ack;
    }
    return acks.empty() || send_whole(fd, acks);
  }

  void deliver(Room& room) {
    if (!poll_) {
      for (const int fd : room.waiting) send_whole(fd, room.pending);
      return;
    }
    room.last = room.pending;
    ++room.count;
    for (const int fd : room.waiting) {
      Connection& connection = g_connections[static_cast<std::size_t>(fd)];
      connection.place = -1;
      connection.seen = room.count;
      send_whole(fd, room.last);
    }
    room.waiting.clear();
  }

  // The load never has more under way than a socket's buffer takes, so a short
  // send is a broken run, not something to handle. A connection that is gone
  // is found by the next recv.
  bool send_whole(int fd, std::string_view bytes) {
    if (bytes.empty()) return true;
    const ssize_t sent = send(fd, bytes.data(), bytes.size(), 0);
    if (sent < 0) return errno != EAGAIN;
    if (static_cast<std::size_t>(sent) < bytes.size()) die("short send");
    return true;
  }

  const bool poll_;
  const FanoutFiles files_;
  std::vector<Room> rooms_;
  std::vector<Room*> touched_;
};

// ------------------------------------------------------------------ turns

template <class Ready, class Close, class Drain>
[[noreturn]] void serve(int port, Ready ready, Close forget, Drain drain) {
  const int listener = listen_on(port);
  g_epoll = epoll_create1(0);
  watch(EPOLL_CTL_ADD, listener, EPOLLIN);
  std::array<epoll_event, kEventsMax> events;
  for (;;) {
    const int count = epoll_wait(g_epoll, events.data(), kEventsMax, -1);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int fd = event.data.fd;
      if (fd == listener) {
        accept_all(listener);
      } else if (!ready(fd, event.events)) {
        forget(fd);
        close(fd);
      }
    }
    drain();
  }
}

[[noreturn]] void usage() {
  fputs(
      "usage: bare_responder http PORT ANSWER_FILE BODY_BYTES\n"
      "       bare_responder fanout stream|poll PORT GREETING_FILE ACK_FILE "
      "MESSAGE_BYTES\n",
      stderr);
  exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  const std::string_view verb = argc > 1 ? argv[1] : "";
  if (verb == "http" && argc == 5) {
    Answers answers(read_file(argv[3]),
                    static_cast<std::uint32_t>(atoi(argv[4])));
    serve(
        atoi(argv[2]),
        [&](int fd, std::uint32_t events) { return answers.ready(fd, events); },
        [](int) {}, [] {});
  }
  if (verb == "fanout" && argc == 7) {
    Fanout fanout(std::string_view(argv[2]) == "poll",
                  {read_file(argv[4]), read_file(argv[5]),
                   static_cast<std::size_t>(atoi(argv[6]))});
    serve(
        atoi(argv[3]),
        [&](int fd, std::uint32_t events) { return fanout.ready(fd, events); },
        [&](int fd) { fanout.forget(fd); }, [&] { fanout.drain(); });
  }
  usage();
}
