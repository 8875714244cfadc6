// Every way in which a power cut may tear the last writes of a log: the start
// succeeds, what was promised is there, and what is cut is the torn end alone.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "log/log_world.h"
#include "support/store_text.h"

namespace papo::log {
namespace {

using support::Files;
using support::OwnedCommand;
using support::SimulatedDisk;
using support::text_of;

constexpr std::size_t kSector = 512;
constexpr const char* kName = "00000001.log";

FileLogOptions one_file(SyncPolicy sync) {
  FileLogOptions options = small_options(sync);
  options.disk = {};
  return options;
}

// Texts of all kinds, also of bytes that a cut write leaves.
std::vector<OwnedCommand> last_commands() {
  std::vector<OwnedCommand> all;
  all.push_back(saying(std::string(420, 'x')));
  all.push_back(saying("a short one"));
  all.push_back(saying(std::string(30, '\0').append("zeros")));
  all.push_back(saying(std::string(200, '\x01')));
  all.push_back(saying(std::string("\xC3\xA1").append(300, ' ')));
  all[1].client_id = "c1";
  all[2].room = "ops";
  OwnedCommand leave = saying("");
  leave.kind = chat::CommandKind::Leave;
  leave.room = "ops";
  all.push_back(leave);
  return all;
}

// A log that was killed when its last writes were under way.
struct Sample {
  std::string bytes;               // of the segment, with all that was written
  std::size_t durable = 0;         // of them
  std::size_t promised = 0;        // commands in these
  std::vector<std::string> texts;  // of the store after each command
  std::vector<std::size_t> ends;   // where each command's record ends
};

std::vector<std::size_t> ends_of_commands(const std::string& segment) {
  FileHeader header;
  EXPECT_FALSE(read_header(segment, FileKind::Segment, &header));
  std::vector<std::size_t> ends;
  for (std::size_t at = kHeaderBytes; at < segment.size();) {
    const std::string_view rest = std::string_view(segment).substr(at);
    const auto record = read_record(rest, header.salt);
    EXPECT_TRUE(record.has_value());
    at += record->bytes();
    if (record->type == RecordType::Command) ends.push_back(at);
  }
  return ends;
}

// With `always` the last commands are one batch that nobody was told of; else
// they are a batch each, and told, but not synced.
Sample make_sample(SyncPolicy sync) {
  SimulatedDisk disk;
  LogWorld world(&disk, one_file(sync));
  EXPECT_TRUE(world.open());
  Sample sample;
  for (const char* text : {"one", "two", "three"}) world.append(saying(text));
  world.settle();
  world.advance(std::chrono::seconds(30));
  world.settle();
  sample.promised = world.promises().durable;
  EXPECT_EQ(sample.promised, 3u);
  sample.durable = disk.files().at(kName).size();
  for (const OwnedCommand& command : last_commands()) {
    world.append(command);
    if (sync != SyncPolicy::Always) world.settle();
  }
  world.deliver();
  world.run_writer();
  EXPECT_EQ(world.promises().durable, sample.promised);
  sample.bytes = disk.files().at(kName);
  sample.ends = ends_of_commands(sample.bytes);
  const std::size_t count = sample.promised + last_commands().size();
  EXPECT_EQ(sample.ends.size(), count);
  for (std::size_t i = 0; i <= count; ++i) {
    chat::RoomStore store(kWorldLimits, chat::Language::English, {});
    apply_first(world.promises(), i, &store);
    sample.texts.push_back(text_of(store));
  }
  return sample;
}

// `intact`: the bytes before are as they were written.
void judge(const Sample& sample, const std::string& left, std::size_t intact) {
  SimulatedDisk disk(Files{{kName, left}});
  LogWorld world(&disk, one_file(SyncPolicy::Always));
  ASSERT_TRUE(world.open()) << describe(world.trouble(), "data");
  const std::string text = text_of(world.store());
  const auto found = std::find(sample.texts.begin(), sample.texts.end(), text);
  ASSERT_NE(found, sample.texts.end()) << text;
  const auto count = static_cast<std::size_t>(found - sample.texts.begin());
  ASSERT_GE(count, sample.promised);
  const auto whole = static_cast<std::size_t>(
      std::upper_bound(sample.ends.begin(), sample.ends.end(), intact) -
      sample.ends.begin());
  ASSERT_GE(count, whole);
  // What is cut is told.
  if (count + 1 < sample.texts.size() && left.size() > sample.ends[count]) {
    ASSERT_EQ(world.notices().size(), 1u);
  }
}

std::string zeroed(const std::string& bytes, std::size_t from,
                   std::size_t size) {
  std::string left = bytes;
  size = std::min(size, left.size() - from);
  return left.replace(from, size, size, '\0');
}

class TornTail : public testing::TestWithParam<SyncPolicy> {};

TEST_P(TornTail, MayEndAtAnyByte) {
  const Sample sample = make_sample(GetParam());
  judge(sample, sample.bytes, sample.bytes.size());
  for (std::size_t end = sample.durable; end < sample.bytes.size(); ++end) {
    SCOPED_TRACE("cut at " + std::to_string(end));
    judge(sample, sample.bytes.substr(0, end), end);
    if (HasFatalFailure()) return;
  }
}

// The length was stored and the bytes were not; the file may be longer, too.
TEST_P(TornTail, MayBeZerosFromAnyByteOn) {
  const Sample sample = make_sample(GetParam());
  for (std::size_t end = sample.durable; end < sample.bytes.size(); ++end) {
    SCOPED_TRACE("zeros from " + std::to_string(end));
    std::string left = zeroed(sample.bytes, end, sample.bytes.size());
    judge(sample, left, end);
    left.resize(left.size() / kSector * kSector + kSector);
    if (end % 3 == 0) judge(sample, left, end);
    if (HasFatalFailure()) return;
  }
}

// What follows it was stored.
TEST_P(TornTail, MayLackAStretchOfAnyLength) {
  const Sample sample = make_sample(GetParam());
  std::size_t size = 1;
  for (std::size_t at = sample.durable; at < sample.bytes.size(); ++at) {
    for (const std::size_t lost : {std::size_t{1}, size}) {
      SCOPED_TRACE(std::to_string(lost) + " zeros at " + std::to_string(at));
      judge(sample, zeroed(sample.bytes, at, lost), at);
      if (HasFatalFailure()) return;
    }
    size = size % 40 + 1;
  }
}

// Each sector for itself: as written, zeros, or what another file left there.
TEST_P(TornTail, MayLackAnySectors) {
  const Sample sample = make_sample(GetParam());
  const Sample other = make_sample(SyncPolicy::Interval);
  std::string stale(sample.bytes.size(), 's');
  for (std::size_t i = 0; i < stale.size(); ++i) {
    stale[i] = other.bytes[(i + 100) % other.bytes.size()];
  }
  const std::size_t first = sample.durable / kSector;
  const std::size_t count = sample.bytes.size() / kSector + 1 - first;
  ASSERT_GE(count, 3u);
  ASSERT_LE(count, 8u);
  std::size_t states = 1;
  for (std::size_t i = 0; i < count; ++i) states *= 3;
  for (std::size_t state = 1; state < states; ++state) {
    SCOPED_TRACE("sectors " + std::to_string(state));
    std::string left = sample.bytes;
    std::size_t intact = sample.bytes.size();
    for (std::size_t i = 0, rest = state; i < count; ++i, rest /= 3) {
      if (rest % 3 == 0) continue;
      const std::size_t begin = std::max((first + i) * kSector, sample.durable);
      const std::size_t end =
          std::min((first + i + 1) * kSector, sample.bytes.size());
      intact = std::min(intact, begin);
      for (std::size_t at = begin; at < end; ++at) {
        left[at] = rest % 3 == 1 ? '\0' : stale[at];
      }
    }
    judge(sample, left, intact);
    if (HasFatalFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Policies, TornTail,
                         testing::Values(SyncPolicy::Always,
                                         SyncPolicy::Interval,
                                         SyncPolicy::Never));

}  // namespace
}  // namespace papo::log
