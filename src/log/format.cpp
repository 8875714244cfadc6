#include "log/format.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "crypto/crc32c.h"

namespace papo::log {
namespace {

constexpr std::size_t kCopyBytes = kHeaderBytes / 2;
constexpr std::size_t kSummedBytes = kCopyBytes - 4;
constexpr std::size_t kDigitsMin = 8;

std::string_view magic(FileKind kind) {
  switch (kind) {
    case FileKind::Segment:
      return "papo.log";
    case FileKind::Snapshot:
      return "papo.snp";
  }
  __builtin_unreachable();
}

std::string_view suffix(FileKind kind) {
  switch (kind) {
    case FileKind::Segment:
      return ".log";
    case FileKind::Snapshot:
      return ".snapshot";
  }
  __builtin_unreachable();
}

std::optional<HeaderFault> read_copy(std::string_view copy, FileKind kind,
                                     FileHeader* header) {
  if (copy.size() < kCopyBytes || copy.substr(0, 8) != magic(kind) ||
      load_u32(&copy[kSummedBytes]) !=
          crypto::crc32c(0, copy.substr(0, kSummedBytes))) {
    return HeaderFault::Damaged;
  }
  if (load_u32(&copy[8]) != kFormatVersion) return HeaderFault::Newer;
  header->salt = load_u32(&copy[12]);
  header->number = load_u64(&copy[16]);
  header->sequence = load_u64(&copy[24]);
  header->previous = load_u64(&copy[32]);
  return std::nullopt;
}

std::uint32_t checksum(std::string_view record, std::uint32_t salt) {
  const std::uint32_t length = crypto::crc32c(salt, record.substr(0, 4));
  return crypto::crc32c(length, record.substr(8));
}

// A checksum is linear: what a flipped bit changes in it depends on how far the
// bit is from the end alone. The last bit of all adds the polynomial itself,
// each one before it what one step of the division more makes of that.
bool is_flipped_in(std::string_view summed, std::uint32_t difference) {
  constexpr std::uint32_t kPolynomial = 0x82F63B78;  // of CRC-32C, reflected
  std::uint32_t effect = kPolynomial;
  for (std::size_t byte = summed.size(); byte > 0; --byte) {
    for (int bit = 7; bit >= 0; --bit) {
      if (effect == difference && summed[byte - 1] != '\0') return true;
      effect = effect >> 1 ^ ((effect & 1) != 0 ? kPolynomial : 0);
    }
  }
  return false;
}

// What a cut write lacks is read as zeros, a sector or more of them but where
// the write began or ended. In a record of a megabyte they change the checksum
// as one bit elsewhere would with a chance of 1 : 500.
bool has_lost_stretch(std::string_view record) {
  // More than any number of our own has (a Batch's two, side by side).
  constexpr std::size_t kLostBytesMin = 16;
  std::size_t zeros = 0;
  for (const char byte : record) {
    zeros = byte == '\0' ? zeros + 1 : 0;
    if (zeros == kLostBytesMin) return true;
  }
  return false;
}

bool is_flipped_checksum(std::string_view record, std::uint32_t difference) {
  if ((difference & (difference - 1)) != 0) return false;
  std::size_t byte = 4;
  for (; difference > 0xFF; difference >>= 8) ++byte;
  return record[byte] != '\0';
}

bool is_flipped_length(std::string_view bytes, std::uint32_t salt) {
  std::string copy(bytes);
  for (int bit = 0; bit < 32; ++bit) {
    char& byte = copy[static_cast<std::size_t>(bit / 8)];
    const char found = byte;
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U << bit % 8);
    if (found != '\0' && read_record(copy, salt)) return true;
    byte = found;
  }
  return false;
}

}  // namespace

void store_u32(char* to, std::uint32_t number) {
  for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(number >> (8 * i));
}

void store_u64(char* to, std::uint64_t number) {
  for (int i = 0; i < 8; ++i) to[i] = static_cast<char>(number >> (8 * i));
}

std::uint32_t load_u32(const char* from) {
  std::uint32_t number = 0;
  for (int i = 3; i >= 0; --i) {
    number = number << 8 | static_cast<std::uint8_t>(from[i]);
  }
  return number;
}

std::uint64_t load_u64(const char* from) {
  return std::uint64_t{load_u32(from + 4)} << 32 | load_u32(from);
}

