// The recovery of a folder of arbitrary bytes. Whatever is there, it is read,
// refused or salvaged, the same way each time; and what was read is the same
// after a start, and after everything became a snapshot.
//
// The input is files, one after the other: a byte for the name (bits 0-1: the
// number less one, bit 2: a snapshot, bit 3: sealed), two for the length,
// little-endian, and the bytes. Those of a sealed file are: sequence u8,
// previous u16, and records of type u8, length u16 and payload, which are given
// the header and the checksums that make them intact.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "log/compaction.h"
#include "log/file_log.h"
#include "log/folder.h"
#include "log/folder_guard.h"
#include "log/format.h"
#include "log/replay.h"
#include "support/scripted_worker.h"
#include "support/simulated_disk.h"
#include "support/store_text.h"

namespace {

using namespace papo;

constexpr chat::StoreLimits kLimits = {
    .history = 4, .rooms = 8, .members = 8, .rooms_of_user = 8};
constexpr std::uint32_t kSalt = 0x53414C54;

std::uint64_t take_number(std::string_view* rest, std::size_t bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < bytes && !rest->empty(); ++i) {
    number |= std::uint64_t{static_cast<std::uint8_t>(rest->front())} << 8 * i;
    rest->remove_prefix(1);
  }
  return number;
}

std::string_view take_bytes(std::string_view* rest) {
  const auto size = static_cast<std::size_t>(take_number(rest, 2));
  const std::string_view bytes = rest->substr(0, size);
  rest->remove_prefix(bytes.size());
  return bytes;
}

std::string sealed(std::string_view rest, log::FileKind kind,
                   std::uint64_t number) {
  log::FileHeader header = {.salt = kSalt, .number = number};
  header.sequence = take_number(&rest, 1);
  header.previous = take_number(&rest, 2);
  std::string bytes;
  log::append_header(&bytes, kind, header);
  while (!rest.empty()) {
    const auto type = static_cast<log::RecordType>(take_number(&rest, 1));
    const std::size_t record = log::open_record(&bytes, type);
    bytes += take_bytes(&rest);
    log::close_record(&bytes, record);
    log::seal_record(&bytes[record], kSalt);
  }
  return bytes;
}

support::Files files_in(std::string_view rest) {
  support::Files files;
  while (!rest.empty()) {
    const std::uint64_t name = take_number(&rest, 1);
    const std::uint64_t number = (name & 3) + 1;
    const auto kind =
        (name & 4) != 0 ? log::FileKind::Snapshot : log::FileKind::Segment;
    const std::string_view bytes = take_bytes(&rest);
    files[log::file_name(kind, number)] =
        (name & 8) != 0 ? sealed(bytes, kind, number) : std::string(bytes);
  }
  return files;
}

struct Reading {
  bool ok = false;
  log::Trouble::Kind trouble{};
  log::ReplayReport report;
  std::string text;
};

Reading read(support::SimulatedDisk* disk, bool salvage) {
  const auto contents = log::read_folder(disk);
  PAPO_CHECK(contents.ok());
  chat::RoomStore store(kLimits, chat::Language::English, {});
  log::Replay replay(disk, &store, {.salvage = salvage});
  const auto end = replay.run(*contents);
  Reading reading;
  reading.ok = end.ok();
  if (!end) reading.trouble = end.error().kind;
  reading.report = replay.report();
  // The store has the log's limits: those of the next start are others.
  store.set_limits(kLimits, chat::Language::English);
  reading.text = support::text_of(store);
  return reading;
}

void expect_same(const Reading& a, const Reading& b) {
  PAPO_CHECK(a.ok == b.ok);
  PAPO_CHECK(a.ok || a.trouble == b.trouble);
  PAPO_CHECK(!a.ok || a.text == b.text);
}

class Nobody final : public log::Notices {
 public:
  void on_notice(std::string_view) override {}
};

// Whether the server starts there; it begins a segment.
bool start(support::SimulatedDisk* disk) {
  Nobody nobody;
  support::ScriptedWorker writer(true);
  support::ScriptedWorker compactor(true);
  chat::RoomStore store(kLimits, chat::Language::English, {});
  const auto log =
      log::FileLog::open({.folder = "data", .key = {3, 4}},
                         {disk, &writer, &compactor, &nobody}, &store);
  return log.ok();
}

void compact(support::SimulatedDisk* disk) {
  support::ScriptedWorker worker;
  auto lock = log::lock_folder(disk);
  PAPO_CHECK(lock.ok());
  const log::FolderGuard guard(disk, std::move(*lock));
  log::Compaction compaction(disk, {3, 4}, &guard);
  const log::FolderContents contents = *log::read_folder(disk);
  compaction.prepare(contents,
                     *disk->identity(log::file_name(log::FileKind::Segment,
                                                    contents.segments.back())));
  compaction.run(worker);
  PAPO_CHECK(compaction.outcome().ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const support::Files files =
      files_in({reinterpret_cast<const char*>(data), size});
  support::SimulatedDisk disk(files);
  const Reading strict = read(&disk, false);
  expect_same(strict, read(&disk, false));
  const Reading salvage = read(&disk, true);
  expect_same(salvage, read(&disk, true));
  PAPO_CHECK(salvage.ok || salvage.trouble != log::Trouble::Kind::Damaged);
  if (strict.ok && strict.report.torn_file.empty()) {
    expect_same(strict, salvage);
    PAPO_CHECK(salvage.report.passed_over.empty());
  }
  PAPO_CHECK(disk.files() == files);

  PAPO_CHECK(start(&disk) == strict.ok);
  if (!strict.ok) return 0;
  expect_same(strict, read(&disk, false));
  compact(&disk);
  expect_same(strict, read(&disk, false));
  return 0;
}
