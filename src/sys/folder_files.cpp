#include "sys/folder_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/hash.h"
#include "base/text.h"

namespace papo::sys {
namespace {

// A larger file is none of a web client's.
constexpr std::size_t kFileBytesMax = 16 * 1024 * 1024;

// Opens the file segment by segment, so that no segment may be a link: with
// openat(2) alone, O_NOFOLLOW would look at the last one only.
Descriptor open_below(const Descriptor& folder, std::string_view path) {
  Descriptor at;
  for (;;) {
    const std::size_t slash = path.find('/');
    const std::string segment(path.substr(0, slash));
    if (segment == "." || segment == "..") return Descriptor();
    const bool last = slash == std::string_view::npos;
    const int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK |
                      (last ? 0 : O_DIRECTORY);
    const int from = at ? at.get() : folder.get();
    at = Descriptor(::openat(from, segment.c_str(), flags));
    if (!at || last) return at;
    path.remove_prefix(slash + 1);
  }
}

bool read_all(const Descriptor& file, std::string* bytes) {
  struct stat status {};
  if (::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) {
    return false;
  }
  bytes->clear();
  char block[16 * 1024];
  for (;;) {
    const ssize_t count = ::read(file.get(), block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 || bytes->size() > kFileBytesMax) return false;
    if (count == 0) return true;
    bytes->append(block, static_cast<std::size_t>(count));
  }
}

}  // namespace

base::Result<FolderFiles> FolderFiles::open(const std::string& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder) return base::Unexpected{base::Error{"open", errno}};
  return FolderFiles(std::move(folder));
}

bool FolderFiles::find(std::string_view path, app::File* file) {
  const Descriptor opened = open_below(folder_, path);
  if (!opened || !read_all(opened, &bytes_)) return false;
  etag_.assign(1, '"');
  base::append_number(&etag_, base::siphash13({}, bytes_));
  etag_.push_back('"');
  *file = {bytes_, {}, etag_};
  return true;
}

}  // namespace papo::sys
