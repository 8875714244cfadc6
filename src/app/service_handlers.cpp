// What tells about the server itself.
#include <string>

#include "app/clock_watch.h"
#include "app/handlers.h"
#include "app/http_exchange.h"
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

std::uint64_t seconds_ahead_of(const Services& house) {
  return seconds_ahead(house.store().last_id(), house.connections.now().wall);
}

void add_state(MetricsText* text, const Services& house) {
  text->gauge("connections", "Open connections.", house.connections.size());
  text->gauge("connections_max", "The cap, --max-connections.",
              house.options.connections_max);
  text->gauge("subscriptions", "Rooms that connections listen to.",
              house.listening.subscription_count());
  text->gauge("subscriptions_max", "The cap, --max-all-subscriptions.",
              house.options.all_subscriptions_max);
  text->gauge("partial_bytes", "Requests and messages that are not whole.",
              house.connections.partial_bytes());
  text->gauge("partial_bytes_max", "The cap, --max-partial.",
              house.options.partial_bytes_max);
  text->gauge("unread_bytes", "What waits to be sent, held once.",
              house.connections.pool().waiting_bytes());
  text->gauge("unread_bytes_max", "The cap, --max-unread.",
              house.options.unread_bytes_max);
  text->gauge("ids_ahead_seconds", "How far ids run ahead of the clock.",
              seconds_ahead_of(house));
  text->gauge("rooms", "Rooms.", house.store().room_count());
  text->gauge("rooms_max", "The cap, --max-rooms.",
              house.store().limits().rooms);
  text->gauge("users", "Users who are a member of a room.",
              house.store().user_count());
  text->gauge("memberships", "Members of all rooms together.",
              house.store().membership_count());
  text->gauge("memberships_max", "The cap, --max-memberships.",
              house.store().limits().memberships);
  text->gauge("client_ids", "Messages whose client_id is remembered.",
              house.store().client_ids().known().size());
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
void report_health(Question& question, Reply& reply) {
  const Services& house = question.house;
  const log::LogHealth health = house.desk.log().health();
  std::string members;
  if (health.is_durable) {
    members = health.is_available ? R"("storage":"available")"
                                  : R"("storage":"unavailable")";
  }
  if (const std::uint64_t ahead = seconds_ahead_of(house)) {
    if (!members.empty()) members.push_back(',');
    members.append(R"("ids_ahead":)");
    base::append_number(&members, ahead);
  }
  reply.succeed(members);
}

void report_metrics(HttpExchange& exchange) {
  const Services& house = exchange.house;
  MetricsText text;
  add_state(&text, house);
  add_store_bytes(&text, house.store());
  add_counts(&text, house.metrics);
  add_log(&text, house.desk.log());
  exchange.respond({.content_type = "text/plain; version=0.0.4; charset=utf-8",
                    .headers = "Cache-Control: no-store\r\n",
                    .text = text.text});
}

void report_version(Question& question, Reply& reply) {
  const Services& house = question.house;
  std::string members;
  json::Writer writer(&members);
  writer.begin_object().key("name").string("papo");
  writer.key("version").string(base::version());
  writer.key("build").string(house.files.fingerprint());
  writer.key("auth").string("open");
  writer.key("durable").boolean(house.desk.log().health().is_durable);
  writer.key("limits").begin_object();
  write_limits(LimitsFor::Version, house.options, house.store().limits(),
               &writer);
  writer.end_object().end_object();
  // The members are an object's inside.
  reply.succeed(std::string_view(members).substr(1, members.size() - 2));
}

void answer_ping(Question&, Reply& reply) {
  reply.succeed({});
}

}  // namespace papo::app
