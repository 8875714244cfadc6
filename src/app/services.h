// What doors and handlers share.
#pragma once

#include "app/connections.h"
#include "app/gate.h"
#include "app/http_answers.h"
#include "app/listening.h"
#include "app/metrics.h"
#include "app/options.h"
#include "app/static_files.h"
#include "base/random.h"

namespace papo::app {

// All outlive who is given them.
struct Services {
  const Options& options;
  Metrics& metrics;
  Connections& connections;
  CommandDesk& desk;
  Listening& listening;
  const Gate& gate;
  HttpAnswers& answers;
  FileSource& files;
  base::Random& random;

  const chat::RoomStore& store() const { return desk.store(); }
};

}  // namespace papo::app
