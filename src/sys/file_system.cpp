#include "sys/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "sys/descriptor.h"

namespace papo::sys {
namespace {

using Outcome = base::Result<base::Done>;

base::Unexpected<base::Error> failed(const char* doing) {
  return base::Unexpected{base::Error{doing, errno}};
}

log::FileIdentity identity_in(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_dev),
          static_cast<std::uint64_t>(status.st_ino)};
}

base::Result<log::FileIdentity> identity_of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) < 0) return failed("look at a file");
  return identity_in(status);
}

base::Result<log::FileIdentity> identity_at(const Descriptor& folder,
                                            std::string_view name) {
  struct stat status {};
  if (::fstatat(folder.get(), std::string(name).c_str(), &status,
                AT_SYMLINK_NOFOLLOW) < 0) {
    return failed("look at a file");
  }
  return identity_in(status);
}

Descriptor open_in(const Descriptor& folder, std::string_view name, int flags) {
  return Descriptor(::openat(folder.get(), std::string(name).c_str(),
                             flags | O_CLOEXEC | O_NOFOLLOW, 0600));
}

// The folder with a lock of its own, which another descriptor's end leaves.
Descriptor open_again(const Descriptor& folder) {
  return Descriptor(
      ::openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// Not tried again, whatever the reason: after a failed sync the system may have
// dropped the data, and a second one would succeed.
Outcome sync_descriptor(int descriptor) {
#if defined(__APPLE__)
  const bool done = ::fcntl(descriptor, F_FULLFSYNC) == 0;
#elif defined(__linux__)
  const bool done = ::fdatasync(descriptor) == 0;
#else
  const bool done = ::fsync(descriptor) == 0;
#endif
  if (!done) return failed("sync");
  return base::Done{};
}

class RealAppendFile final : public log::AppendFile {
 public:
  explicit RealAppendFile(Descriptor file) : file_(std::move(file)) {}

  Outcome append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ::ssize_t written =
          ::write(file_.get(), bytes.data(), bytes.size());
      if (written > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(written));
      } else if (written == 0 || errno != EINTR) {
        return failed("write");
      }
    }
    return base::Done{};
  }

  Outcome sync() override { return sync_descriptor(file_.get()); }

  Outcome truncate(std::uint64_t bytes) override {
    if (::ftruncate(file_.get(), static_cast<::off_t>(bytes)) < 0) {
      return failed("truncate");
    }
    return base::Done{};
  }

  base::Result<log::FileIdentity> identity() override {
    return identity_of(file_.get());
  }

 private:
  Descriptor file_;
};

class RealReadFile final : public log::ReadFile {
 public:
  explicit RealReadFile(Descriptor file) : file_(std::move(file)) {}

  base::Result<std::size_t> read(std::uint64_t offset,
                                 std::span<char> into) override {
    std::size_t filled = 0;
    while (filled < into.size()) {
      const ::ssize_t count =
          ::pread(file_.get(), &into[filled], into.size() - filled,
                  static_cast<::off_t>(offset + filled));
      if (count == 0) break;
      if (count > 0) {
        filled += static_cast<std::size_t>(count);
      } else if (errno != EINTR) {
        return failed("read");
      }
    }
    return filled;
  }

 private:
  Descriptor file_;
};

// Not every file system lets a folder be locked, and some (NFS) lock for
// writing only what was opened for writing.
bool is_unsupported(int error) {
  return error != EWOULDBLOCK && error != EINTR;
}

class RealLock final : public log::FolderLock {
 public:
  // `folder_is_locked`: for this alone, through `folder`.
  RealLock(Descriptor folder, bool folder_is_locked, std::string_view name)
      : folder_(std::move(folder)),
        folder_is_locked_(folder_is_locked),
        name_(name) {}

  Outcome take() {
    Descriptor file = open_in(folder_, name_, O_RDWR | O_CREAT);
    if (!file) return failed("open");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) < 0) return failed("lock");
    const auto identity = identity_of(file.get());
    if (!identity) return base::Unexpected{identity.error()};
    file_ = std::move(file);
    identity_ = *identity;
    return check();
  }

  Outcome check() override {
    const auto found = identity_at(folder_, name_);
    if (found && *found == identity_) return base::Done{};
    if (found) return base::Unexpected{base::Error{kLockReplaced, 0}};
    if (found.error().number != ENOENT) return base::Unexpected{found.error()};
    return base::Unexpected{base::Error{kLockRemoved, 0}};
  }

  Outcome renew() override {
    Outcome checked = check();
    if (checked || !folder_is_locked_) return checked;
    return take();
  }

 private:
  static constexpr const char* kLockRemoved = "its lock file was removed";
  static constexpr const char* kLockReplaced = "its lock file is another's";

  const Descriptor folder_;
  const bool folder_is_locked_;
  const std::string name_;
  Descriptor file_;
  log::FileIdentity identity_;
};

class RealSharedLock final : public log::FolderLock {
 public:
  RealSharedLock(Descriptor folder, Descriptor file)
      : folder_(std::move(folder)), file_(std::move(file)) {}

  Outcome check() override { return base::Done{}; }
  Outcome renew() override { return base::Done{}; }

 private:
  const Descriptor folder_;
  const Descriptor file_;
};

class RealFolder final : public log::FileSystem {
 public:
  RealFolder(std::string path, Descriptor folder)
      : path_(std::move(path)), folder_(std::move(folder)) {}

