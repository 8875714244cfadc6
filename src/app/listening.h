// Everything that is told to who listens: the feed, the histories that a
// listener begins with, who follows a user from room to room, and who is there.
//
// Replay and subscription happen in one turn, between two drains of the feed:
// what the history holds is queued, and everything after it is delivered.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/command_desk.h"
#include "app/connections.h"
#include "app/errors.h"
#include "app/feed.h"
#include "app/listeners.h"
#include "app/presence.h"
#include "app/room_list.h"
#include "base/hash.h"

namespace papo::app {

class Listening final : public DecisionWatcher, public Delivery {
 public:
  // All must outlive it.
  Listening(const Options* options, const chat::RoomStore* store,
            Connections* connections, Metrics* metrics);

  // ---- What a door does with a listener of its own.

  // Whether all connections together may listen to so many rooms more.
  bool has_room_for(std::size_t rooms) const;
  // Whether this one may listen to the room, too.
  std::optional<Problem> judge(const StreamListener& listener,
                               std::string_view room) const;
  // Begins with what the rooms hold after the request's point, and goes on with
  // whatever is said. REQUIRES: has_room_for() them.
  void begin(StreamListener* listener, const StreamRequest& wanted);
  // From now on it is told of the room. No effect when it is already.
  void listen(StreamListener* listener, std::string_view room);
  // The same, first queueing what the room holds after `after`.
  void listen_after(StreamListener* listener, std::string_view room,
                    chat::MessageId after);
  void stop(StreamListener* listener, std::string_view room);
  // A nameless listener is `user` from now on, who is there.
  void name(StreamListener* listener, std::string_view user);
  // It listens to nothing any more, and its user is not there by it.
  void leave(StreamListener* listener);
  bool is_subscribed(const Listener& listener, std::string_view room) const {
    return feed_.is_subscribed(listener, room);
  }
  std::size_t subscription_count() const { return feed_.subscription_count(); }

  // For who is only woken when there is something new: Door::on_news().
  void await(Listener* listener, std::string_view room) {
    feed_.subscribe(listener, room);
  }
  void stop_awaiting(Listener* listener) { feed_.leave_all(listener); }

  // ---- What is held.

  // What the room holds after `after`, as `framing` writes it.
  std::string history(const Framing& framing, std::string_view room,
                      chat::MessageId after) const;
  Presence& presence() { return presence_; }
  const Presence& presence() const { return presence_; }
  // All rooms, as GET /rooms lists them.
  const base::SharedBytes& room_list() { return room_list_.json(); }

  // ---- Turns.

  void on_time(base::Micros now) { presence_.on_time(now); }
  base::Micros next_due(base::Micros none) const {
    return presence_.next_due(none);
  }
  // Delivers all that was said since the last call, and ends listeners that
  // were too slow.
  void deliver_all();
  // Nobody listens, is there or types: for tests.
  bool is_quiet() const;

  // ---- What the desk and the feed call.

  void on_said(std::string_view room, const chat::Event& event,
               std::string_view author) override;
  void on_decision(const Decision& decision) override;
  void deliver(Listener* listener, const base::SharedBytes& frames,
               const base::SharedBytes& durable) override;
  void wake(Listener* listener) override;

 private:
  void replay(StreamListener* listener, std::span<const std::string_view> rooms,
              chat::MessageId after);
  void queue(StreamListener* listener, const Said& said);
  void cut(StreamListener* listener);
  void end_cut_listeners();
  void follow(StreamListener* listener);
  void stop_following(StreamListener* listener);
  void tell_followers(const Decision& decision);

  const Options& options_;
  const chat::RoomStore& store_;
  Connections& connections_;
  Metrics& metrics_;
  Feed feed_;
  Presence presence_;
  RoomList room_list_;
  std::unordered_map<std::string, std::vector<StreamListener*>, base::NameHash,
                     std::equal_to<>>
      followers_;  // by user
  // Listeners to end when the feed has drained.
  std::vector<ConnectionId> cut_;
};

}  // namespace papo::app
