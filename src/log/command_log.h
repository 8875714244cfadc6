// The one order of commands.
//
// A command is appended, and comes back when it is committed: at once from a
// log in memory, after the disk has it from a file, after the stream has it
// when many machines share one. Only then may it be applied, answered and
// shown. Commands come back in one order, whoever appended them.
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

// Is told of the fate of each command, in the order of the log.
class Committed {
 public:
  virtual ~Committed() = default;
  // The command is part of the order for good. Its texts are valid during the
  // call.
  virtual void on_committed(const chat::Command& command, Ticket ticket) = 0;
  // The command was not stored and will not be: the log could not. (But a crash
  // before the log can again may bring it back, as the last of the order.) It
  // may come while commands appended before are still undecided.
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
  // Takes the command, copying what it keeps. on_committed() or on_failed()
  // may be called before append() returns.
  virtual void append(const chat::Command& command, Ticket ticket) = 0;
  // True when append() would report a failure at once, before commands that
  // were appended earlier are decided. Who answers in order waits for those.
  virtual bool is_full() const { return false; }
  // Reports the commands decided since the last call. At the end of a turn, and
  // when the log woke the loop. REQUIRES: not from within a report.
  virtual void deliver() = 0;

  // Tells the steady time: once a turn, before deliver(), and when next_time()
  // has come.
  virtual void on_time(base::Micros) {}
  virtual base::Micros next_time() const { return base::Micros::max(); }

  // Blocks until all that was appended is decided and reported. Every append
  // after it fails.
  virtual void close() { deliver(); }

  virtual LogHealth health() const { return {}; }
  virtual std::vector<LogFigure> figures() const { return {}; }
};

}  // namespace papo::log
