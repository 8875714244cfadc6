#include "cli/export_lines.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "support/command_source.h"
#include "support/store_text.h"

namespace papo::cli {
namespace {

constexpr chat::StoreLimits kLimits = {
    .history = 4, .rooms = 3, .members = 4, .rooms_of_user = 3};

class Text final : public LineSink {
 public:
  bool take(std::string_view lines) override {
    bytes.append(lines);
    return bytes.size() <= room;
  }
  std::string bytes;
  std::size_t room = ~std::size_t{0};
};

std::string exported(const chat::RoomStore& store) {
  Text text;
  EXPECT_TRUE(export_lines(store, &text));
  return text.bytes;
}

chat::RoomStore empty_store() {
  return chat::RoomStore({}, chat::Language::English, {});
}

// Imports the lines; returns what is wrong with them, or "".
std::string imported(std::string_view lines, chat::RoomStore* store) {
  Importer importer(store);
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const auto taken = importer.take(lines.substr(0, end));
    if (!taken) return taken.error();
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 1);
  }
  const auto finished = importer.finish();
  return finished ? "" : finished.error();
}

constexpr std::string_view kHeader =
    R"({"type":"papo","format":1,"last_id":1700000000000009,)"
    R"("older_removals":0,"history":50,"rooms":9,"members":9,)"
    R"("rooms_of_user":9,"client_ids":9,"client_id_age":600000000,)"
    R"("memberships":99,"bytes":99999,"language":"pt"})";
constexpr std::string_view kRoom =
    R"({"type":"room","room":"geral","topic":"","forgotten":0,)"
    R"("forgotten_change":0})";
constexpr std::string_view kMember =
    R"({"type":"member","room":"geral","username":"ana"})";
constexpr std::string_view kMessage =
    R"({"type":"message","id":1700000000000001,"room":"geral",)"
    R"("username":"ana","message":"oi","timestamp":1700000000.000001})";

std::string joined(const std::vector<std::string_view>& lines) {
  std::string text;
  for (const std::string_view line : lines) text.append(line).append("\n");
  return text;
}

TEST(Export, IsTheSameAfterAnImport) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    chat::RoomStore store(kLimits, chat::Language::Portuguese, {1, 2});
    support::CommandSource source(seed);
    for (std::uint64_t i = 0; i < 20 * seed; ++i) {
      static_cast<void>(store.apply(source.next(store).view(), nullptr));
    }
    const std::string lines = exported(store);
    chat::RoomStore again = empty_store();
    ASSERT_EQ(imported(lines, &again), "");
    EXPECT_EQ(support::text_of(again), support::text_of(store));
    EXPECT_EQ(again.language(), chat::Language::Portuguese);
    EXPECT_EQ(exported(again), lines);
  }
}

TEST(Export, OfNothingIsTwoLines) {
  const std::string lines = exported(empty_store());
  EXPECT_EQ(lines,
            R"({"type":"papo","format":1,"last_id":0,"older_removals":0,)"
            R"("history":50,"rooms":10000,"members":10000,)"
            R"("rooms_of_user":1000,"client_ids":10000,)"
            R"("client_id_age":600000000,"memberships":18446744073709551615,)"
            R"("bytes":18446744073709551615,"language":"en"})"
            "\n"
            R"({"type":"end","lines":1})"
            "\n");
  chat::RoomStore store = empty_store();
  EXPECT_EQ(imported(lines, &store), "");
}

