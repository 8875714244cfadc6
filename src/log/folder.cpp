#include "log/folder.h"

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "log/format.h"

namespace papo::log {
namespace {

bool is_ours(std::string_view name) {
  return file_number(FileKind::Segment, name) ||
         file_number(FileKind::Snapshot, name);
}

bool is_unfinished(std::string_view name) {
  return name.ends_with(kTemporarySuffix) &&
         is_ours(name.substr(0, name.size() - kTemporarySuffix.size()));
}

// From the snapshot's number (or 1) to the last segment there is no gap.
std::vector<std::string> missing_segments(const FolderContents& contents) {
  std::vector<std::string> missing;
  std::uint64_t expected = std::max<std::uint64_t>(contents.snapshot, 1);
  for (const std::uint64_t number : contents.segments) {
    // Of a gap, however wide, the first is enough to know.
    if (number != expected) {
      missing.push_back(file_name(FileKind::Segment, expected));
    }
    expected = number + 1;
  }
  if (contents.segments.empty() && contents.snapshot != 0) {
    missing.push_back(file_name(FileKind::Segment, expected));
  }
  return missing;
}

Trouble lock_trouble(const base::Error& error) {
  if (error.number != EWOULDBLOCK) return system_trouble(kLockName, error);
  return {Trouble::Kind::InUse, "", 0, "another papo uses this folder"};
}

}  // namespace

base::Result<FolderContents, Trouble> read_folder(FileSystem* files) {
  const auto names = files->list();
  if (!names) return base::Unexpected{system_trouble("", names.error())};
  FolderContents contents;
  for (const std::string& name : *names) {
    const auto number = file_number(FileKind::Snapshot, name);
    if (number) contents.snapshot = std::max(contents.snapshot, *number);
  }
  for (const std::string& name : *names) {
    const auto segment = file_number(FileKind::Segment, name);
    if (segment && *segment >= contents.snapshot) {
      contents.segments.push_back(*segment);
    } else if (is_unfinished(name) ||
               (is_ours(name) &&
                name != file_name(FileKind::Snapshot, contents.snapshot))) {
      contents.leftovers.push_back(name);
    }
  }
  std::sort(contents.segments.begin(), contents.segments.end());
  contents.missing = missing_segments(contents);
  return contents;
}

base::Result<std::unique_ptr<FolderLock>, Trouble> lock_folder(
    FileSystem* files) {
  auto lock = files->lock(kLockName);
  if (lock) return std::move(*lock);
  return base::Unexpected{lock_trouble(lock.error())};
}

base::Result<SharedLock, Trouble> lock_folder_shared(FileSystem* files) {
  auto lock = files->lock_shared(kLockName);
  if (lock) return std::move(*lock);
  return base::Unexpected{lock_trouble(lock.error())};
}

}  // namespace papo::log
