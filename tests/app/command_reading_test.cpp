// Readings alone: fields in, a command or the problem out.
#include "app/command_reading.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace papo::app {
namespace {

using chat::CommandKind;

class CommandReading : public testing::Test {
 protected:
  base::Result<chat::Command, Problem> read(CommandKind kind,
                                            std::string_view form,
                                            std::string_view caller = {}) {
    text_ = form;
    fields_.clear();
    fields_.add_form(text_);
    FieldReader in(&fields_, &store_, &options_, caller);
    return read_command(kind, &in);
  }
  // The field at fault, and how: "message missing_field".
  std::string fault_of(CommandKind kind, std::string_view form) {
    const auto command = read(kind, form);
    if (command) return "none";
    return std::string(command.error().field)
        .append(" ")
        .append(name_of(command.error().code));
  }

  std::string text_;
  Options options_;
  chat::RoomStore store_{{}, chat::Language::English, {}};
  Fields fields_;
};

TEST_F(CommandReading, TakesWhatTheCommandNeeds) {
  const auto sent =
      read(CommandKind::Send, "room=r&username=ana&message=oi&client_id=7");
  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->kind, CommandKind::Send);
  EXPECT_EQ(sent->room, "r");
  EXPECT_EQ(sent->user, "ana");
  EXPECT_EQ(sent->text, "oi");
  EXPECT_EQ(sent->client_id, "7");
  EXPECT_EQ(sent->time.count(), 0) << "the deed's to fill in";

  const auto edited =
      read(CommandKind::Edit, "room=r&username=ana&message=oi&id=12");
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->target, 12u);
  EXPECT_EQ(edited->text, "oi");

  const auto topic = read(CommandKind::Topic, "room=r&username=ana&topic=");
  ASSERT_TRUE(topic);
  EXPECT_EQ(topic->text, "");
}

TEST_F(CommandReading, AsksForNothingElse) {
  EXPECT_TRUE(read(CommandKind::Join, "room=r&username=ana&message="));
  EXPECT_TRUE(read(CommandKind::Leave, "room=r&username=ana&id=x"));
  const auto erased = read(CommandKind::Delete,
                           "room=r&username=ana&id=3&message=x&client_id=y");
  ASSERT_TRUE(erased);
  EXPECT_EQ(erased->text, "");
  EXPECT_EQ(erased->client_id, "");
}

TEST_F(CommandReading, SaysWhatIsMissingFirst) {
  const struct {
    CommandKind kind;
    std::string_view form;
    std::string_view fault;
  } rows[] = {
      {CommandKind::Join, "", "room missing_field"},
      {CommandKind::Join, "room=r", "username missing_field"},
      {CommandKind::Leave, "username=ana", "room missing_field"},
      {CommandKind::Send, "", "room missing_field"},
      {CommandKind::Send, "room=r&username=ana", "message missing_field"},
      {CommandKind::Post,
       "room=r&username=ana&message=", "message invalid_field"},
      {CommandKind::Edit, "room=r&username=ana", "id missing_field"},
      {CommandKind::Edit, "room=r&username=ana&id=1", "message missing_field"},
      {CommandKind::Delete, "room=r&username=ana&id=-1", "id invalid_field"},
      {CommandKind::Topic, "room=r&username=ana", "topic missing_field"},
      {CommandKind::Send, "room=&username=&message=", "room invalid_field"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.form);
    EXPECT_EQ(fault_of(row.kind, row.form), row.fault);
  }
}

TEST_F(CommandReading, HoldsTextsToTheirLimits) {
  const std::string start = "room=r&username=ana&message=";
  const std::size_t most = options_.message_bytes_max;
  EXPECT_EQ(fault_of(CommandKind::Send, start + std::string(most, 'a')),
            "none");
  EXPECT_EQ(fault_of(CommandKind::Send, start + std::string(most + 1, 'a')),
            "message message_too_long");
  const std::string topic = "room=r&username=ana&topic=";
  EXPECT_EQ(fault_of(CommandKind::Topic,
                     topic + std::string(chat::kTopicBytesMax, 'a')),
            "none");
  EXPECT_EQ(fault_of(CommandKind::Topic,
                     topic + std::string(chat::kTopicBytesMax + 1, 'a')),
            "topic invalid_field");
}

// Who calls without a name is who they have shown to be; a name that is given
// counts.
TEST_F(CommandReading, KnowsTheCaller) {
  const auto join = read(CommandKind::Join, "room=r", "bia");
  ASSERT_TRUE(join);
  EXPECT_EQ(join->user, "bia");
  EXPECT_EQ(read(CommandKind::Join, "room=r&username=ana", "bia")->user, "ana");
}

TEST_F(CommandReading, TheReadersFirstProblemCounts) {
  fields_.clear();
  fields_.add_form("after=x&limit=0");
  FieldReader in(&fields_, &store_, &options_);
  EXPECT_FALSE(in.problem());
  in.after(0);
  in.limit();
  in.fail({ErrorCode::NotFound, "later"});
  ASSERT_TRUE(in.problem());
  EXPECT_EQ(in.problem()->field, "after");
}

TEST_F(CommandReading, APageRequestHasItsOwnRules) {
  fields_.clear();
  fields_.add_form("room=r&after=5&limit=3&changes=1&wait=60");
  FieldReader in(&fields_, &store_, &options_);
  const auto wanted = read_page_request(&in);
  ASSERT_TRUE(wanted);
  EXPECT_EQ(wanted->room, "r");
  EXPECT_EQ(wanted->after, 5u);
  EXPECT_EQ(wanted->limit, 3u);
  EXPECT_TRUE(wanted->changes);
  EXPECT_EQ(wanted->wait, options_.wait_max) << "before a proxy gives up";
}

}  // namespace
}  // namespace papo::app
