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

class RealLock final : public log::FolderLock {
 public:
  explicit RealLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;
};

class RealFolder final : public log::FileSystem {
 public:
  explicit RealFolder(Descriptor folder) : folder_(std::move(folder)) {}

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
    Descriptor file = open_file(name, O_RDWR | O_CREAT);
    if (!file) return failed("open");
    if (::flock(file.get(), LOCK_EX | LOCK_NB) < 0) return failed("lock");
    return std::unique_ptr<log::FolderLock>(
        std::make_unique<RealLock>(std::move(file)));
  }

 private:
  Descriptor open_file(std::string_view name, int flags) const {
    return Descriptor(::openat(folder_.get(), std::string(name).c_str(),
                               flags | O_CLOEXEC | O_NOFOLLOW, 0600));
  }

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
      std::make_unique<RealFolder>(std::move(folder)));
}

}  // namespace papo::sys
