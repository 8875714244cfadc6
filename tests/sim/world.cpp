#include "sim/world.h"

#include <algorithm>

namespace papo::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kNotesMax = 60;
// Of whispers, besides the house's own.
constexpr app::Source kOtherSource = 7;
// A timer wheel's place: deadlines are met so much late, never early.
constexpr base::Micros kLate = 130ms;

// Two files, one of them large enough to be sent by reference.
class Files final : public app::FileSource {
 public:
  bool find(std::string_view path, app::File* file) override {
    if (path != "index.html") return false;
    *file = {page_, {}, "\"page\""};
    return true;
  }
  bool is_permanent() const override { return true; }
  std::string_view fingerprint() const override { return "build"; }

 private:
  std::string page_ = std::string(3000, 'p');
};

// Small limits and large ones, so that each is reached by some seeds.
app::Options choose_options(Lottery* lottery) {
  const auto choose = [&](std::initializer_list<std::size_t> from) {
    return *(from.begin() + lottery->below(from.size()));
  };
  app::Options options;
  options.store.history = choose({1, 2, 3, 5, 8, 20, 50});
  options.store.rooms = choose({2, 4, 10});
  options.store.members = choose({2, 4, 10});
  options.store.rooms_of_user = choose({1, 3, 10});
  options.store.memberships = choose({3, 10, 1'000});
  // Mostly more than is ever held.
  options.store.bytes = choose({12'000, 24'000, 1'000'000, 1'000'000});
  options.store.client_ids = choose({1, 3, 1'000});
  options.store.client_id_age = std::chrono::seconds(choose({0, 2, 600}));
  options.connections_max = choose({6, 1000, 1000});
  options.backlog_bytes_max = choose({2048, 8192, 65'536, 1'048'576});
  options.subscriptions_max = choose({2, 1000, 1000});
  options.message_bytes_max = choose({200, 2000, 8192});
  options.pipelined_max = choose({1, 64, 64});
  return options;
}

}  // namespace

World::World(std::uint64_t seed, std::size_t clients)
    : users{"ana", "bia", "jos\xC3\xA9", "Z\xC3\xA9 \"z\"", "d&d=1"},
      room_names{"geral", "ops", "caf\xC3\xA9", "a/b?c", "so so"},
      seed_(seed),
      lottery_(seed),
      options_(choose_options(&lottery_)),
      store_(std::make_unique<chat::RoomStore>(
          options_.store, options_.language, options_.hash_key)),
      desk_(store_.get()),
      files_(std::make_unique<Files>()),
      now_{base::Micros(1'700'000'000'000'000), 1000s},
      model_(options_.store),
      presence_(&model_),
      views_(1 << 16) {
  house_ = std::make_unique<app::House>(
      app::House::Parts{&options_, &desk_, files_.get(), &lottery_, this},
      now_);
  const auto pace = static_cast<SimulatedLog::Pace>(lottery_.below(3));
  log_ = std::make_unique<SimulatedLog>(pace, this, &lottery_);
  desk_.open(log_.get(), now_.wall);
  note("pace " + std::to_string(static_cast<int>(pace)) + ", backlog " +
       std::to_string(options_.backlog_bytes_max));
  for (std::size_t i = 0; i < clients; ++i) {
    const auto kind = static_cast<Client::Kind>(i % 4);
    const bool streams =
        kind == Client::Kind::Streamer || kind == Client::Kind::Socket;
    const bool is_slow = streams && lottery_.one_in(4);
    clients_.push_back(
        std::make_unique<Client>(kind, lottery_.pick(users), is_slow));
  }
}

World::~World() = default;

std::string World::report() const {
  std::string text = "seed " + std::to_string(seed_) + ": ";
  text += failure_.empty() ? "nothing failed" : failure_;
  text += "\nthe last steps, oldest first:";
  for (const std::string& each : notes_) text += "\n  " + each;
  return text + "\nreplay with: make sim SEED=" + std::to_string(seed_);
}

void World::fail(const std::string& what) {
  if (failure_.empty()) {
    failure_ = "step " + std::to_string(steps_) + ": " + what;
  }
}

void World::note(const std::string& what) {
  if (!failure_.empty()) return;
  notes_.push_back(std::to_string(steps_) + ": " + what);
  if (notes_.size() > kNotesMax) notes_.pop_front();
}

// ---- What clients do to the network.

Link* World::open(bool is_slow) {
  auto link = std::make_unique<Link>();
  link->number = ++links_opened_;
  link->is_slow = is_slow;
  for (std::size_t i = 0; i < 8; ++i) {
    link->peer[i] = static_cast<std::uint8_t>(link->number >> (8 * i));
  }
  link->refused =
      house_->machine().connection_count() >= options_.connections_max;
  link->id = machine().on_open(&house_->http(), link->peer);
  link->opened = link->last_delivered = link->last_taken = now_.steady;
  note("open #" + std::to_string(link->number) +
       (link->refused ? " (refused)" : "") + (is_slow ? " (slow)" : ""));
  if (link->id == 0) return nullptr;
  links_.push_back(std::move(link));
  return links_.back().get();
}

void World::ask(Link* link, Request request) {
  link->outgoing += request.bytes;
  link->queued += request.bytes.size();
  request.end = link->queued;
  if (link->asked.empty()) link->head_since = now_.steady;
  link->asked.push_back(std::move(request));
}

void World::cut(Link* link) {
  if (link->gone) return;
  note("cut #" + std::to_string(link->number));
  leave_feed(link);
  link->gone = true;
  machine().on_lost(link->id);
}

// ---- Turns.

// What nobody asked the machine for.
void World::append(const chat::Command& command) {
  if (log_->append(command, 0) == log::Appended::Committed) {
    desk_.on_committed(command, 0);
  }
  deciding_.reset();
}

void World::step() {
  ++steps_;
  advance_clock();
  if (lottery_.one_in(60)) {
    log_->is_failing() ? log_->recover() : log_->fail();
  } else if (lottery_.one_in(200)) {  // another life of the same log
    append({.kind = chat::CommandKind::Start, .time = now_.wall});
  } else if (log_->is_failing() && lottery_.one_in(8)) {
    log_->recover();
  }
  whisper();
  for (const auto& client : clients_) {
    if (!ok()) return;
    if (!settling_) client->act(this);
    if (client->link() != nullptr) deliver_some(client->link());
  }
  turn();
}

// Another source tells of who is there and types, and is lost at times.
void World::whisper() {
  if (!lottery_.one_in(10)) return;
  app::Presence& presence = house_->listening().presence();
  const std::string& room = lottery_.pick(room_names);
  const std::string& user = lottery_.pick(users);
  switch (lottery_.below(8)) {
    case 0:
      return lose_other_source();
    case 1:
      presence_.typing(room, user, now_.steady);
      return presence.typing(room, user, now_.steady);
    case 2:
    case 3:
    case 4: {
      int& count = elsewhere_[{room, user}];
      if (count == 0) return;
      --count;
      presence_.disconnected(room, user, now_.steady);
      return presence.disconnected(kOtherSource, room, user, now_.steady);
    }
    default:
      ++elsewhere_[{room, user}];
      presence_.connected(room, user);
      return presence.connected(kOtherSource, room, user);
  }
}

void World::lose_other_source() {
  note("the other source is lost");
  for (const auto& [who, count] : elsewhere_) {
    for (int i = 0; i < count; ++i) {
      presence_.disconnected(who.first, who.second, now_.steady);
    }
  }
  elsewhere_.clear();
  house_->listening().presence().lost(kOtherSource, now_.steady);
}

void World::advance_clock() {
  base::Micros passed(lottery_.below(20'000));
  if (lottery_.one_in(10)) passed = base::Micros(lottery_.below(3'000'000));
  now_.steady += passed;
  now_.wall += passed;
  if (lottery_.one_in(40)) {  // somebody sets the clock
    const base::Micros jump(lottery_.below(100'000'000));
    now_.wall += lottery_.one_in(2) ? jump : -jump;
  }
  if (lottery_.one_in(120) && !settling_) {
    settle();
    wait(base::Micros(lottery_.below(100'000'000)));
  }
}

// Sleeps as the server's loop does: until something is due, again and again.
void World::wait(base::Micros time) {
  note("wait " + std::to_string(time.count()));
  const base::Micros end = now_.steady + time;
  settling_ = true;
  log_->set_hurry(true);
  while (now_.steady < end && ok()) {
    const base::Micros due = machine().next_due(end - now_.steady);
    base::Micros known = presence_.next_due(end);
    for (const auto& link : links_) {
      if (link->granted != Speech::Http || link->asked.empty() ||
          link->last_answered || link->finished) {
        continue;
      }
      const Request& head = link->asked.front();
      if (head.ask != Ask::Receive || head.delivered.count() < 0) continue;
      known = std::min(
          known, std::max(head.delivered, link->head_since) + head.patience());
    }
    if (due > std::max(known, now_.steady) + kLate) {
      fail("the loop would sleep over something that is due");
    }
    const base::Micros passed =
        std::max(std::min(due, end) - now_.steady, base::Micros(1));
    now_.steady += passed;
    now_.wall += passed;
    turn();
    for (const auto& client : clients_) {
      if (client->link() != nullptr) deliver_some(client->link());
    }
  }
  log_->set_hurry(false);
  settling_ = false;
}

void World::settle() {
  settling_ = true;
  log_->recover();
  log_->set_hurry(true);
  for (std::size_t i = 0; i < 2000 && ok(); ++i) {
    if (!is_under_way()) break;
    ++steps_;
    now_.steady += base::Micros(1000);
    now_.wall += base::Micros(1000);
    for (const auto& client : clients_) {
      if (client->link() != nullptr) deliver_some(client->link());
    }
    turn();
    if (i == 1999) fail("it does not settle");
  }
  check_ephemeral();
  log_->set_hurry(false);
  settling_ = false;
}

bool World::is_under_way() {
  if (log_->waiting() > 0) return true;
  for (const auto& link : links_) {
    if (link->gone || !link->reads) continue;
    if (has_unheard(*link)) return true;
    if (!link->outgoing.empty() && !link->last_answered) return true;
    if (has_output(*link)) return true;
    if (link->granted != Speech::Http || link->last_answered ||
        link->asked.empty()) {
      continue;
    }
    // A long poll waits, and all behind it.
    const Request& head = link->asked.front();
    if (head.ask != Ask::Receive || head.wait.count() == 0) return true;
  }
  return false;
}

void World::empty() {
  settle();
  lose_other_source();
  for (const auto& link : links_) cut(link.get());
  turn();
  wait(40s);
  // The last ones out remove the rooms.
  while (ok() && !model_.rooms().empty()) {
    const Model::Room& room = model_.rooms().front();
    const std::string name = room.name;
    const std::string user = room.members.front();
    chat::Command command;
    command.kind = chat::CommandKind::Leave;
    command.time = now_.wall;
    command.room = name;
    command.user = user;
    append(command);
    turn();
  }
  wait(1s);
  if (!ok()) return;
  if (!presence_.empty()) fail("the model remembers somebody");
  if (!house_->is_quiet()) fail("the server remembers somebody");
  if (store_->room_count() + store_->user_count() +
          store_->membership_count() !=
      0) {
    fail("the store is not empty");
  }
}

void World::shut_down() {
  settle();
  shutting_down_ = true;
  note("shut down");
  machine().begin_shutdown(now_);
  for (const auto& link : links_) {
    if (link->gone) continue;
    link->reads = true;
    if (link->granted == Speech::Http) continue;
    if (link->granted == Speech::WebSocket && !link->last_answered) {
      link->close_code = 1012;
    }
    leave_feed(link.get());
    link->last_answered = true;
  }
  settling_ = true;
  for (int i = 0; i < 200 && ok() && house_->machine().connection_count() > 0;
       ++i) {
    now_.steady += 100ms;
    turn();
    for (const auto& link : links_) deliver_some(link.get());
  }
  if (house_->machine().connection_count() > 0) fail("it does not shut down");
  settling_ = false;
}

void World::turn() {
  deciding_.reset();
  presence_.on_time(now_.steady);
  machine().finish_turn();
  hear_resumed();
  for (const auto& link : links_) hear(link.get());
  for (const std::size_t number : resuming_) {
    if (Link* link = find_number(number)) check_heard(link);
  }
  resuming_.clear();
  notice_ends();
  if (house_->metrics().listeners_cut != cuts_seen_) {
    fail("the count of listeners that were cut is wrong");
  }
  for (const auto& link : links_) {
    if (ok()) check_answered(link.get());
  }
  settle_outputs();
  for (const auto& link : links_) {
    if (!link->gone && ok()) check_interest(link.get());
    if (ok()) read(link.get());
  }
  check_turn();
  forget_gone();
}

// ---- To the server.

void World::deliver_some(Link* link) {
  if (link->gone || !ok()) return;
  const bool whole = settling_ || lottery_.one_in(3);
  if (!link->outgoing.empty() && wants_input(*link)) {
    if (!settling_ && lottery_.one_in(4)) return;  // stalls
    const std::size_t most =
        whole ? link->outgoing.size()
              : std::min<std::size_t>(link->outgoing.size(), 64);
    deliver(link, lottery_.between(1, most));
  } else if (link->outgoing.empty() && link->finishes && !link->finished &&
             wants_input(*link)) {
    note("half-close #" + std::to_string(link->number));
    link->finished = true;
    if (link->granted != Speech::Http) {
      leave_feed(link);
      link->last_answered = true;
    }
    machine().on_end_of_input(link->id);
  }
}

void World::deliver(Link* link, std::size_t size) {
  // A copy of exactly this size, so that a sanitizer sees a read beyond it.
  std::vector<char> bytes(
      link->outgoing.begin(),
      link->outgoing.begin() + static_cast<std::ptrdiff_t>(size));
  link->outgoing.erase(0, size);
  for (Request& each : link->asked) {
    const std::size_t begin = each.end - each.bytes.size();
    if (begin >= link->delivered && begin < link->delivered + size) {
      // The first one is awaited from the beginning.
      link->request_began = begin == 0 ? link->opened : now_.steady;
    }
    if (each.end > link->delivered && each.end <= link->delivered + size) {
      each.delivered = now_.steady;
    }
  }
  link->delivered += size;
  link->last_delivered = now_.steady;
  receiving_ = link->granted == Speech::WebSocket ? link : nullptr;
  machine().on_bytes(link->id, bytes);
  receiving_ = nullptr;
  deciding_.reset();
  hear(link);
  check_heard(link);
}

// ---- From the server.

void World::settle_outputs() {
  for (const auto& link : links_) {
    const bool writable = link->wants_output && (link->reads || settling_);
    if (!link->gone && writable) machine().on_room(link->id);
  }
  machine().send_all(this);
}

void World::send(std::span<app::Parcel> parcels) {
  for (app::Parcel& each : parcels) {
    if (Link* link = find_id(each.id)) send_some(link, &each);
  }
}

void World::grant(app::ConnectionId id, const app::Wish& wish) {
  Link* link = find_id(id);
  if (link == nullptr) return fail("a wish for nobody");
  link->wants_input = wish.reads;
  link->wants_output = wish.writes;
  switch (wish.ending) {
    case app::Ending::Close:
      note("server closes #" + std::to_string(link->number));
      leave_feed(link);
      link->gone = true;
      link->server_finished = true;
      break;
    case app::Ending::FinishSending:
      if (!link->server_finished) {
        note("server finishes #" + std::to_string(link->number));
      }
      link->server_finished = true;
      break;
    case app::Ending::StayOpen:
      break;
  }
}

// One send(), which may take only part.
void World::send_some(Link* link, app::Parcel* parcel) {
  std::size_t size = 0;
  for (const std::string_view piece : parcel->pieces) size += piece.size();
  if (size == 0) return fail("a parcel with nothing in it");
  std::size_t taken = size;
  if (!link->reads) {
    taken = 0;
  } else if (!settling_ && lottery_.one_in(3)) {
    taken = lottery_.below(size + 1);
  }
  std::size_t left = taken;
  for (const std::string_view piece : parcel->pieces) {
    const std::string_view part = piece.substr(0, left);
    link->incoming += part;
    left -= part.size();
  }
  parcel->sent = taken;
  link->lagged |= taken < size;
  if (taken == 0) return;
  link->last_taken = now_.steady;
  if (unsent(*link) == taken) note_resuming(link);
  link->taken += taken;
}

// ---- What the machine says of a link.

app::Machine& World::machine() {
  house_->machine().on_moment(now_);
  return house_->machine();
}

std::span<const std::string_view> World::queued(const Link& link) {
  const app::Connection* connection = house_->connections().find(link.id);
  if (connection == nullptr) return {};
  return std::span(views_).first(connection->outbox.gather(views_));
}

std::size_t World::unsent(const Link& link) {
  std::size_t size = 0;
  for (const std::string_view piece : queued(link)) size += piece.size();
  return size;
}

bool World::has_output(const Link& link) {
  return !queued(link).empty();
}

bool World::wants_input(const Link& link) const {
  return house_->machine().wish_of(link.id).reads;
}

app::Ending World::ending(const Link& link) const {
  return house_->machine().wish_of(link.id).ending;
}

void World::forget_gone() {
  for (const auto& link : links_) {
    if (!link->gone) continue;
    for (const auto& client : clients_) {
      if (client->link() == link.get()) client->forget_link();
    }
  }
  std::erase_if(links_, [](const auto& link) { return link->gone; });
}

// ---- What must hold after every turn.

// What has wholly arrived is answered in the same turn, but for what waits for
// the log or for news.
void World::check_answered(Link* link) {
  if (shutting_down_ || link->gone || link->granted != Speech::Http ||
      link->last_answered || link->asked.empty() || log_->waiting() > 0) {
    return;
  }
  const Request& head = link->asked.front();
  if (head.delivered.count() < 0 || head.end > link->delivered) return;
  const bool waits = head.ask == Ask::Receive && head.wait.count() != 0;
  if (waits && link->finished) return;
  if (!waits) return fail("not answered: " + head.name);
  const Model::Page page = model_.page(
      {head.room, head.after.value_or(0), head.limit, head.changes});
  // What is forgotten elsewhere, or a start, may make a hole before the point
  // of who waits already. It wakes nobody: there is nothing to tell.
  const bool has_missed =
      !page.nothing && !page.members.starts_with(R"("messages":[])");
  if (has_missed) return fail("not woken: " + head.name);
  const base::Micros since = std::max(head.delivered, link->head_since);
  if (now_.steady > since + head.patience() + kLate) {
    fail("waits too long: " + head.name);
  }
}

// What a poller is not told of, it does not look at.
void World::check_interest(Link* link) {
  const std::string name = " #" + std::to_string(link->number);
  if (ending(*link) == app::Ending::Close) {
    fail("to be closed, and not touched:" + name);
  }
  if (has_output(*link) != link->wants_output) {
    fail("has output, and is not touched:" + name);
  }
  if (wants_input(*link) != link->wants_input) {
    fail("reads on, and is not touched:" + name);
  }
}

void World::check_turn() {
  if (!ok()) return;
  if (house_->machine().connection_count() !=
      static_cast<std::size_t>(
          std::count_if(links_.begin(), links_.end(),
                        [](const auto& link) { return !link->gone; }))) {
    fail("the count of connections is wrong");
  }
  if (house_->machine().connection_count() > options_.connections_max + 64) {
    fail("too many connections");
  }
  for (const auto& link : links_) {
    if (link->gone) continue;
    // A replay, a turn's batch and an answer may stand beside the backlog.
    constexpr std::size_t kBeside = 400'000;
    if (unsent(*link) > options_.backlog_bytes_max + kBeside) {
      fail("too much waits for #" + std::to_string(link->number));
    }
  }
  if (house_->metrics().messages != model_.messages()) {
    fail("the count of messages is wrong");
  }
  if (steps_ % 16 == 0) check_store();
}

void World::check_store() {
  if (store_->last_id() != model_.last_id()) return fail("the last id differs");
  if (store_->room_count() != model_.rooms().size()) {
    return fail("the rooms differ");
  }
  for (const Model::Room& room : model_.rooms()) {
    const chat::Room* found = store_->find_room(room.name);
    if (found == nullptr || found->history.last_id() != room.last_id ||
        found->history.size() != room.entries.size() ||
        found->member_count != room.members.size()) {
      return fail("room " + room.name + " differs");
    }
    if (Model::count(room, false) > options_.store.history ||
        Model::count(room, true) > options_.store.history ||
        room.members.size() > options_.store.members) {
      return fail("a cap does not hold");
    }
  }
}

}  // namespace papo::sim
