// Hundreds of readers at all doors, cut at random moments and resuming where
// they were: each sees every event of its rooms once and in order, or is told
// of the hole.
//
// A witness that is never cut says what there was to see. Readers go away for
// longer than the history lasts, entries are edited and deleted meanwhile, and
// rooms are removed and made again. SEED=n plays another run.
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "support/feed_reader.h"
#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::Door;
using support::FeedEvent;
using support::FeedReader;
using support::member_of;
using support::RawClient;
using support::ServerProcess;

constexpr std::size_t kReaders = 320;
constexpr int kBatches = 400;
constexpr std::array<const char*, 4> kRooms = {"r0", "r1", "r2", "r3"};

// The point before all that there ever was: whoever resumes there is told of
// what is missing.
constexpr std::uint64_t kEverything = 1;

using Random = std::mt19937_64;

std::uint64_t seed() {
  const char* given = std::getenv("SEED");
  return given == nullptr ? 20260101 : std::strtoull(given, nullptr, 10);
}

bool is_change(const FeedEvent& event) {
  return event.type == "edit" || event.type == "delete";
}

// Events of a room that a reader was told it may have missed. Entries and
// changes are forgotten separately, so the hole has an end for each: the next
// that the reader saw, 0 when there was none yet.
struct Hole {
  std::uint64_t after = 0;
  std::uint64_t next_entry = 0;
  std::uint64_t next_change = 0;

  void close(const FeedEvent& event) {
    std::uint64_t& next = is_change(event) ? next_change : next_entry;
    if (next == 0) next = event.id;
  }
  bool has(const FeedEvent& event) const {
    const std::uint64_t next = is_change(event) ? next_change : next_entry;
    return after < event.id && (next == 0 || event.id < next);
  }
};

struct RoomSeen {
  std::uint64_t start = 0;  // where it began to listen
  std::uint64_t last = 0;   // where it resumes
  std::vector<FeedEvent> events;
  std::vector<Hole> holes;
};

// One who listens to one or two rooms, comes and goes.
class Reader {
 public:
  Reader(std::uint16_t port, Door door, bool subscribes,
         std::vector<std::string> rooms)
      : port_(port), door_(door), subscribes_(subscribes) {
    for (const std::string& room : rooms) rooms_[room] = {};
  }

  bool is_away() const { return !connection_; }
  int descriptor() const { return connection_->descriptor(); }
  const std::map<std::string, RoomSeen>& rooms() const { return rooms_; }
  std::string name() const {
    return "door " + std::to_string(static_cast<int>(door_)) +
           (subscribes_ ? ", subscribing" : "");
  }

  void come() { connection_.emplace(port_, door_, target()); }

  void go(Random& random) {
    if (random() % 2 == 0) connection_->reset();
    connection_.reset();
  }

  // Reads at most `most` bytes, so that a cut comes anywhere.
  void read(std::size_t most) {
    std::vector<FeedEvent> events;
    const bool open = connection_->read(&events, most);
    for (const FeedEvent& event : events) see(event);
    if (!open) {
      ADD_FAILURE() << "the server closed on a reader: " << name();
      connection_.reset();
    } else if (connection_->is_answered()) {
      connection_->ask(target());
    }
  }

  bool has_seen(const std::map<std::string, std::uint64_t>& ends) const {
    for (const auto& [room, seen] : rooms_) {
      if (seen.last < ends.at(room)) return false;
    }
    return true;
  }

 private:
  // Where a reader of one point for all its rooms resumes.
  std::uint64_t point() const {
    std::uint64_t point = 0;
    for (const auto& [room, seen] : rooms_) point = std::max(point, seen.last);
    return point;
  }

