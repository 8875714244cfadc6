#include "app/house.h"

#include <algorithm>

#include "app/clock_watch.h"

namespace papo::app {

House::House(const Parts& parts, base::Moment now)
    : desk_(*parts.desk),
      connections_(parts.options, &metrics_, now),
      listening_(parts.options, &parts.desk->store(), &connections_, &metrics_),
      counter_(&metrics_),
      gate_(parts.options),
      answers_(parts.options, &connections_, &metrics_, parts.access_log),
      services_{*parts.options, metrics_,     connections_,
                *parts.desk,    listening_,   gate_,
                answers_,       *parts.files, *parts.random},
      doors_(&services_),
      machine_({.options = parts.options,
                .metrics = &metrics_,
                .connections = &connections_,
                .desk = parts.desk,
                .listening = &listening_,
                .doors = doors_.all()}) {
  desk_.watch(&counter_);
  desk_.watch(&listening_);
  desk_.answer_by(&machine_);
}

void House::CommandCounter::on_decision(const Decision& decision) {
  const auto& result = decision.result;
  ++(result ? metrics_.commands_applied : metrics_.commands_refused);
  const chat::CommandKind kind = decision.command.kind;
  const bool says =
      kind == chat::CommandKind::Send || kind == chat::CommandKind::Post;
  if (says && result && result->id != 0 && !result->duplicate) {
    ++metrics_.messages;
  }
}

std::uint64_t House::seconds_ahead() const {
  return app::seconds_ahead(desk_.store().last_id(), connections_.now().wall);
}

bool House::is_quiet() {
  const std::vector<Door*> doors = doors_.all();
  return connections_.size() == 0 && listening_.is_quiet() &&
         connections_.partial_bytes() == 0 && desk_.waiting() == 0 &&
         std::all_of(doors.begin(), doors.end(),
                     [](const Door* each) { return each->is_quiet(); });
}

bool House::is_listening(ConnectionId id) {
  const Connection* connection = connections_.find(id);
  return connection != nullptr && (connection->door == &doors_.streams ||
                                   connection->door == &doors_.websockets);
}

}  // namespace papo::app
