// A log that keeps nothing: every command is committed at once. What the
// server uses without --data.
#pragma once

#include "log/command_log.h"

namespace papo::log {

class MemoryLog final : public CommandLog {
 public:
  // `committed` must outlive the log.
  explicit MemoryLog(Committed* committed) : committed_(committed) {}

  void append(const chat::Command& command, Ticket ticket) override {
    committed_->on_committed(command, ticket);
  }
  void deliver() override {}

 private:
  Committed* committed_;
};

}  // namespace papo::log