  std::string target() {
    std::string query;
    for (const auto& [room, seen] : rooms_) query += "&room=" + room;
    const std::string after =
        began_ ? "&after=" + std::to_string(point()) : std::string();
    switch (door_) {
      case Door::LongPoll:
        return "/receive?wait=60&changes=1" + query +
               (limited() ? "&limit=3" : "") +
               "&after=" + std::to_string(polls_from_);
      case Door::EventStream:
        return "/events?x=1" + query + after;
      case Door::Lines:  // 0 would ask for what there is, holes or not
        return "/r/" + rooms_.begin()->first +
               "?after=" + std::to_string(std::max(point(), kEverything));
      case Door::WebSocket:
        return subscribes_ ? "/ws" : "/ws?x=1" + query + after;
    }
    __builtin_unreachable();
  }

  bool limited() const { return rooms_.begin()->first < std::string("r2"); }

  void see(const FeedEvent& event) {
    if (event.type == "hello") return begin(event.last_id);
    if (event.type == "truncated") return note_hole(event.room);
    if (event.type == "ok" || event.id == 0) return;
    ASSERT_TRUE(rooms_.contains(event.room)) << event.room;
    RoomSeen& seen = rooms_[event.room];
    EXPECT_GT(event.id, subscribes_ ? seen.last : point())
        << "repeated or out of order: " << event.type << " at " << name();
    seen.events.push_back(event);
    seen.last = event.id;
    polls_from_ = event.id;
    for (Hole& hole : seen.holes) hole.close(event);
  }

  // The server's first words: where a reader without a point began.
  void begin(std::uint64_t last_id) {
    if (!began_) {
      for (auto& [room, seen] : rooms_) seen.start = seen.last = last_id;
    }
    began_ = true;
    if (!subscribes_) return;
    for (const auto& [room, seen] : rooms_) {
      connection_->send(R"({"type":"subscribe","room":")" + room +
                        R"(","after":)" + std::to_string(seen.last) + "}");
    }
  }

  void note_hole(std::string room) {
    if (room.empty()) room = rooms_.begin()->first;  // a page does not say
    RoomSeen& seen = rooms_[room];
    seen.holes.push_back({.after = subscribes_ ? seen.last : point()});
    // A page with a hole and nothing after it: begin anew.
    if (door_ == Door::LongPoll) polls_from_ = 0;
  }

  std::uint16_t port_;
  Door door_;
  bool subscribes_;  // a WebSocket that subscribes to each room by itself
  bool began_ = false;
  std::uint64_t polls_from_ = kEverything;
  std::map<std::string, RoomSeen> rooms_;
  std::optional<FeedReader> connection_;
};

// Says things, changes them, and now and then removes a room.
class Writer {
 public:
  explicit Writer(std::uint16_t port) : raw_(port) {}

  void begin() {
    for (const char* room : kRooms) add("/join", room, "");
    flush();
  }

  void write(Random& random) {
    const std::size_t count = 1 + random() % 6;
    for (std::size_t i = 0; i < count; ++i) {
      const char* room = kRooms[random() % kRooms.size()];
      const std::uint64_t dice = random() % 100;
      std::vector<std::string>& mine = sent_[room];
      if (dice < 2) {
        // The only member goes, and the room with it.
        add("/leave", room, "");
        add("/join", room, "");
        mine.clear();
      } else if (dice < 22 && !mine.empty()) {
        const std::string id = mine[random() % mine.size()];
        add("/edit", room, R"(,"message":"edited","id":)" + id);
      } else if (dice < 30 && !mine.empty()) {
        const std::size_t at = random() % mine.size();
        add("/delete", room, R"(,"id":)" + mine[at]);
        mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(at));
      } else {
        add("/send", room, R"(,"message":"said")");
      }
    }
    flush();
  }

  // One last message in each room; returns their ids.
  std::map<std::string, std::uint64_t> end() {
    std::map<std::string, std::uint64_t> ends;
    for (const char* room : kRooms) {
      add("/send", room, R"(,"message":"the end")");
      flush();
      ends[room] = std::stoull(sent_[room].back());
    }
    return ends;
  }

  const std::vector<std::uint64_t>& ids() const { return ids_; }

 private:
  struct Asked {
    std::string path;
    std::string room;
  };

  void add(const std::string& path, const std::string& room,
           const std::string& members) {
    requests_ += support::post_request(
        path, R"({"username":"bot","room":")" + room + "\"" + members + "}");
    asked_.push_back({path, room});
  }

  // In one write, so that a turn has several events.
  void flush() {
    ASSERT_TRUE(raw_.send(requests_));
    for (const Asked& each : asked_) {
      const support::Answer answer = raw_.read_answer();
      // What is no longer in the history cannot be changed.
      const bool changes = each.path == "/edit" || each.path == "/delete";
      if (changes && answer.status == 404) continue;
      ASSERT_EQ(answer.status, 200) << each.path << answer.body;
      const std::string id = member_of(answer.body, "id");
      if (!id.empty()) ids_.push_back(std::stoull(id));
      if (each.path == "/send") sent_[each.room].push_back(id);
    }
    requests_.clear();
    asked_.clear();
  }

  RawClient raw_;
  std::string requests_;
  std::vector<Asked> asked_;
  std::map<std::string, std::vector<std::string>> sent_;
  std::vector<std::uint64_t> ids_;  // all that the server answered with
};

