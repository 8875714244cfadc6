#include "app/limits.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "base/text.h"
#include "chat/names.h"
#include "wire/http_request.h"

namespace papo::app {
namespace {

using Unit = Limit::Unit;
using Place = Limit::Place;

// ---- Where a value lives.

constexpr Amount amount_of(std::uint64_t value) {
  return value;
}
constexpr Amount amount_of(base::Micros time) {
  return static_cast<Amount>(time.count());
}

template <class T>
void assign(Amount amount, T* value) {
  if constexpr (std::is_same_v<T, base::Micros>) {
    *value = base::Micros(static_cast<base::Micros::rep>(amount));
  } else {
    *value = static_cast<T>(amount);
  }
}

template <class From, class Store, class T>
auto& member_of(From& options, Store&, T Options::*member) {
  return options.*member;
}
template <class From, class Store, class T>
auto& member_of(From&, Store& store, T chat::StoreLimits::*member) {
  return store.*member;
}

// In a member of Options, or of its StoreLimits.
template <auto member>
constexpr Place at() {
  return {[](const Options& options, const chat::StoreLimits& store) {
            return amount_of(member_of(options, store, member));
          },
          [](Amount amount, Options* options) {
            assign(amount, &member_of(*options, options->store, member));
          }};
}

// The same for all servers.
template <Amount value>
constexpr Place fixed() {
  return {[](const Options&, const chat::StoreLimits&) { return value; },
          nullptr};
}

// ---- The table.

constexpr Amount kKiB = 1024;
constexpr Amount kMiB = 1024 * kKiB;
constexpr Amount kGiB = 1024 * kMiB;
constexpr Amount kSecond = 1'000'000;

// More than any machine has.
constexpr std::size_t kSizeMost = std::numeric_limits<std::size_t>::max();

constexpr Limit::Range from(Amount least, Amount most) {
  return {least, most};
}
constexpr Limit::Range kMany = from(1, 10 * kMiB);
constexpr Limit::Range kFew = from(1, 10'000);  // a 16-bit number counts them
constexpr Limit::Range kManyBytes = from(kMiB, kSizeMost / 2);
constexpr Limit::Range kPatience = from(kSecond / 1'000, 24 * 3'600 * kSecond);
constexpr Limit::Range kNoRange = {};

constexpr http::Limits kHttp;
using chat::StoreLimits;

constexpr Unit kCount = Unit::Count;
constexpr Unit kBytes = Unit::Bytes;
constexpr Unit kTime = Unit::Time;
constexpr bool kInHello = true;

// A row: flag, name in JSON, unit, where the value is, what may be set, what it
// bounds, what becomes of what is beyond; and perhaps that it greets, and how
// its default is called.
constexpr Limit kLimits[] = {
    {"max-message", "message_bytes", kBytes, at<&Options::message_bytes_max>(),
     from(1, 16 * kMiB), "longest message", "413", kInHello},
    {"max-body", "body_bytes", kBytes, at<&Options::body_bytes_max>(),
     from(1, 64 * kMiB), "largest request body", "413"},
    {"", "", kBytes, fixed<kHttp.request_line_bytes_max>(), kNoRange,
     "request line", "414"},
    {"", "", kBytes, fixed<kHttp.head_bytes_max>(), kNoRange, "request head",
     "431"},
    {"", "", kCount, fixed<kHttp.fields_max>(), kNoRange,
     "fields of a request head", "431"},
    {"", "", kBytes, fixed<kHttp.framing_bytes_max>(), kNoRange,
     "what frames the chunks of a body", "413"},
    {"", "name_characters", kCount, fixed<chat::kNameCharactersMax>(), kNoRange,
     "characters of a name", "400", kInHello},
    {"", "name_bytes", kBytes, fixed<chat::kNameBytesMax>(), kNoRange,
     "bytes of a name", "400", kInHello},
    {"", "client_id_bytes", kBytes, fixed<chat::kClientIdBytesMax>(), kNoRange,
     "longest client_id", "400", kInHello},
    {"", "topic_bytes", kBytes, fixed<chat::kTopicBytesMax>(), kNoRange,
     "longest topic", "400", kInHello},
    {"", "", kBytes, fixed<kRefBytesMax>(), kNoRange,
     "longest ref of a command", "invalid_field"},
    {"history", "history", kCount, at<&StoreLimits::history>(), kMany,
     "messages kept per room", "the oldest goes", kInHello},
    {"max-rooms", "rooms", kCount, at<&StoreLimits::rooms>(), kMany,
     "rooms at once", "503"},
    {"max-members", "members", kCount, at<&StoreLimits::members>(), kMany,
     "members of a room", "503"},
    {"max-user-rooms", "rooms_of_user", kCount,
     at<&StoreLimits::rooms_of_user>(), kMany, "rooms a user is in", "503"},
    {"max-memberships", "memberships", kCount, at<&StoreLimits::memberships>(),
     kMany, "members of all rooms together", "503"},
    {"max-store", "store_bytes", kBytes, at<&StoreLimits::bytes>(),
     from(kStoreBytesMin, kSizeMost / 8), "all that rooms hold",
     "the largest room loses its oldest; joins: 503", false,
     "a quarter of the memory"},
    {"client-ids", "client_ids", kCount, at<&StoreLimits::client_ids>(), kMany,
     "client_ids remembered at least", "the oldest goes"},
    {"client-id-ttl", "client_id_seconds", kTime,
     at<&StoreLimits::client_id_age>(), kPatience, "and all that are younger",
     "the oldest goes"},
    {"max-connections", "connections", kCount, at<&Options::connections_max>(),
     kMany, "connections at once", "429"},
    {"max-backlog", "backlog_bytes", kBytes, at<&Options::backlog_bytes_max>(),
     from(kKiB, kGiB), "unread bytes before a listener is cut",
     "closed, can resume"},
    {"max-unread", "unread_bytes", kBytes, at<&Options::unread_bytes_max>(),
     kManyBytes, "unread bytes of all connections together",
     "those with most unread are closed; else 503"},
    {"max-pending", "pending_bytes", kBytes, at<&Options::pending_bytes_max>(),
     from(kKiB, kGiB), "commands waiting for the disk", "503"},
    {"max-partial", "partial_bytes", kBytes, at<&Options::partial_bytes_max>(),
     kManyBytes, "requests not whole, of all connections",
     "503 for those that sent most"},
    {"max-subscriptions", "subscriptions", kCount,
     at<&Options::subscriptions_max>(), kMany, "rooms a connection listens to",
     "400", kInHello},
    {"max-all-subscriptions", "all_subscriptions", kCount,
     at<&Options::all_subscriptions_max>(), kMany, "rooms they all listen to",
     "503"},
    {"max-wait", "wait_seconds", kTime, at<&Options::wait_max>(),
     from(kSecond, amount_of(kAskedWaitMax)), "how long a long poll waits",
     "answered without a message"},
    {"", "", kTime, fixed<amount_of(kAskedWaitMax)>(), kNoRange,
     "how long it may ask to wait", "400"},
    {"max-answers", "answers_bytes", kBytes, at<&Options::answers_bytes_max>(),
     from(kKiB, kGiB), "unread answers on an HTTP connection",
     "its next request waits"},
    {"max-pipelined", "pipelined", kCount, at<&Options::pipelined_max>(), kFew,
     "its commands under way", "its next request waits"},
    {"max-commands", "commands", kCount, at<&Options::commands_max>(), kFew,
     "commands under way of a WebSocket", "it is not read from"},
    {"max-presence", "presence", kCount, at<&Options::presence_max>(), kMany,
     "users who poll, type, or just left, each", "not noted"},
    {"max-refused", "", kCount, at<&Options::refused_max>(), kMany,
     "connections told that they are too many", "closed at once"},
    {"header-timeout", "", kTime, at<&Options::header_timeout>(), kPatience,
     "for a request's head to arrive", "408, or closed"},
    {"body-timeout", "", kTime, at<&Options::body_timeout>(), kPatience,
     "for its body", "408"},
    {"idle-timeout", "", kTime, at<&Options::idle_timeout>(), kPatience,
     "between requests", "closed"},
    {"max-log-queue", "", kBytes, at<&Options::access_log_bytes_max>(),
     from(128 * kKiB, kGiB), "lines that wait for the access log",
     "dropped and counted"},
    {"", "", kBytes, fixed<kErrorLogBytesMax>(), kNoRange,
     "lines that wait for standard error", "dropped and counted"},
    {"", "", kBytes, fixed<kFileBytesMax>(), kNoRange,
     "largest file of `--static`", "403"},
    {"", "", kBytes, fixed<kKeptFileBytesMax>(), kNoRange,
     "all of its files that are kept in memory", "read anew"},
};

// ---- How people write it.

struct Suffix {
  std::string_view text;
  Amount factor;
};
// The largest last.
constexpr Suffix kSizes[] = {{"", 1}, {"k", kKiB}, {"m", kMiB}, {"g", kGiB}};
constexpr Suffix kTimes[] = {{"ms", kSecond / 1'000},
                             {"s", kSecond},
                             {"m", 60 * kSecond},
                             {"h", 3'600 * kSecond}};

// Takes the unit off the end of the text. A time without one is in seconds.
Amount take_size(std::string_view* text) {
  for (const Suffix& each : kSizes) {
    if (each.text.empty() || text->empty()) continue;
    if (base::to_lower(text->back()) != each.text[0]) continue;
    text->remove_suffix(1);
    return each.factor;
  }
  return 1;
}
Amount take_time(std::string_view* text) {
  for (const Suffix& each : kTimes) {
    if (!text->ends_with(each.text)) continue;
    text->remove_suffix(each.text.size());
    return each.factor;
  }
  return kSecond;
}

std::span<const Suffix> suffixes_of(Unit unit) {
  switch (unit) {
    case Unit::Count:
      return std::span(kSizes).first(1);
    case Unit::Bytes:
      return kSizes;
    case Unit::Time:
      return kTimes;
  }
  __builtin_unreachable();
}

}  // namespace

std::span<const Limit> limits() {
  return kLimits;
}

const Limit* find_limit(std::string_view flag) {
  const auto* found = std::find_if(
      std::begin(kLimits), std::end(kLimits),
      [&](const Limit& each) { return !each.is_fixed() && each.flag == flag; });
  return found == std::end(kLimits) ? nullptr : found;
}

Amount default_of(const Limit& limit) {
  const Options options;
  return limit.place.get(options, options.store);
}

std::optional<Amount> read_amount(const Limit& limit, std::string_view text) {
  const Amount factor =
      limit.unit == Unit::Time ? take_time(&text) : take_size(&text);
  const auto number = base::parse_unsigned(text);
  const Limit::Range& range = limit.range;
  if (!number || *number > range.most / factor) return std::nullopt;
  const Amount amount = *number * factor;
  return amount < range.least ? std::nullopt : std::optional(amount);
}

void append_amount(const Limit& limit, Amount amount, std::string* out) {
  const std::span<const Suffix> suffixes = suffixes_of(limit.unit);
  std::size_t last = 0;
  while (last + 1 < suffixes.size() &&
         amount % suffixes[last + 1].factor == 0) {
    ++last;
  }
  base::append_number(out, amount / suffixes[last].factor);
  out->append(suffixes[last].text);
}

void write_limits(LimitsFor whom, const Options& options,
                  const chat::StoreLimits& store, json::Writer* writer) {
  for (const Limit& each : kLimits) {
    if (each.json.empty()) continue;
    if (whom == LimitsFor::Hello && !each.greets) continue;
    const Amount amount = each.place.get(options, store);
    writer->key(each.json).number(each.unit == Unit::Time ? amount / kSecond
                                                          : amount);
  }
}

}  // namespace papo::app
