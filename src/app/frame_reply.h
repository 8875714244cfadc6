// How questions and commands are answered in WebSocket frames.
#pragma once

#include <string>
#include <string_view>

#include "app/connections.h"
#include "app/reply.h"

namespace papo::app {

// Writes one text frame into the connection's outbox:
// {"type":"ok","ref":…} with the members, or
// {"type":"error","ref":…,"code":…,"message":…}.
class FrameReply final : public Reply {
 public:
  // All must outlive it. `ref`: as JSON, or empty.
  FrameReply(Connections* connections, Connection* connection,
             std::string_view ref)
      : connections_(*connections), connection_(*connection), ref_(ref) {}

  void answer(const Members& members) override;
  void succeed(std::string_view members) override { answer({.text = members}); }
  void refuse(const Problem& problem) override;

 private:
  Connections& connections_;
  Connection& connection_;
  std::string_view ref_;
};

}  // namespace papo::app
