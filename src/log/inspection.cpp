#include "log/inspection.h"

#include <utility>

namespace papo::log {
namespace {

base::Result<base::Done, Trouble> replay(FileSystem* files, base::HashKey key,
                                         bool salvage, Inspection* found) {
  found->store = std::make_unique<chat::RoomStore>(
      chat::StoreLimits{}, chat::Language::English, key);
  ReplayOptions options;
  options.salvage = salvage;
  Replay replay(files, found->store.get(), options);
  const auto end = replay.run(found->contents);
  if (!end) return base::Unexpected{end.error()};
  found->end = *end;
  found->report = replay.report();
  return base::Done{};
}

}  // namespace

base::Result<Inspection, Trouble> inspect(FileSystem* files,
                                          base::HashKey key) {
  auto contents = read_folder(files);
  if (!contents) return base::Unexpected{contents.error()};
  Inspection found;
  found.contents = std::move(*contents);
  auto replayed = replay(files, key, false, &found);
  if (!replayed && replayed.error().kind == Trouble::Kind::Damaged) {
    replayed = replay(files, key, true, &found);
  }
  if (!replayed) return base::Unexpected{replayed.error()};
  return found;
}

}  // namespace papo::log