// What there was to see, room by room, in order.
struct Truth {
  std::map<std::string, std::vector<FeedEvent>> events;
  std::map<std::uint64_t, std::uint64_t> deleted;  // when, by target
  std::uint64_t last = 0;

  void add(const FeedEvent& event) {
    if (event.id == 0) return;
    EXPECT_GT(event.id, last);
    last = event.id;
    events[event.room].push_back(event);
    if (event.type == "delete") deleted[event.target] = event.id;
  }

  // A deletion takes the edits before it along.
  bool is_forgotten_edit(const FeedEvent& event) const {
    return event.type == "edit" && deleted.contains(event.target);
  }
};

bool was_told(const RoomSeen& seen, const FeedEvent& event) {
  return std::any_of(seen.holes.begin(), seen.holes.end(),
                     [&](const Hole& hole) { return hole.has(event); });
}

std::size_t judge_room(const Truth& truth, const std::string& room,
                       const RoomSeen& seen) {
  std::size_t at = 0;
  std::vector<FeedEvent> missed;
  for (const FeedEvent& event : truth.events.at(room)) {
    if (event.id <= seen.start) continue;
    if (at < seen.events.size() && seen.events[at].id == event.id) {
      EXPECT_EQ(seen.events[at].type, event.type);
      ++at;
      continue;
    }
    missed.push_back(event);
    EXPECT_TRUE(was_told(seen, event) || truth.is_forgotten_edit(event))
        << "lost in silence: " << event.type << " " << event.id
        << ", having begun at " << seen.start << " and seen " << at << " of "
        << seen.events.size() << " with " << seen.holes.size() << " holes";
  }
  EXPECT_EQ(at, seen.events.size()) << "saw what was not there";
  for (const Hole& hole : seen.holes) {
    // It began at kEverything, a point that this server never gave.
    if (hole.after == 0) continue;
    EXPECT_TRUE(std::any_of(missed.begin(), missed.end(),
                            [&](const FeedEvent& e) { return hole.has(e); }))
        << "told of a hole without need, after " << hole.after;
  }
  return seen.holes.size();
}

class ExactlyOnce : public ::testing::Test {
 protected:
  ExactlyOnce() : writer_(server_.port()), random_(seed()) {
    for (std::size_t i = 0; i < kReaders; ++i) {
      const Door door = static_cast<Door>(i % 4);
      const bool one_room = door == Door::LongPoll || door == Door::Lines;
      std::vector<std::string> rooms = {kRooms[i / 4 % 4]};
      if (!one_room) rooms.push_back(kRooms[(i / 4 + 1) % 4]);
      const bool subscribes = door == Door::WebSocket && i / 4 % 2 == 0;
      readers_.emplace_back(server_.port(), door, subscribes, rooms);
      returns_.push_back(static_cast<int>(i) % 40);
    }
  }

