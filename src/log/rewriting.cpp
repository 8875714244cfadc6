#include "log/rewriting.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/format.h"
#include "log/segment_writer.h"
#include "log/snapshot_file.h"

namespace papo::log {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} * 1024;

std::vector<std::string> names_of(const FolderContents& contents) {
  std::vector<std::string> names = contents.leftovers;
  if (contents.snapshot != 0) {
    names.push_back(file_name(FileKind::Snapshot, contents.snapshot));
  }
  for (const std::uint64_t number : contents.segments) {
    names.push_back(file_name(FileKind::Segment, number));
  }
  return names;
}

base::Result<base::Done> copy_file(FileSystem* from, FileSystem* to,
                                   const std::string& name) {
  auto source = from->open(name);
  if (!source) return base::Unexpected{source.error()};
  auto copy = to->create(name);
  if (!copy) return base::Unexpected{copy.error()};
  std::string piece(kPieceBytes, '\0');
  for (std::uint64_t offset = 0;; offset += piece.size()) {
    const auto count = (*source)->read(offset, piece);
    if (!count) return base::Unexpected{count.error()};
    if (*count == 0) return (*copy)->sync();
    piece.resize(*count);
    auto written = (*copy)->append(piece);
    if (!written) return written;
    if (*count < kPieceBytes) return (*copy)->sync();
  }
}

base::Result<base::Done> write_log(FileSystem* files, std::uint64_t number,
                                   const chat::RoomStore& store,
                                   std::uint64_t sequence, base::HashKey key) {
  SnapshotOptions snapshot;
  snapshot.number = number;
  snapshot.sequence = sequence;
  snapshot.salt = make_salt(key, FileKind::Snapshot, number);
  const auto written = write_snapshot(files, store, snapshot);
  if (!written) return base::Unexpected{written.error()};
  LogEnd end;
  end.sequence = sequence;
  end.segment = number - 1;
  SegmentWriter segments(files, key, end, nullptr);
  auto begun = segments.begin_segment({store.limits(), store.language()});
  return begun ? segments.close() : begun;
}

}  // namespace

base::Result<base::Done, Trouble> copy_log(FileSystem* from,
                                           const FolderContents& contents,
                                           FileSystem* to) {
  for (const std::string& name : names_of(contents)) {
    const auto copied = copy_file(from, to, name);
    if (!copied) return base::Unexpected{system_trouble(name, copied.error())};
  }
  const auto kept = to->sync_folder();
  if (!kept) return base::Unexpected{system_trouble("", kept.error())};
  return base::Done{};
}

base::Result<base::Done, Trouble> replace_log(FileSystem* files,
                                              const FolderContents& contents,
                                              const chat::RoomStore& store,
                                              std::uint64_t sequence,
                                              base::HashKey key) {
  std::uint64_t last = std::max<std::uint64_t>(contents.snapshot, 1);
  if (!contents.segments.empty()) {
    last = std::max(last, contents.segments.back());
  }
  const auto written = write_log(files, last + 1, store, sequence, key);
  if (!written) return base::Unexpected{system_trouble("", written.error())};
  // What cannot be removed now, the next start removes.
  for (const std::string& name : names_of(contents)) {
    static_cast<void>(files->remove(name));
  }
  return base::Done{};
}

}  // namespace papo::log
