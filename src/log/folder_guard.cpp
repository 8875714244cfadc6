#include "log/folder_guard.h"

#include <cerrno>

namespace papo::log {

base::Result<base::Done> FolderGuard::check() const {
  const auto place = files_.check_place();
  return place ? lock_->check() : place;
}

base::Result<base::Done> FolderGuard::regain() {
  const auto place = files_.check_place();
  return place ? lock_->renew() : place;
}

base::Result<base::Done> FolderGuard::check_file(
    const std::string& name, const FileIdentity& identity) const {
  const auto found = files_.identity(name);
  if (found && *found == identity) return base::Done{};
  if (found) return base::Unexpected{base::Error{kFileReplaced, 0}};
  if (found.error().number != ENOENT) return base::Unexpected{found.error()};
  return base::Unexpected{base::Error{kFileRemoved, 0}};
}

}  // namespace papo::log