  void meet_witness() {
    std::vector<FeedEvent> events;
    while (events.empty()) wait_and_read_witness(&events);
    ASSERT_EQ(events.front().type, "hello");
  }

  void wait_and_read_witness(std::vector<FeedEvent>* events) {
    pollfd polled{witness_.descriptor(), POLLIN, 0};
    ::poll(&polled, 1, 10);
    ASSERT_TRUE(witness_.read(events)) << "the witness was cut";
  }

  // One moment: some come, all that is there is read by some, some are cut.
  void step(int now, bool cuts) {
    std::vector<pollfd> polled = {{witness_.descriptor(), POLLIN, 0}};
    std::vector<std::size_t> whose = {0};
    for (std::size_t i = 0; i < readers_.size(); ++i) {
      if (readers_[i].is_away()) {
        if (returns_[i] > now && cuts) continue;
        readers_[i].come();
      }
      polled.push_back({readers_[i].descriptor(), POLLIN, 0});
      whose.push_back(i);
    }
    ::poll(polled.data(), polled.size(), 1);
    std::vector<FeedEvent> events;
    ASSERT_TRUE(witness_.read(&events)) << "the witness was cut";
    for (const FeedEvent& event : events) truth_.add(event);
    for (std::size_t i = 1; i < polled.size(); ++i) {
      Reader& reader = readers_[whose[i]];
      const std::size_t most = cuts ? 1 + random_() % 2000 : 64 * 1024;
      if (polled[i].revents != 0) reader.read(most);
      if (!cuts || reader.is_away() || random_() % 24 != 0) continue;
      reader.go(random_);
      ++cuts_;
      const bool long_away = random_() % 8 == 0;
      returns_[whose[i]] =
          now + static_cast<int>(random_() % (long_away ? 120 : 8));
    }
  }

  void run() {
    meet_witness();
    writer_.begin();
    for (int now = 0; now < kBatches; ++now) {
      writer_.write(random_);
      step(now, true);
      if (HasFailure()) return;
    }
    const auto ends = writer_.end();
    const auto until = std::chrono::steady_clock::now() + support::kPatience;
    const auto all_have_seen = [&] {
      return std::all_of(
          readers_.begin(), readers_.end(),
          [&](const Reader& reader) { return reader.has_seen(ends); });
    };
    while (!(all_have_seen() && truth_.last >= ends.at("r3"))) {
      step(kBatches, false);
      ASSERT_LT(std::chrono::steady_clock::now(), until)
          << "some never see the end";
    }
  }

  ServerProcess server_{{"--history", "25"}};
  FeedReader witness_{server_.port(), Door::WebSocket,
                      "/ws?room=r0&room=r1&room=r2&room=r3"};
  Writer writer_;
  Random random_;
  Truth truth_;
  std::vector<Reader> readers_;
  std::vector<int> returns_;  // when each comes back
  std::size_t cuts_ = 0;
};

TEST_F(ExactlyOnce, OrToldOfTheHole) {
  RecordProperty("seed", static_cast<int>(seed()));
  run();
  std::size_t told = 0;
  for (const Reader& reader : readers_) {
    SCOPED_TRACE(reader.name());
    for (const auto& [room, seen] : reader.rooms()) {
      SCOPED_TRACE(room);
      told += judge_room(truth_, room, seen);
    }
  }
  // What was answered with an id was seen by the witness.
  std::size_t stored = 0;
  for (const std::uint64_t id : writer_.ids()) {
    for (const auto& [room, events] : truth_.events) {
      stored += static_cast<std::size_t>(
          std::count_if(events.begin(), events.end(),
                        [id](const FeedEvent& e) { return e.id == id; }));
    }
  }
  EXPECT_EQ(stored, writer_.ids().size());
  // The run was a hard one.
  EXPECT_GT(cuts_, kReaders * 5);
  EXPECT_GT(told, kReaders / 4);
  EXPECT_GT(truth_.deleted.size(), 20U);
}

}  // namespace
}  // namespace papo
