#include "log/command_record.h"

#include "base/utf8.h"
#include "chat/names.h"
#include "log/format.h"
#include "log/payload.h"

namespace papo::log {
namespace {

bool is_command_kind(std::uint8_t number) {
  switch (static_cast<chat::CommandKind>(number)) {
    case chat::CommandKind::Join:
    case chat::CommandKind::Leave:
    case chat::CommandKind::Send:
    case chat::CommandKind::Post:
    case chat::CommandKind::Edit:
    case chat::CommandKind::Delete:
    case chat::CommandKind::Topic:
    case chat::CommandKind::Start:
      return true;
  }
  return false;
}

}  // namespace

void append_command(std::string* out, const chat::Command& command) {
  const std::size_t record = open_record(out, RecordType::Command);
  PayloadWriter(out)
      .byte(static_cast<std::uint8_t>(command.kind))
      .fixed(static_cast<std::uint64_t>(command.time.count()))
      .number(command.target)
      .text(command.room)
      .text(command.user)
      .text(command.client_id)
      .text(command.text);
  close_record(out, record);
}

base::Result<chat::Command, ContentFault> read_command(
    std::string_view payload) {
  PayloadReader reader(payload);
  const std::uint8_t kind = reader.byte();
  chat::Command command;
  command.kind = static_cast<chat::CommandKind>(kind);
  command.time = base::Micros(static_cast<base::Micros::rep>(reader.fixed()));
  command.target = reader.number();
  command.room = reader.text();
  command.user = reader.text();
  command.client_id = reader.text();
  command.text = reader.text();
  if (!payload.empty() && !is_command_kind(kind)) {
    return base::Unexpected{ContentFault::Newer};
  }
  if (!reader.done()) return base::Unexpected{ContentFault::Malformed};
  return command;
}

bool is_well_formed(const chat::Command& command) {
  constexpr auto kTimeMax = static_cast<base::Micros::rep>(kIdMax / 2);
  const bool is_named = command.kind == chat::CommandKind::Start
                            ? command.room.empty() && command.user.empty()
                            : chat::is_kept_name(command.room) &&
                                  chat::is_kept_name(command.user);
  return command.time.count() <= kTimeMax && is_named &&
         chat::is_kept_client_id(command.client_id) &&
         command.text.size() <= kTextBytesMax && base::is_utf8(command.text);
}

void append_settings(std::string* out, const Settings& settings) {
  const std::size_t record = open_record(out, RecordType::Settings);
  PayloadWriter(out)
      .number(settings.limits.history)
      .number(settings.limits.rooms)
      .number(settings.limits.members)
      .number(settings.limits.rooms_of_user)
      .number(static_cast<std::uint64_t>(settings.language));
  if (settings.limits.refuses_reused_client_ids) {
    PayloadWriter(out)
        .number(settings.limits.client_ids)
        .number(
            static_cast<std::uint64_t>(settings.limits.client_id_age.count()))
        .number(settings.limits.memberships)
        .number(settings.limits.bytes);
  }
  close_record(out, record);
}

bool is_same(const Settings& one, const Settings& other) {
  std::string first;
  std::string second;
  append_settings(&first, one);
  append_settings(&second, other);
  return first == second;
}

std::optional<Settings> read_settings(std::string_view payload) {
  PayloadReader reader(payload);
  const auto size = [&reader] {
    return static_cast<std::size_t>(reader.number());
  };
  Settings settings;
  settings.limits.history = size();
  settings.limits.rooms = size();
  settings.limits.members = size();
  settings.limits.rooms_of_user = size();
  const std::uint64_t language = reader.number();
  settings.limits.refuses_reused_client_ids = !reader.done();
  if (!reader.done()) {
    settings.limits.client_ids = size();
    settings.limits.client_id_age =
        base::Micros(static_cast<base::Micros::rep>(reader.number()));
    settings.limits.memberships = size();
    settings.limits.bytes = reader.number();
  }
  if (!reader.done() || !settings.limits.are_valid() ||
      language > static_cast<std::uint64_t>(chat::Language::Portuguese)) {
    return std::nullopt;
  }
  settings.language = static_cast<chat::Language>(language);
  return settings;
}

}  // namespace papo::log
