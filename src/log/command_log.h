// The one order of commands.
//
// A command is appended, and is committed: at once in memory, when the disk has
// it in a file, when the stream has it where many machines share one. Only then
// may it be applied, answered and shown. What is not decided at once comes back
// in deliver(), in one order, whoever appended it. Nobody is called back from
// within append().
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "chat/command.h"

namespace papo::log {

// What the appender calls one command, to know it again; 0 for a command that
// nobody here waits for.
using Ticket = std::uint32_t;

// What became of a command that was appended.
enum class Appended : std::uint8_t {
  // It is part of the order now, for good: the appender applies it before
  // anything else.
  Committed,
  // A deliver() will tell.
  Pending,
  // It was not stored and will not be: the log could not. Commands appended
  // before may still be undecided: who answers in order sees to it.
  Failed,
};

// Is told of the fate of each command that was pending, in the order of the
// log.
class Committed {
 public:
  virtual ~Committed() = default;
  // The command is part of the order for good. Its texts are valid during the
  // call.
  virtual void on_committed(const chat::Command& command, Ticket ticket) = 0;
  // The command was not stored and will not be: the log could not. (But a crash
  // before the log can again may bring it back, as the last of the order.)
  virtual void on_failed(Ticket ticket) = 0;
};

// How a log is, for who asks the server.
struct LogHealth {
  bool is_durable = false;   // what is committed outlives the program
  bool is_available = true;  // false while every append fails
};

// One number a log counts or measures, for metrics.
struct LogFigure {
  enum class Kind : std::uint8_t { Counter, Gauge };
  std::string_view name;  // in the form of Prometheus, "log_batches_total"
  std::string_view help;  // a sentence
  Kind kind = Kind::Counter;
  std::uint64_t value = 0;
};

class CommandLog {
 public:
  virtual ~CommandLog() = default;
  // Takes the command, copying what it keeps. The ticket comes back with a
  // command that is pending. May be called from within a report.
  virtual Appended append(const chat::Command& command, Ticket ticket) = 0;
  // Reports to `receiver` what was pending and is decided since the last call.
  // At the end of a turn, and when the log woke the loop. REQUIRES: not from
  // within a report.
  virtual void deliver(Committed* receiver) = 0;

  // Tells the steady time: once a turn, before deliver(), and when next_time()
  // has come.
  virtual void on_time(base::Micros) {}
  virtual base::Micros next_time() const { return base::Micros::max(); }

  // Blocks until all that was appended is decided and reported, and the log is
  // done with its files; for at most that long. Every append after it fails.
  // Once.
  // False: it did not come to that. What was not on its way to the disk by then
  // is reported as failed. Of the rest nothing is said, it may be stored or
  // not; a later deliver() tells, if it can. And the log's destructor waits for
  // as long as it takes.
  virtual bool close(Committed* receiver, base::Micros /*at_most*/) {
    deliver(receiver);
    return true;
  }

  virtual LogHealth health() const { return {}; }
  virtual std::vector<LogFigure> figures() const { return {}; }
};

}  // namespace papo::log