bool is_record_type(std::uint8_t number) {
  switch (static_cast<RecordType>(number)) {
    case RecordType::Settings:
    case RecordType::Batch:
    case RecordType::Command:
    case RecordType::Store:
    case RecordType::RemovedRoom:
    case RecordType::Room:
    case RecordType::Member:
    case RecordType::Entry:
    case RecordType::Change:
    case RecordType::RoomOrder:
    case RecordType::Gap:
    case RecordType::ClientId:
    case RecordType::End:
      return true;
  }
  return false;
}

void append_header(std::string* out, FileKind kind, const FileHeader& header) {
  char copy[kCopyBytes];
  magic(kind).copy(copy, 8);
  store_u32(copy + 8, kFormatVersion);
  store_u32(copy + 12, header.salt);
  store_u64(copy + 16, header.number);
  store_u64(copy + 24, header.sequence);
  store_u64(copy + 32, header.previous);
  store_u32(copy + kSummedBytes, crypto::crc32c(0, {copy, kSummedBytes}));
  for (int i = 0; i < 2; ++i) out->append(copy, kCopyBytes);
}

std::optional<HeaderFault> read_header(std::string_view bytes, FileKind kind,
                                       FileHeader* header) {
  const auto first = read_copy(bytes.substr(0, kCopyBytes), kind, header);
  if (!first || bytes.size() < kHeaderBytes) return first;
  const auto second =
      read_copy(bytes.substr(kCopyBytes, kCopyBytes), kind, header);
  if (!second) return std::nullopt;
  return first == HeaderFault::Newer ? first : second;
}

std::uint32_t make_salt(base::HashKey key, FileKind kind,
                        std::uint64_t number) {
  const std::string name = file_name(kind, number);
  return static_cast<std::uint32_t>(base::siphash13(key, name));
}

std::size_t open_record(std::string* out, RecordType type) {
  const std::size_t begin = out->size();
  out->append(kRecordHeadBytes - 1, '\0');
  out->push_back(static_cast<char>(type));
  return begin;
}

void close_record(std::string* out, std::size_t begin) {
  const std::size_t size = out->size() - begin - kRecordHeadBytes;
  PAPO_CHECK(size <= kPayloadBytesMax);
  store_u32(&(*out)[begin], static_cast<std::uint32_t>(size));
}

std::size_t seal_record(char* record, std::uint32_t salt) {
  const std::size_t size = kRecordHeadBytes + load_u32(record);
  store_u32(record + 4, checksum({record, size}, salt));
  return size;
}

std::uint32_t payload_bytes(std::string_view record) {
  return load_u32(record.data());
}

std::optional<Record> read_record(std::string_view bytes, std::uint32_t salt) {
  if (bytes.size() < kRecordHeadBytes) return std::nullopt;
  const std::size_t payload = payload_bytes(bytes);
  if (payload > kPayloadBytesMax || payload > bytes.size() - kRecordHeadBytes) {
    return std::nullopt;
  }
  bytes = bytes.substr(0, kRecordHeadBytes + payload);
  if (load_u32(&bytes[4]) != checksum(bytes, salt)) return std::nullopt;
  return Record{static_cast<RecordType>(bytes[8]),
                bytes.substr(kRecordHeadBytes)};
}

bool has_record_but_for_a_bit(std::string_view bytes, std::uint32_t salt) {
  if (bytes.size() < kRecordHeadBytes) return false;
  const std::size_t payload = payload_bytes(bytes);
  if (payload <= kPayloadBytesMax &&
      payload <= bytes.size() - kRecordHeadBytes) {
    const std::string_view record = bytes.substr(0, kRecordHeadBytes + payload);
    const std::uint32_t difference =
        load_u32(&record[4]) ^ checksum(record, salt);
    if (!has_lost_stretch(record) &&
        (is_flipped_checksum(record, difference) ||
         is_flipped_in(record.substr(8), difference))) {
      return true;
    }
  }
  return is_flipped_length(bytes, salt);
}

std::string file_name(FileKind kind, std::uint64_t number) {
  std::string digits;
  base::append_number(&digits, number);
  std::string name(kDigitsMin - std::min(kDigitsMin, digits.size()), '0');
  return name.append(digits).append(suffix(kind));
}

std::optional<std::uint64_t> file_number(FileKind kind, std::string_view name) {
  if (!name.ends_with(suffix(kind))) return std::nullopt;
  const auto number =
      base::parse_unsigned(name.substr(0, name.size() - suffix(kind).size()));
  if (!number || file_name(kind, *number) != name) return std::nullopt;
  return number;
}

}  // namespace papo::log
