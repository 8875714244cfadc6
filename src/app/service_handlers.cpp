// What tells about the server itself.
#include <string>

#include "app/call.h"
#include "app/handlers.h"
#include "app/limits.h"
#include "base/text.h"
#include "base/version.h"
#include "wire/json_writer.h"

namespace papo::app {
namespace {

// Prometheus' text format 0.0.4.
class MetricsText {
 public:
  void counter(std::string_view name, std::string_view help,
               std::uint64_t value) {
    add(name, help, "counter", value);
  }
  void gauge(std::string_view name, std::string_view help,
             std::uint64_t value) {
    add(name, help, "gauge", value);
  }
  // One more value under the last name.
  void labelled(std::string_view name, std::string_view label,
                std::uint64_t value) {
    text.append("papo_").append(name).append("{").append(label).append("} ");
    base::append_number(&text, value);
    text.append("\n");
  }
  void describe(std::string_view name, std::string_view help,
                std::string_view type) {
    text.append("# HELP papo_").append(name).append(" ").append(help);
    text.append("\n# TYPE papo_").append(name).append(" ").append(type);
    text.append("\n");
  }

  std::string text;

 private:
  void add(std::string_view name, std::string_view help, std::string_view type,
           std::uint64_t value) {
    describe(name, help, type);
    text.append("papo_").append(name).append(" ");
    base::append_number(&text, value);
    text.append("\n");
  }
};

void add_state(MetricsText* text, const Call& call) {
  text->gauge("connections", "Open connections.", call.connection_count());
  text->gauge("connections_max", "The cap, --max-connections.",
              call.options().connections_max);
  text->gauge("subscriptions", "Rooms that connections listen to.",
              call.subscription_count());
  text->gauge("subscriptions_max", "The cap, --max-all-subscriptions.",
              call.options().all_subscriptions_max);
  text->gauge("partial_bytes", "Requests and messages that are not whole.",
              call.partial_bytes());
  text->gauge("partial_bytes_max", "The cap, --max-partial.",
              call.options().partial_bytes_max);
  text->gauge("unread_bytes", "What waits to be sent, held once.",
              call.unread_bytes());
  text->gauge("unread_bytes_max", "The cap, --max-unread.",
              call.options().unread_bytes_max);
  text->gauge("ids_ahead_seconds", "How far ids run ahead of the clock.",
              call.seconds_ahead());
  text->gauge("rooms", "Rooms.", call.store().room_count());
  text->gauge("rooms_max", "The cap, --max-rooms.",
              call.store().limits().rooms);
  text->gauge("users", "Users who are a member of a room.",
              call.store().user_count());
  text->gauge("memberships", "Members of all rooms together.",
              call.store().membership_count());
  text->gauge("memberships_max", "The cap, --max-memberships.",
              call.store().limits().memberships);
  text->gauge("client_ids", "Messages whose client_id is remembered.",
              call.store().client_ids().known().size());
}

void add_store_bytes(MetricsText* text, const chat::RoomStore& store) {
  const chat::RoomStore::Bytes bytes = store.bytes();
  text->gauge("store_bytes", "What the store holds, everything counted.",
              bytes.all());
  text->gauge("store_bytes_max", "The cap, --max-store.", store.limits().bytes);
  text->describe("store_part_bytes", "The same by its parts.", "gauge");
  text->labelled("store_part_bytes", "part=\"histories\"", bytes.histories);
  text->labelled("store_part_bytes", "part=\"members\"", bytes.members);
  text->labelled("store_part_bytes", "part=\"client_ids\"", bytes.client_ids);
  text->labelled("store_part_bytes", "part=\"removed_rooms\"",
                 bytes.removed_rooms);
  text->labelled("store_part_bytes", "part=\"joined_pages\"",
                 bytes.joined_pages);
  text->counter("store_trimmed_total",
                "Entries that went for want of memory, beyond --max-store.",
                store.trimmed_count());
}

void add_counts(MetricsText* text, const Metrics& counts) {
  text->counter("connections_accepted_total", "Connections accepted.",
                counts.connections_accepted);
  text->counter("connections_refused_total",
                "Connections beyond --max-connections.",
                counts.connections_refused);
  text->counter("requests_total", "Requests and WebSocket commands.",
                counts.requests);
  text->counter("turned_away_total",
                "Requests for another host, or from another site's page.",
                counts.turned_away);
  text->describe("responses_total", "HTTP responses by class of status.",
                 "counter");
  constexpr std::string_view kClasses[] = {"",
                                           "class=\"1xx\"",
                                           "class=\"2xx\"",
                                           "class=\"3xx\"",
                                           "class=\"4xx\"",
                                           "class=\"5xx\""};
  for (std::size_t i = 1; i < counts.responses.size(); ++i) {
    text->labelled("responses_total", kClasses[i], counts.responses[i]);
  }
  text->counter("messages_total", "Messages sent.", counts.messages);
  text->counter("commands_applied_total", "Commands applied to the store.",
                counts.commands_applied);
  text->counter("commands_refused_total", "Commands the store refused.",
                counts.commands_refused);
  text->counter("commands_failed_total", "Commands that were not stored.",
                counts.commands_failed);
  text->counter("deliveries_total", "Frames handed to listeners.",
                counts.deliveries);
  text->counter("ephemeral_dropped_total",
                "Presence and typing not told to listeners that lag.",
                counts.ephemeral_dropped);
  text->counter("listeners_cut_total", "Listeners beyond --max-backlog.",
                counts.listeners_cut);
  text->counter("unread_closed_total", "Connections closed for --max-unread.",
                counts.unread_closed);
  text->counter("partial_closed_total", "Connections closed for --max-partial.",
                counts.partial_closed);
  text->counter("timeouts_total", "Connections closed for silence.",
                counts.timeouts);
  text->counter("log_lines_lost_total",
                "Lines of the access log, and on standard error, that were "
                "not taken in time.",
                counts.log_lines_lost);
  text->counter("received_bytes_total", "Bytes read.", counts.bytes_received);
  text->counter("sent_bytes_total", "Bytes sent.", counts.bytes_sent);
}

void add_log(MetricsText* text, const log::CommandLog& log) {
  for (const log::LogFigure& each : log.figures()) {
    switch (each.kind) {
      case log::LogFigure::Kind::Counter:
        text->counter(each.name, each.help, each.value);
        break;
      case log::LogFigure::Kind::Gauge:
        text->gauge(each.name, each.help, each.value);
        break;
    }
  }
}

}  // namespace

// Whether the server lives. One whose disk is full does, and answers readers:
// a new start would not help it. Who wants to know more is told.
void report_health(Call& call) {
  const log::LogHealth health = call.log().health();
  std::string members;
  if (health.is_durable) {
    members = health.is_available ? R"("storage":"available")"
                                  : R"("storage":"unavailable")";
  }
  if (const std::uint64_t ahead = call.seconds_ahead()) {
    if (!members.empty()) members.push_back(',');
    members.append(R"("ids_ahead":)");
    base::append_number(&members, ahead);
  }
  call.succeed(members);
}

void report_metrics(Call& call) {
  MetricsText text;
  add_state(&text, call);
  add_store_bytes(&text, call.store());
  add_counts(&text, call.metrics());
  add_log(&text, call.log());
  call.answer({.content_type = "text/plain; version=0.0.4; charset=utf-8",
               .headers = "Cache-Control: no-store\r\n",
               .text = text.text});
}

void report_version(Call& call) {
  std::string body;
  json::Writer writer(&body);
  writer.begin_object().key("status").string("success");
  writer.key("name").string("papo");
  writer.key("version").string(base::version());
  writer.key("build").string(call.build());
  writer.key("auth").string("open");
  writer.key("durable").boolean(call.log().health().is_durable);
  writer.key("limits").begin_object();
  write_limits(LimitsFor::Version, call.options(), call.store().limits(),
               &writer);
  writer.end_object().end_object();
  call.answer({.text = body});
}

void answer_ping(Call& call) {
  call.succeed({});
}

}  // namespace papo::app
