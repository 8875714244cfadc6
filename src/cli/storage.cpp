#include "cli/storage.h"

#include <cerrno>
#include <utility>

#include "base/text.h"
#include "cli/inventory.h"
#include "log/memory_log.h"
#include "sys/clock.h"
#include "sys/file_system.h"

namespace papo::cli {
namespace {

const char* advice(int error) {
  switch (error) {
    case ENOENT:
      return " (make its parent folder first)";
    case ENOTDIR:
      return " (a part of the path is a file)";
    case EACCES:
    case EPERM:
      return " (whoever runs papo must own it)";
    default:
      return "";
  }
}

std::string describe_start(const std::string& folder,
                           const chat::RoomStore& store, base::Micros took) {
  std::string text = folder + " holds " + describe(take_inventory(store));
  text += ", read in ";
  base::append_number(&text, static_cast<std::uint64_t>(took.count() / 1000));
  return text + " ms";
}

}  // namespace

base::Result<base::Done, std::string> Storage::open(
    const StorageOptions& options, chat::RoomStore* store) {
  if (!options.folder.empty()) return open_folder(options, store);
  log_ = std::make_unique<log::MemoryLog>();
  return base::Done{};
}

base::Result<base::Done, std::string> Storage::open_folder(
    const StorageOptions& options, chat::RoomStore* store) {
  const base::Micros begin = sys::read_clocks().steady;
  auto files = open_log_folder(options.folder, true);
  if (!files) return base::Unexpected{files.error()};
  files_ = std::move(*files);
  using Priority = sys::WorkerThread::Priority;
  writer_.emplace(Priority::Normal, &wakeup_);
  compactor_.emplace(Priority::Background, &wakeup_);
  log::FileLogOptions log_options;
  log_options.sync = options.sync;
  log_options.folder = options.folder;
  log_options.key = options.key;
  log_options.pending_bytes_max = options.pending_bytes_max;
  auto log = log::FileLog::open(
      log_options, {files_.get(), &*writer_, &*compactor_, this}, store);
  if (!log) {
    return base::Unexpected{log::describe(log.error(), options.folder)};
  }
  log_ = std::move(*log);
  const base::Micros took = sys::read_clocks().steady - begin;
  diagnostics_.info(describe_start(options.folder, *store, took));
  return base::Done{};
}

void Storage::on_notice(std::string_view sentence) {
  diagnostics_.warn(sentence);
}

base::Result<std::unique_ptr<log::FileSystem>, std::string> open_log_folder(
    const std::string& folder, bool create) {
  auto files = sys::open_folder(folder, create);
  if (files) return std::move(*files);
  const base::Error& error = files.error();
  if (error.number == ENOENT && !create) {
    return base::Unexpected{folder + ": there is no such folder"};
  }
  return base::Unexpected{folder + ": " + sys::describe(error) +
                          advice(error.number)};
}

}  // namespace papo::cli