TEST(Export, WritesWhatClientsSee) {
  chat::RoomStore store = empty_store();
  const auto end = R"({"type":"end","lines":4})";
  const std::string lines = joined({kHeader, kRoom, kMember, kMessage, end});
  ASSERT_EQ(imported(lines, &store), "");
  EXPECT_EQ(exported(store), lines);
  const chat::Room* room = store.find_room("geral");
  ASSERT_NE(room, nullptr);
  EXPECT_EQ(room->history.page_after(0, 0).view(), kMessage);
  EXPECT_EQ(store.last_id(), 1'700'000'000'000'009U);
}

TEST(Export, StopsWhenNobodyTakesItsLines) {
  Text text;
  text.room = 10;
  EXPECT_FALSE(export_lines(empty_store(), &text));
}

struct Refused {
  const char* name;
  std::vector<std::string_view> lines;
  std::string_view reason;
};

TEST(Import, RefusesWhatCannotBe) {
  const std::string long_line = "{" + std::string(kLineBytesMax, ' ') + "}";
  const Refused rows[] = {
      {"nothing", {}, "line 1: the lines end"},
      {"no header", {kRoom}, "line 1: the line of type \"papo\" is the first"},
      {"two headers", {kHeader, kHeader}, "line 2: the line of type \"papo\""},
      {"another format",
       {R"({"type":"papo","format":2})"},
       "line 1: \"format\" is not 1"},
      {"half a header",
       {R"({"type":"papo","format":1,"last_id":5})"},
       "line 1: it needs \"last_id\""},
      {"a last id beyond all clocks",
       {R"({"type":"papo","format":1,"last_id":9223372036854775807,)"
        R"("older_removals":0,"history":5,"rooms":9,"members":9,)"
        R"("rooms_of_user":9,"language":"en"})"},
       "line 1: \"last_id\" is too great"},
      {"no end", {kHeader, kRoom}, "line 3: the lines end"},
      {"an end too early",
       {kHeader, kRoom, R"({"type":"end","lines":3})"},
       "line 3: lines are missing"},
      {"lines after the end",
       {kHeader, R"({"type":"end","lines":1})", kRoom},
       "line 3: it comes too late"},
      {"no JSON", {kHeader, "{room}"}, "line 2: "},
      {"an empty line", {kHeader, ""}, "line 2: it is not one JSON object"},
      {"blanks before", {kHeader, " {}"}, "line 2: it is not one JSON object"},
      {"an array", {kHeader, "[]"}, "line 2: it is not one JSON object"},
      {"a long line", {kHeader, long_line}, "line 2: it is longer than"},
      {"no type", {kHeader, "{}"}, "line 2: its \"type\" is none"},
      {"an unknown type",
       {kHeader, R"({"type":"user"})"},
       "line 2: its \"type\" is none"},
      {"half a gap",
       {kHeader, R"({"type":"gap","last_id":5})"},
       "line 2: it needs \"last_id\" and \"first_id\""},
      {"a gap into the future",
       {kHeader, R"({"type":"gap","last_id":5,"first_id":1700000000000010})"},
       "line 2: it contradicts"},
      {"a gap after a room",
       {kHeader, kRoom, R"({"type":"gap","last_id":5,"first_id":9})"},
       "line 3: it comes too late"},
      {"a room twice", {kHeader, kRoom, kRoom}, "line 3: it contradicts"},
      {"a room without a topic",
       {kHeader, R"({"type":"room","room":"geral"})"},
       "line 2: it needs \"room\", \"topic\""},
      {"a name that is none",
       {kHeader, R"({"type":"room","room":" ","topic":"","forgotten":0,)"
                 R"("forgotten_change":0})"},
       "line 2: it contradicts"},
      {"a member of no room", {kHeader, kMember}, "line 2: it needs"},
      {"a member twice",
       {kHeader, kRoom, kMember, kMember},
       "line 4: it contradicts"},
      {"a message of no room", {kHeader, kMessage}, "line 2: an event needs"},
      {"a message twice",
       {kHeader, kRoom, kMessage, kMessage},
       "line 4: it contradicts"},
      {"a timestamp that is not the id's",
       {kHeader, kRoom,
        R"({"type":"message","id":1700000000000001,"room":"geral",)"
        R"("username":"ana","message":"oi","timestamp":1700000000.000002})"},
       "line 3: an event needs"},
      {"a message without text",
       {kHeader, kRoom,
        R"({"type":"message","id":1700000000000001,"room":"geral",)"
        R"("username":"ana","timestamp":1700000000.000001})"},
       "line 3: it needs \"message\", or else"},
      {"a tombstone with text",
       {kHeader, kRoom,
        R"({"type":"message","id":1700000000000001,"room":"geral",)"
        R"("username":"ana","message":"oi","timestamp":1700000000.000001,)"
        R"("deleted":1700000000.000002})"},
       "line 3: it needs \"message\", or else"},
      {"an id beyond the last",
       {kHeader, kRoom,
        R"({"type":"message","id":1700000000000010,"room":"geral",)"
        R"("username":"ana","message":"oi","timestamp":1700000000.000010})"},
       "line 3: it contradicts"},
      {"a system entry by someone",
       {kHeader, kRoom,
        R"({"type":"system","event":"join","user":"ana","username":"ana",)"
        R"("id":1700000000000001,"room":"geral","message":"x",)"
        R"("timestamp":1700000000.000001})"},
       "line 3: it needs \"event\""},
      {"an edit of the future",
       {kHeader, kRoom,
        R"({"type":"edit","id":1700000000000001,"target":1700000000000002,)"
        R"("room":"geral","username":"ana","message":"x",)"
        R"("timestamp":1700000000.000001})"},
       "line 3: it contradicts"},
      {"a deletion that tells",
       {kHeader, kRoom,
        R"({"type":"delete","id":1700000000000002,"target":1700000000000001,)"
        R"("room":"geral","username":"ana","message":"x",)"
        R"("timestamp":1700000000.000002})"},
       "line 3: it may hold no \"message\""},
      {"a removed room after a room",
       {kHeader, kRoom, R"({"type":"removed_room","room":"b","last_id":1})"},
       "line 3: it comes too late"},
      {"an order of a room that is none",
       {kHeader, kRoom, R"({"type":"room_order","username":"ana","room":"b"})"},
       "line 3: it contradicts"},
  };
  for (const Refused& row : rows) {
    SCOPED_TRACE(row.name);
    chat::RoomStore store = empty_store();
    const std::string reason = imported(joined(row.lines), &store);
    EXPECT_EQ(reason.substr(0, row.reason.size()), row.reason) << reason;
  }
}

}  // namespace
}  // namespace papo::cli
