// The server put together: the connections, what is told to who listens, the
// doors, and the machine that turns them.
#pragma once

#include "app/command_desk.h"
#include "app/connections.h"
#include "app/doors.h"
#include "app/gate.h"
#include "app/http_answers.h"
#include "app/listening.h"
#include "app/machine.h"
#include "app/metrics.h"
#include "app/options.h"
#include "app/services.h"
#include "app/static_files.h"
#include "base/random.h"

namespace papo::app {

class House {
 public:
  // All must outlive it.
  struct Parts {
    const Options* options;
    CommandDesk* desk;  // told of its decisions from now on
    FileSource* files;
    base::Random* random;
    AccessLog* access_log = nullptr;
  };
  House(const Parts& parts, base::Moment now);
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  Machine& machine() { return machine_; }
  // The door that a listener for browsers and curl is opened for.
  Door& http() { return doors_.http; }
  Connections& connections() { return connections_; }
  Listening& listening() { return listening_; }
  const Metrics& metrics() const { return metrics_; }

  // How many lines the server's own logs have lost, for the metrics.
  void set_log_lines_lost(std::uint64_t lines) {
    metrics_.log_lines_lost = lines;
  }
  // How far the ids run ahead of the clock; see app/clock_watch.h.
  std::uint64_t seconds_ahead() const;

  // For tests: that nothing is held for anyone, so that memory comes back to
  // its base; and that a connection is told of the feed, without an end.
  bool is_quiet();
  bool is_listening(ConnectionId id);

 private:
  // Counts what became of commands.
  class CommandCounter final : public DecisionWatcher {
   public:
    explicit CommandCounter(Metrics* metrics) : metrics_(*metrics) {}
    void on_decision(const Decision& decision) override;

   private:
    Metrics& metrics_;
  };

  CommandDesk& desk_;
  Metrics metrics_;
  Connections connections_;
  Listening listening_;
  CommandCounter counter_;
  Gate gate_;
  HttpAnswers answers_;
  Services services_;
  Doors doors_;
  Machine machine_;
};

}  // namespace papo::app
