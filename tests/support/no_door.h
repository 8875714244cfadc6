// A door that nobody speaks at: for tests of what doors share.
#pragma once

#include "app/door.h"

namespace papo::support {

class NoDoor : public app::Door {
 public:
  void on_open(app::Connection&, bool) override {}
  void on_bytes(app::Connection&, std::span<char>) override {}
  void on_sent(app::Connection&, bool) override {}
  void on_deadline(app::Connection&) override {}
  void on_end_of_input(app::Connection&) override {}
  void on_shutdown(app::Connection&) override {}
  void turn_out(app::Connection&, app::Excess) override {}
  bool wants_input(const app::Connection&) const override { return true; }
};

}  // namespace papo::support
