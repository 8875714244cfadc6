#include "log/format.h"

#include <gtest/gtest.h>

#include <string>

#include "support/hex.h"

namespace papo::log {
namespace {

using support::from_hex;
using support::to_hex;

constexpr FileHeader kHeader = {
    .salt = 0x04030201, .number = 7, .sequence = 0x1122, .previous = 0x3344};

std::string header_of(FileKind kind) {
  std::string bytes;
  append_header(&bytes, kind, kHeader);
  return bytes;
}

std::string record_of(RecordType type, std::string_view payload,
                      std::uint32_t salt) {
  std::string bytes;
  const std::size_t begin = open_record(&bytes, type);
  bytes += payload;
  close_record(&bytes, begin);
  EXPECT_EQ(seal_record(bytes.data(), salt), bytes.size());
  return bytes;
}

// ---- Headers ----

TEST(Format, WritesTheHeaderTwice) {
  const std::string copy = from_hex(
      "7061706f 2e6c6f67 01000000 01020304 07000000 00000000"
      "22110000 00000000 44330000 00000000 887da08f");
  EXPECT_EQ(to_hex(header_of(FileKind::Segment)), to_hex(copy + copy));
  EXPECT_EQ(header_of(FileKind::Snapshot).substr(0, 8), "papo.snp");
}

void expect_read(const std::string& bytes) {
  FileHeader header;
  ASSERT_EQ(read_header(bytes, FileKind::Segment, &header), std::nullopt);
  EXPECT_EQ(header.salt, kHeader.salt);
  EXPECT_EQ(header.number, kHeader.number);
  EXPECT_EQ(header.sequence, kHeader.sequence);
  EXPECT_EQ(header.previous, kHeader.previous);
}

TEST(Format, ReadsAHeaderOfWhichOneCopyIsIntact) {
  const std::string whole = header_of(FileKind::Segment);
  expect_read(whole);
  for (std::size_t at = 0; at < whole.size(); ++at) {
    SCOPED_TRACE(at);
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    expect_read(bytes);
    // Both copies.
    bytes[(at + 44) % 88] = static_cast<char>(bytes[(at + 44) % 88] ^ 1);
    FileHeader header;
    EXPECT_EQ(read_header(bytes, FileKind::Segment, &header),
              HeaderFault::Damaged);
  }
}

TEST(Format, ReadsNoHeaderThatIsCutShortOrOfAnotherKind) {
  const std::string whole = header_of(FileKind::Segment);
  FileHeader header;
  for (std::size_t size = 0; size < 44; ++size) {
    EXPECT_EQ(read_header(whole.substr(0, size), FileKind::Segment, &header),
              HeaderFault::Damaged);
  }
  EXPECT_EQ(read_header(whole, FileKind::Snapshot, &header),
            HeaderFault::Damaged);
}

TEST(Format, KnowsANewerVersion) {
  std::string copy = header_of(FileKind::Segment).substr(0, 44);
  copy[8] = 2;
  copy.replace(40, 4, from_hex("d50c4bc9"));
  FileHeader header;
  EXPECT_EQ(read_header(copy + copy, FileKind::Segment, &header),
            HeaderFault::Newer);
  // One flipped bit does not make it newer.
  copy[9] = 1;
  EXPECT_EQ(read_header(copy + copy, FileKind::Segment, &header),
            HeaderFault::Damaged);
}

// ---- Records ----

TEST(Format, SealsARecord) {
  EXPECT_EQ(to_hex(record_of(RecordType::Command, "abc", 0x04030201)),
            "03000000ca71a22e03616263");
}

TEST(Format, ReadsARecordWithItsSaltAlone) {
  const std::string bytes = record_of(RecordType::Command, "abc", 5);
  const std::string more = bytes + "more";
  const auto record = read_record(more, 5);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->type, RecordType::Command);
  EXPECT_EQ(record->payload, "abc");
  EXPECT_EQ(record->bytes(), bytes.size());
  EXPECT_FALSE(read_record(bytes, 6).has_value());
}

TEST(Format, ReadsNoRecordThatIsCutShortOrChanged) {
  const std::string whole = record_of(RecordType::Batch, "0123456789", 5);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(read_record(whole.substr(0, size), 5).has_value()) << size;
  }
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(read_record(bytes + std::string(300, 'x'), 5).has_value())
        << bit;
  }
}

TEST(Format, ReadsARecordOfAKindThatIsNotKnown) {
  const auto type = static_cast<RecordType>(99);
  EXPECT_FALSE(is_record_type(99));
  const std::string bytes = record_of(type, "abc", 5);
  const auto record = read_record(bytes, 5);
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->type, type);
}

TEST(Format, HoldsPayloadsUpToTheCap) {
  const std::string most(kPayloadBytesMax, 'x');
  std::string bytes = record_of(RecordType::Entry, most, 1);
  EXPECT_TRUE(read_record(bytes, 1).has_value());
  store_u32(bytes.data(), kPayloadBytesMax + 1);
  bytes.push_back('x');
  seal_record(bytes.data(), 1);
  EXPECT_FALSE(read_record(bytes, 1).has_value());
}

