#include "app/limits.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "support/static_content.h"

namespace papo::app {
namespace {

using Unit = Limit::Unit;

Amount value_of(const Limit& limit, const Options& options) {
  return limit.place.get(options, options.store);
}

TEST(Limits, HaveRowsThatAreWhole) {
  std::set<std::string_view> flags;
  std::set<std::string_view> names;
  for (const Limit& each : limits()) {
    SCOPED_TRACE(each.what);
    EXPECT_FALSE(each.what.empty());
    EXPECT_FALSE(each.beyond.empty());
    EXPECT_EQ(each.is_fixed(), each.flag.empty());
    EXPECT_TRUE(each.flag.empty() || flags.insert(each.flag).second);
    EXPECT_TRUE(each.json.empty() || names.insert(each.json).second);
    EXPECT_TRUE(!each.greets || !each.json.empty());
    if (each.is_fixed()) continue;
    EXPECT_EQ(find_limit(each.flag), &each);
    if (!each.otherwise.empty()) continue;
    EXPECT_GE(default_of(each), each.range.least);
    EXPECT_LE(default_of(each), each.range.most);
  }
  EXPECT_EQ(find_limit(""), nullptr);
  EXPECT_EQ(find_limit("max-nothing"), nullptr);
}

// Each has a place of its own, and what is set there is what is got.
TEST(Limits, AreSetOneByOne) {
  for (const Limit& set : limits()) {
    if (set.is_fixed()) continue;
    SCOPED_TRACE(set.flag);
    Options options;
    set.place.set(set.range.least, &options);
    EXPECT_EQ(value_of(set, options), set.range.least);
    set.place.set(set.range.most, &options);
    EXPECT_EQ(value_of(set, options), set.range.most);
    for (const Limit& other : limits()) {
      if (&other == &set) continue;
      EXPECT_EQ(value_of(other, options), default_of(other)) << other.what;
    }
  }
}

TEST(Limits, AreReadExactlyWithinTheirRange) {
  for (const Limit& each : limits()) {
    if (each.is_fixed()) continue;
    SCOPED_TRACE(each.flag);
    const Amount step = each.unit == Unit::Time ? 1'000 : 1;
    const auto read = [&](Amount amount) {
      return read_amount(each, std::to_string(amount / step) +
                                   (each.unit == Unit::Time ? "ms" : ""));
    };
    const auto [least, most] = each.range;
    EXPECT_EQ(read(least), least);
    EXPECT_EQ(read(most), most);
    EXPECT_EQ(read(least - step), std::nullopt);
    EXPECT_EQ(read(most + step), std::nullopt);
  }
}

TEST(Limits, AreReadAsPeopleWriteThem) {
  constexpr Amount kSecond = 1'000'000;
  const struct {
    std::string_view flag;
    std::string_view text;
    std::optional<Amount> amount;
  } rows[] = {
      {"history", "7", 7},
      {"history", "2k", 2'048},
      {"history", "1M", 1'048'576},
      {"history", "k", {}},
      {"history", "", {}},
      {"history", "1kk", {}},
      {"history", "1s", {}},
      {"history", "18446744073709551615k", {}},
      {"max-unread", "1g", Amount{1} << 30},
      {"max-wait", "7", 7 * kSecond},
      {"max-wait", "7s", 7 * kSecond},
      {"max-wait", "1500ms", 1'500'000},
      {"max-wait", "1m", 60 * kSecond},
      {"max-wait", "61", {}},
      {"max-wait", "999ms", {}},
      {"max-wait", "s", {}},
      {"max-wait", "1S", {}},
      {"max-wait", "1 s", {}},
      {"max-wait", "1k", {}},
      {"idle-timeout", "24h", 86'400 * kSecond},
      {"idle-timeout", "18446744073709551615h", {}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.flag) + " " + std::string(row.text));
    EXPECT_EQ(read_amount(*find_limit(row.flag), row.text), row.amount);
  }
}

TEST(Limits, AreWrittenAsTheyAreRead) {
  const struct {
    std::string_view flag;
    Amount amount;
    std::string_view text;
  } rows[] = {
      {"max-rooms", 1'024, "1024"},
      {"max-body", 1'023, "1023"},
      {"max-body", 65'536, "64k"},
      {"max-store", Amount{3} << 20, "3m"},
      {"max-store", Amount{2} << 30, "2g"},
      {"max-wait", 1'500'000, "1500ms"},
      {"max-wait", 55'000'000, "55s"},
      {"client-id-ttl", 600'000'000, "10m"},
      {"client-id-ttl", 7'200'000'000, "2h"},
  };
  for (const auto& row : rows) {
    std::string text;
    append_amount(*find_limit(row.flag), row.amount, &text);
    EXPECT_EQ(text, row.text) << row.flag;
  }
}

std::string json_of(LimitsFor whom, const chat::StoreLimits& store) {
  std::string text;
  json::Writer writer(&text);
  writer.begin_object();
  write_limits(whom, Options(), store, &writer);
  writer.end_object();
  return text;
}

// What clients see: names and their order stay, and new ones come last.
TEST(Limits, AreToldInOneOrder) {
  chat::StoreLimits store = Options().store;
  store.bytes = 5'000'000;
  EXPECT_EQ(
      json_of(LimitsFor::Version, store),
      R"({"message_bytes":8192,"body_bytes":65536,"name_characters":64,)"
      R"("name_bytes":256,"client_id_bytes":64,"topic_bytes":1024,)"
      R"("history":50,"rooms":10000,"members":10000,"rooms_of_user":1000,)"
      R"("memberships":1000000,"store_bytes":5000000,"client_ids":10000,)"
      R"("client_id_seconds":600,"connections":10000,)"
      R"("backlog_bytes":1048576,"unread_bytes":67108864,)"
      R"("pending_bytes":16777216,"partial_bytes":67108864,)"
      R"("subscriptions":1000,"all_subscriptions":250000,)"
      R"("wait_seconds":55,"answers_bytes":262144,"pipelined":64,)"
      R"("commands":256,"presence":100000})");
  EXPECT_EQ(json_of(LimitsFor::Hello, store),
            R"({"message_bytes":8192,"name_characters":64,"name_bytes":256,)"
            R"("client_id_bytes":64,"topic_bytes":1024,"history":50,)"
            R"("subscriptions":1000})");
}

// The store's limits are those it has, which options need not be.
TEST(Limits, AreTheStoresOwn) {
  chat::StoreLimits store;
  store.history = 7;
  store.client_id_age = std::chrono::milliseconds(7'999);
  const std::string text = json_of(LimitsFor::Version, store);
  EXPECT_NE(text.find(R"("history":7,)"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("client_id_seconds":7,)"), std::string::npos);
}

// ---- What people read.

std::string measured(Amount amount, Amount unit, std::string_view name) {
  return std::to_string(amount / unit) + " " + std::string(name);
}

// "8 KiB", "10 min": the largest unit that divides it.
std::string for_readers(const Limit& limit) {
  if (!limit.otherwise.empty()) return std::string(limit.otherwise);
  const Amount amount = default_of(limit);
  switch (limit.unit) {
    case Unit::Count:
      return std::to_string(amount);
    case Unit::Bytes:
      if (amount % 1'048'576 == 0) return measured(amount, 1'048'576, "MiB");
      if (amount % 1'024 == 0) return measured(amount, 1'024, "KiB");
      return measured(amount, 1, "bytes");
    case Unit::Time:
      if (amount > 60'000'000 && amount % 60'000'000 == 0) {
        return measured(amount, 60'000'000, "min");
      }
      return measured(amount, 1'000'000, "s");
  }
  __builtin_unreachable();
}

std::string row_of(const Limit& limit) {
  std::string row = "| ";
  row.append(limit.what).append(" | ").append(for_readers(limit)).append(" | ");
  if (!limit.flag.empty()) row.append("`--").append(limit.flag).append("` ");
  return row.append("| ").append(limit.beyond).append(" |\n");
}

// When this fails, what it expects is the table to put into README.md.
TEST(Limits, AreTheTableOfTheReadme) {
  std::string expected =
      "| limit | default | flag | beyond it |\n| --- | --- | --- | --- |\n";
  for (const Limit& each : limits()) expected += row_of(each);
  const std::string readme =
      support::read_file(PAPO_STATIC_FOLDER "/../README.md");
  const std::size_t begin = readme.find("| limit |");
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = readme.find("\n\n", begin);
  EXPECT_EQ(readme.substr(begin, end + 1 - begin), expected);
}

// Every member of /version's limits is explained, under its flag.
TEST(Limits, AreInTheApi) {
  const std::string page =
      support::read_file(PAPO_STATIC_FOLDER "/../src/app/API.md");
  for (const Limit& each : limits()) {
    if (each.json.empty()) continue;
    const std::string name = "`" + std::string(each.json) + "`";
    EXPECT_NE(page.find(name), std::string::npos) << each.json;
  }
}

}  // namespace
}  // namespace papo::app
