// A world in a box: the server as a machine, a network, a log and clocks, all
// moved by one seed, and a judge who knows what must come of it.
//
// The judge (world_judge.cpp) keeps a model of the chat and of who is there. It
// is told of each answer at the moment at which the machine writes it (by the
// access log) and of each command as it is decided (by the log), and follows
// what WebSockets have said (world_frames.cpp), so it knows exactly what every
// connection has to read, to the byte. The network (world.cpp) does what
// sys/server.cpp does, with bytes that are late, split and cut; the readers
// (world_readers.cpp) compare what arrives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/house.h"
#include "chat/room_store.h"
#include "sim/client.h"
#include "sim/link.h"
#include "sim/lottery.h"
#include "sim/model.h"
#include "sim/presence_model.h"
#include "sim/simulated_log.h"

namespace papo::sim {

inline constexpr std::uint16_t kTooSlow = 1008;

class World final : public app::AccessLog,
                    public app::Network,
                    public LogWitness {
 public:
  World(std::uint64_t seed, std::size_t clients);
  ~World() override;

  // One turn of everything.
  void step();
  // Lets all that is under way arrive, and nobody asks anything more.
  void settle();
  // All clients go, and time passes until the server remembers nobody.
  void empty();
  void shut_down();

  bool ok() const { return failure_.empty(); }
  // What failed first, the seed, and the last steps.
  std::string report() const;
  void fail(const std::string& what);
  void note(const std::string& what);

  // ---- For clients.
  Link* open(bool is_slow);
  void ask(Link* link, Request request);
  void cut(Link* link);
  Lottery& lottery() { return lottery_; }
  const Model& model() const { return model_; }
  const app::Options& options() const { return options_; }
  base::Micros now() const { return now_.steady; }
  bool is_settling() const { return settling_; }
  std::vector<std::string> users, room_names;

  // ---- What the machine tells.
  void write(const app::AccessEntry& entry) override;
  void on_append(const chat::Command& command, log::Ticket ticket) override;
  void on_deciding(const chat::Command& command, log::Ticket ticket,
                   bool stored) override;
  void on_decided() override { deciding_.reset(); }

  // ---- What the machine calls in a turn: it is moved by hand here, so that
  // the judge can look in between.
  void wait(app::Arrivals*, base::Micros) override {}
  void send(std::span<app::Parcel> parcels) override;
  void grant(app::ConnectionId id, const app::Wish& wish) override;

 private:
  struct Verdict {
    int status = 200;
    std::string code;     // of an error
    std::string members;  // of a success
    bool plain = false;   // by HTTP, the members alone
  };
  struct Deciding {
    chat::Command command;
    Outcome outcome;
    bool stored = true;
    bool answered = false;
  };
  // A command by HTTP that failed before those of its connection that came
  // earlier were decided: it is answered after them.
  struct FailedCommand {
    explicit FailedCommand(const chat::Command& from);
    chat::Command view() const;

    std::string room, user, text, client_id;
    chat::Command command;
  };

  // world.cpp: the network and the clocks.
  void advance_clock();
  void whisper();
  void lose_other_source();
  void wait(base::Micros time);
  void append(const chat::Command& command);
  void turn();
  void deliver_some(Link* link);
  void deliver(Link* link, std::size_t size);
  void settle_outputs();
  void send_some(Link* link, app::Parcel* parcel);
  // What the machine has queued for the link.
  std::span<const std::string_view> queued(const Link& link);
  std::size_t unsent(const Link& link);
  bool has_output(const Link& link);
  bool wants_input(const Link& link) const;
  app::Ending ending(const Link& link) const;
  app::Machine& machine();  // at this moment
  void forget_gone();
  void check_turn();
  void check_answered(Link* link);
  void check_interest(Link* link);
  void check_store();
  bool is_under_way();

  // world_judge.cpp: what must come.
  Link* find(const base::PeerAddress& peer);
  void expect_answer(Link* link, int status);
  void expect_stream(Link* link, ExpectedAnswer answer);
  void expect_fault(Link* link, int status);
  Verdict judge(Link* link, const Request& request);
  Verdict judge_posted(const Request& request);
  Verdict judge_command(const Request& request);
  bool is_deciding(const Request& request) const;
  std::string joined_members(const chat::Command& command) const;
  bool may_listen(const Link& link, const std::string& room) const;
  bool is_refused_at_once(const Link& link, const Request& request,
                          Verdict* verdict) const;
  void listen(Link* link, const std::string& room);
  void stop_listening(Link* link, const std::string& room);
  void leave_feed(Link* link);
  void notice_ends();
  void begin_anew(Link* link, const std::vector<std::string>& rooms);
  void replay(Link* link, const std::vector<std::string>& rooms,
              MessageId after);
  void tell(const Told& told);
  void tell_followers(const chat::Command& command, MessageId before);
  std::string list_rooms() const;
  std::string list_members(const std::string& room) const;

  // world_frames.cpp: what WebSockets have said.
  std::string unseen_output(Link* link);
  void look_at_output(Link* link);
  void hear(Link* link);
  bool is_heard(const Link& link, const Request& request);
  static bool has_unheard(const Link& link);
  void check_heard(Link* link);
  void note_resuming(Link* link);
  void hear_resumed();
  Link* find_number(std::size_t number);
  Link* find_id(app::ConnectionId id);
  Link* find_reader(const chat::Command& command);
  void take_frame(Link* link, const Request& request);
  void expect_frame(Link* link, const Request& request, const Verdict& verdict);
  void expect_reply(Link* link, ExpectedAnswer answer);
  bool takes_place(const Link& link, const Request& request) const;
  void answer_frame_command(log::Ticket ticket, const Deciding& deciding);
  void answer_line(Link* link, const Deciding& deciding);
  void listen_as_decided(Link* link, const Request& request,
                         const Deciding& deciding);

  // world_readers.cpp: what has come.
  void read(Link* link);
  static void pass_marks(Link* link);
  bool read_answer(Link* link);
  bool read_block(Link* link);
  bool read_line(Link* link);
  bool read_text(Link* link);
  bool read_frame_of(Link* link);
  void read_object(Link* link, std::string_view json);
  void read_reply(Link* link, std::string_view json);
  void take_event(Link* link, std::string_view json);
  void check_hole(Link* link, const Told& told);
  void note_ephemeral(Link* link, std::string_view json, bool is_typing);
  void check_end(Link* link);
  void check_ephemeral();
  bool may_end(const Link& link) const;
  bool is_given_up(const Link& link) const;

  const std::uint64_t seed_;
  Lottery lottery_;
  app::Options options_;
  std::unique_ptr<chat::RoomStore> store_;
  app::CommandDesk desk_;
  std::unique_ptr<app::FileSource> files_;
  std::unique_ptr<app::House> house_;
  std::unique_ptr<SimulatedLog> log_;
  base::Moment now_;

  Model model_;
  PresenceModel presence_;
  // Connections that another source has told of.
  std::map<std::pair<std::string, std::string>, int> elsewhere_;
  std::optional<Deciding> deciding_;
  std::map<log::Ticket, std::size_t> frame_commands_;  // whose they are
  std::vector<FailedCommand> failed_;
  Link* receiving_ = nullptr;  // whose frames the machine is reading
  // Whose waiting frames it reads in this turn's end, in order.
  std::vector<std::size_t> resuming_;
  std::vector<std::string_view> views_;  // of one gathering

  std::vector<std::unique_ptr<Link>> links_;
  std::size_t links_opened_ = 0;
  std::uint64_t cuts_seen_ = 0;  // as many as the machine has counted
  std::vector<std::unique_ptr<Client>> clients_;
  bool settling_ = false;
  bool shutting_down_ = false;

  std::size_t steps_ = 0;
  std::deque<std::string> notes_;
  std::string failure_;
};

}  // namespace papo::sim