TEST(Format, GivesNoFileOfOneKeyTheSaltOfAnother) {
  const base::HashKey key = {1, 2};
  const std::uint32_t one = make_salt(key, FileKind::Segment, 1);
  EXPECT_EQ(make_salt(key, FileKind::Segment, 1), one);
  EXPECT_NE(make_salt(key, FileKind::Segment, 2), one);
  EXPECT_NE(make_salt(key, FileKind::Snapshot, 1), one);
  EXPECT_NE(make_salt({1, 3}, FileKind::Segment, 1), one);
}

// ---- Names ----

TEST(Format, NamesFilesByTheirNumber) {
  struct Case {
    FileKind kind;
    std::uint64_t number;
    const char* name;
  };
  const Case cases[] = {
      {FileKind::Segment, 1, "00000001.log"},
      {FileKind::Segment, 99'999'999, "99999999.log"},
      {FileKind::Segment, 100'000'000, "100000000.log"},
      {FileKind::Snapshot, 7, "00000007.snapshot"},
      {FileKind::Snapshot, ~std::uint64_t{0}, "18446744073709551615.snapshot"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(file_name(each.kind, each.number), each.name);
    EXPECT_EQ(file_number(each.kind, each.name), each.number);
  }
}

TEST(Format, LeavesOtherNamesAlone) {
  for (const char* name :
       {"", ".log", "1.log", "000000001.log", "00000001.snapshot",
        "0000001x.log", "+0000001.log", "00000001.log.tmp", "00000001", "lock",
        "99999999999999999999999.log"}) {
    EXPECT_EQ(file_number(FileKind::Segment, name), std::nullopt) << name;
  }
}

// ---- A flipped bit, and what a cut write leaves

std::string three_records(std::uint32_t salt) {
  std::string bytes;
  for (const std::string_view payload :
       {std::string_view("some text\x01\x80"), std::string_view(""),
        std::string_view("the last", 8)}) {
    const std::size_t record = open_record(&bytes, RecordType::Command);
    bytes += payload;
    close_record(&bytes, record);
    seal_record(&bytes[record], salt);
  }
  return bytes;
}

TEST(FlippedBit, IsFoundInEveryPlaceUnlessItLeavesAByteOfZeros) {
  const std::string whole = three_records(77);
  const std::size_t first = read_record(whole, 77)->bytes();
  for (std::size_t bit = 0; bit < 8 * first; ++bit) {
    SCOPED_TRACE("bit " + std::to_string(bit));
    std::string bytes = whole;
    char& byte = bytes[bit / 8];
    byte = static_cast<char>(byte ^ 1 << bit % 8);
    ASSERT_FALSE(read_record(bytes, 77).has_value());
    EXPECT_EQ(has_record_but_for_a_bit(bytes, 77), byte != '\0');
  }
}

TEST(FlippedBit, IsNotWhatACutWriteLeaves) {
  const std::string whole = three_records(78);
  const std::size_t first = read_record(whole, 78)->bytes();
  for (std::size_t begin = 0; begin < first; ++begin) {
    EXPECT_FALSE(has_record_but_for_a_bit(whole.substr(0, begin), 78));
    for (std::size_t end = begin + 1; end <= first; ++end) {
      std::string bytes = whole;
      bytes.replace(begin, end - begin, end - begin, '\0');
      if (bytes == whole) continue;  // they were zeros
      EXPECT_FALSE(has_record_but_for_a_bit(bytes, 78)) << begin << " " << end;
    }
  }
  std::string two = whole;
  two[12] ^= 1;
  two[13] ^= 1;
  EXPECT_FALSE(has_record_but_for_a_bit(two, 78));
}

// A long record has so many bits that what a cut write lacks looks like one of
// them, now and then: these are found by search.
TEST(FlippedBit, IsNotWhatACutWriteOfALongRecordLeavesByChance) {
  const struct {
    std::uint32_t seed;
    std::size_t cut;
  } cases[] = {{48, 55'808}, {103, 32'768}};
  for (const auto& each : cases) {
    std::string bytes;
    const std::size_t record = open_record(&bytes, RecordType::Command);
    std::uint64_t state = each.seed;
    for (int i = 0; i < 65'536; ++i) {
      state = state * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
      bytes.push_back(static_cast<char>('a' + (state >> 60)));
    }
    close_record(&bytes, record);
    seal_record(&bytes[record], each.seed);
    std::string flipped = bytes;
    flipped[40'000] ^= 1;
    EXPECT_TRUE(has_record_but_for_a_bit(flipped, each.seed));
    const std::size_t lost = bytes.size() - each.cut;
    bytes.replace(each.cut, lost, lost, '\0');
    EXPECT_FALSE(has_record_but_for_a_bit(bytes, each.seed));
  }
}

}  // namespace
}  // namespace papo::log
