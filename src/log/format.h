// The files of a log, byte by byte. Numbers are little-endian on every machine.
//
// A folder holds
//
//   lock               held by the program that uses the folder; empty
//   00000007.snapshot  the state before segment 7; none before segment 1
//   00000007.log       segment 7: commands in their order
//   00000008.log       segment 8: the commands after those, and so on
//   *.tmp              unfinished; removed by the next start
//
// Numbers have at least eight digits, and no gap between segments. The state is
// the newest snapshot, then the segments of its number and above; older files
// are left over from a compaction and removed by the next start.
//
// A segment or snapshot begins with two copies of its header. One that is
// intact is enough:
//
//    0   8  "papo.log" or "papo.snp"
//    8   4  version of the format: 1
//   12   4  salt: any number; seeds the checksums of the records
//   16   8  number: the one in the file's name
//   24   8  sequence: which command, counted from 1 since the log began, is
//           the first of the segment, or the first after the snapshot
//   32   8  previous: how many bytes of the segment before this one count.
//           What lies beyond was never acknowledged, or is repeated in this
//           segment: it is what a failed write left. 0: there is none before.
//           In a snapshot: the last id given.
//   40   4  CRC-32C of the 40 bytes above
//
// Then records follow, one after the other:
//
//    0   4  n: bytes of payload, at most 2^23
//    4   4  CRC-32C, seeded with the salt, of the other bytes of the record
//    8   1  type, see RecordType
//    9   n  payload
//
// The salt is unknown to clients, so nobody can send a text that would pass for
// a record of this file when a damaged place is searched for the next one.
//
// In payloads, `number` is 1 to 10 bytes of seven bits each, the lowest first,
// the top bit set on all but the last; `text` is a number and so many bytes.
//
// Segments:
//   Settings  history, rooms, members, rooms_of_user, language, client_ids,
//             client_id_age (microseconds), memberships, bytes: numbers. It
//             ends after the language where client_ids had no memory of their
//             own; then the last two were without bound. What the store was
//             told; the first record of every file. They hold from the first
//             command of the segment on: a segment without one changes nothing.
//             In a snapshot: those of the last command.
//   Batch     sequence u64, synced u64. Opens what one write brought: the
//             sequence of the command that follows, and how many bytes of this
//             file were on the disk for good before that write. Damage before
//             `synced` is damage; damage after every batch's `synced` may be
//             the torn tail of a power cut.
//   Command   kind u8, time u64 (microseconds since the epoch), target number,
//             room, user, client_id, text: texts. Kinds: chat/command.h.
//
// Snapshots (chat/store_image.h tells the facts):
//   Settings     as above
//   Store        last id, newest id of forgotten removals: numbers
//   Gap          last id before, first id after: numbers
//   RemovedRoom  name text, last id number
//   Room         name, topic: texts; forgotten, forgotten_change: numbers
//   Member       user text; of the room above, as the three that follow
//   Entry        id, type, deleted: numbers; author, client_id, json: texts
//   Change       id, type, target: numbers; json text
//   RoomOrder    user, room: texts
//   ClientId     room, user, client_id: texts; id number; digest, time: u64
//   End          count of records before it: number; the last record
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.h"

namespace papo::log {

inline constexpr std::uint32_t kFormatVersion = 1;
inline constexpr std::size_t kHeaderBytes = 88;     // both copies
inline constexpr std::size_t kRecordHeadBytes = 9;  // before the payload
inline constexpr std::size_t kPayloadBytesMax = std::size_t{1} << 23;
inline constexpr std::size_t kBatchPayloadBytes = 16;

enum class FileKind : std::uint8_t { Segment, Snapshot };

// Stored: a number is never given a second meaning.
enum class RecordType : std::uint8_t {
  Settings = 1,
  Batch = 2,
  Command = 3,
  Store = 16,
  RemovedRoom = 17,
  Room = 18,
  Member = 19,
  Entry = 20,
  Change = 21,
  RoomOrder = 22,
  Gap = 23,
  ClientId = 24,
  End = 31,
};
bool is_record_type(std::uint8_t number);

struct FileHeader {
  std::uint32_t salt = 0;
  std::uint64_t number = 0;
  std::uint64_t sequence = 0;
  std::uint64_t previous = 0;
};

// Appends both copies.
void append_header(std::string* out, FileKind kind, const FileHeader& header);

enum class HeaderFault : std::uint8_t {
  Damaged,  // neither copy is intact, or the file is shorter than they are
  Newer,    // intact, of a version that is not known here
};
// Reads the first intact copy at the front of `bytes`.
std::optional<HeaderFault> read_header(std::string_view bytes, FileKind kind,
                                       FileHeader* header);

// The salt of a file: any number that nobody can guess who has not the key.
std::uint32_t make_salt(base::HashKey key, FileKind kind, std::uint64_t number);

// Appends a record without its checksum, to be sealed later. Returns where it
// begins; the payload is what is appended until close_record().
std::size_t open_record(std::string* out, RecordType type);
// Sets the length of the record that begins at `begin` and ends with `*out`.
// REQUIRES: a payload of at most kPayloadBytesMax.
void close_record(std::string* out, std::size_t begin);

// Sets the checksum of the record at `record`, whose length is set. Returns
// the bytes of the whole record.
std::size_t seal_record(char* record, std::uint32_t salt);

// The bytes of payload that the record at the front announces.
// REQUIRES: 4 bytes.
std::uint32_t payload_bytes(std::string_view record);

struct Record {
  RecordType type{};
  std::string_view payload;
  std::size_t bytes() const { return kRecordHeadBytes + payload.size(); }
};
// The record at the front of `bytes`, if a whole and intact one is there. Its
// type may be one that is not known here: a newer papo wrote it.
std::optional<Record> read_record(std::string_view bytes, std::uint32_t salt);

// Whether there is one but for a single bit that is the other way round, in a
// byte that is not zero and a record without a stretch of zeros.
bool has_record_but_for_a_bit(std::string_view bytes, std::uint32_t salt);

// Fixed numbers. REQUIRES: 4 or 8 bytes at `to` or `from`.
void store_u32(char* to, std::uint32_t number);
void store_u64(char* to, std::uint64_t number);
std::uint32_t load_u32(const char* from);
std::uint64_t load_u64(const char* from);

// "00000007.log". A name that no segment or snapshot has gives nothing.
std::string file_name(FileKind kind, std::uint64_t number);
std::optional<std::uint64_t> file_number(FileKind kind, std::string_view name);
inline constexpr std::string_view kTemporarySuffix = ".tmp";
inline constexpr std::string_view kLockName = "lock";

}  // namespace papo::log
