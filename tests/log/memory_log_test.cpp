#include "log/memory_log.h"

#include <gtest/gtest.h>

namespace papo::log {
namespace {

class Nobody final : public Committed {
 public:
  void on_committed(const chat::Command&, Ticket) override { ADD_FAILURE(); }
  void on_failed(Ticket) override { ADD_FAILURE(); }
};

TEST(MemoryLog, CommitsAtOnceAndHasNothingToTell) {
  MemoryLog log;
  Nobody nobody;
  const chat::Command command{
      .kind = chat::CommandKind::Join, .room = "r", .user = "ana"};
  for (Ticket ticket = 0; ticket < 3; ++ticket) {
    EXPECT_EQ(log.append(command, ticket), Appended::Committed);
  }
  log.deliver(&nobody);
  EXPECT_EQ(log.next_time(), base::Micros::max());
  EXPECT_FALSE(log.health().is_durable);
  EXPECT_TRUE(log.health().is_available);
  EXPECT_TRUE(log.figures().empty());
  EXPECT_TRUE(log.close(&nobody, base::Micros(0)));
}

}  // namespace
}  // namespace papo::log