  base::Result<std::unique_ptr<log::AppendFile>> create(
      std::string_view name) override {
    Descriptor file = open_file(name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND);
    if (!file) return failed("create");
    return std::unique_ptr<log::AppendFile>(
        std::make_unique<RealAppendFile>(std::move(file)));
  }

  base::Result<std::unique_ptr<log::ReadFile>> open(
      std::string_view name) override {
    Descriptor file = open_file(name, O_RDONLY);
    if (!file) return failed("open");
    return std::unique_ptr<log::ReadFile>(
        std::make_unique<RealReadFile>(std::move(file)));
  }

  Outcome sync(std::string_view name) override {
    const Descriptor file = open_file(name, O_RDONLY);
    if (!file) return failed("open");
    return sync_descriptor(file.get());
  }

  base::Result<std::vector<std::string>> list() override {
    const int again = ::openat(folder_.get(), ".", O_RDONLY | O_CLOEXEC);
    DIR* entries = again < 0 ? nullptr : ::fdopendir(again);
    if (entries == nullptr) {
      const auto reason = failed("list");
      if (again >= 0) ::close(again);
      return reason;
    }
    std::vector<std::string> names;
    errno = 0;
    while (const ::dirent* entry = ::readdir(entries)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    const int error = errno;
    ::closedir(entries);
    if (error != 0) return base::Unexpected{base::Error{"list", error}};
    return names;
  }

  Outcome rename(std::string_view from, std::string_view to) override {
    if (::renameat(folder_.get(), std::string(from).c_str(), folder_.get(),
                   std::string(to).c_str()) < 0) {
      return failed("rename");
    }
    return base::Done{};
  }

  Outcome remove(std::string_view name) override {
    if (::unlinkat(folder_.get(), std::string(name).c_str(), 0) < 0) {
      return failed("remove");
    }
    return base::Done{};
  }

  // Some file systems have nothing to sync in a folder, and say EINVAL.
  Outcome sync_folder() override {
    if (::fsync(folder_.get()) < 0 && errno != EINVAL) {
      return failed("sync the folder");
    }
    return base::Done{};
  }

  base::Result<std::unique_ptr<log::FolderLock>> lock(
      std::string_view name) override {
    Descriptor folder = open_again(folder_);
    if (!folder) return failed("open");
    const bool locked = ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
    if (!locked && !is_unsupported(errno)) return failed("lock");
    auto lock = std::make_unique<RealLock>(std::move(folder), locked, name);
    const Outcome taken = lock->take();
    if (!taken) return base::Unexpected{taken.error()};
    return std::unique_ptr<log::FolderLock>(std::move(lock));
  }

  // One of the two is enough where the other cannot be had; a lock file that is
  // there and cannot be locked may be all that a writer holds.
  base::Result<log::SharedLock> lock_shared(std::string_view name) override {
    log::SharedLock shared;
    Descriptor folder = open_again(folder_);
    if (!folder) return failed("open");
    if (::flock(folder.get(), LOCK_SH | LOCK_NB) < 0) {
      if (errno == EWOULDBLOCK) return failed("lock");
      shared.gap = base::Error{"lock", errno};
    }
    Descriptor file = open_in(folder_, name, O_RDONLY | O_NONBLOCK);
    if (!file && errno != ENOENT) {
      shared.gap = base::Error{"open", errno};
    } else if (file && ::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
      shared.gap.reset();
    } else if (file) {
      if (errno == EWOULDBLOCK) return failed("lock");
      shared.gap = base::Error{"lock", errno};
    }
    shared.lock =
        std::make_unique<RealSharedLock>(std::move(folder), std::move(file));
    return shared;
  }

  base::Result<log::FileIdentity> identity(std::string_view name) override {
    return identity_at(folder_, name);
  }

  Outcome check_place() override {
    struct stat status {};
    if (::stat(path_.c_str(), &status) < 0) {
      return failed("look for the folder at its path");
    }
    const auto own = identity_of(folder_.get());
    if (!own) return base::Unexpected{own.error()};
    if (*own == identity_in(status)) return base::Done{};
    return base::Unexpected{base::Error{"another folder is at its path", 0}};
  }

 private:
  Descriptor open_file(std::string_view name, int flags) const {
    return open_in(folder_, name, flags);
  }

  const std::string path_;
  Descriptor folder_;
};

Descriptor open_path(const char* path) {
  return Descriptor(::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

// A new folder is in its parent, which must reach the disk as well.
Outcome sync_parent(int folder) {
  const Descriptor parent(
      ::openat(folder, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (parent && ::fsync(parent.get()) < 0 && errno != EINVAL) {
    return failed("sync the parent of the folder");
  }
  return base::Done{};
}

}  // namespace

base::Result<std::unique_ptr<log::FileSystem>> open_folder(
    const std::string& path, bool create) {
  const bool made = create && ::mkdir(path.c_str(), 0700) == 0;
  if (create && !made && errno != EEXIST) return failed("make the folder");
  Descriptor folder = open_path(path.c_str());
  if (!folder) return failed("open the folder");
  if (made) {
    const Outcome kept = sync_parent(folder.get());
    if (!kept) return base::Unexpected{kept.error()};
  }
  return std::unique_ptr<log::FileSystem>(
      std::make_unique<RealFolder>(path, std::move(folder)));
}

}  // namespace papo::sys
