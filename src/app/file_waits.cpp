// Requests for files that cannot be had at once.
//
// The request stays where it is, as one that is cut: nothing behind it is read,
// so that answers keep their order. When its file is known, it is read again,
// and answered.
#include "app/machine.h"

namespace papo::app {
namespace {

// A disk that has not answered by then is not waited for.
constexpr base::Micros kFilePatience = std::chrono::seconds(10);

}  // namespace

FileLookups::Outcome Machine::find_file(Connection* connection,
                                        std::string_view path, File* file) {
  using Outcome = FileLookups::Outcome;
  FileLookups* lookups = files_->lookups();
  if (lookups == nullptr) {
    return files_->find(path, file) ? Outcome::Found : Outcome::None;
  }
  const auto found = file_waits_.find(connection->id());
  if (found != file_waits_.end()) {
    return lookups->look(found->second.ticket, file);
  }
  file_waits_[connection->id()].ticket = lookups->begin(path);
  ++connection->in_flight;
  set_deadline(connection, kFilePatience);
  return Outcome::Pending;
}

bool Machine::waits_for_file(const Connection& connection) const {
  const auto found = file_waits_.find(connection.id());
  return found != file_waits_.end() && !found->second.is_over;
}

void Machine::end_file_wait(Connection* connection) {
  if (file_waits_.empty()) return;
  const auto found = file_waits_.find(connection->id());
  if (found == file_waits_.end()) return;
  if (!found->second.is_over) --connection->in_flight;
  files_->lookups()->end(found->second.ticket);
  file_waits_.erase(found);
}

void Machine::take_found_files() {
  FileLookups* lookups = files_->lookups();
  if (lookups == nullptr || !lookups->advance()) return;
  for (auto& [id, wait] : file_waits_) {
    File file;
    if (wait.is_over ||
        lookups->look(wait.ticket, &file) == FileLookups::Outcome::Pending) {
      continue;
    }
    wait.is_over = true;
    Connection* connection = connections_.find(id);
    --connection->in_flight;
    resume(connection);
  }
}

void Machine::give_up_file(Connection* connection) {
  ++metrics_.timeouts;
  end_file_wait(connection);
  ReplyTo to;
  to.connection = connection->id();
  to.keep_alive = false;
  to.logged = "-";
  answer_problem(connection, to,
                 {ErrorCode::Overloaded, "the file cannot be read in time"});
  connection->partial.reset();
}

}  // namespace papo::app
