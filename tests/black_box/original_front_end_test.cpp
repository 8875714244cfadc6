// The page of the server that papo replaces must work unmodified. This makes
// exactly its calls, and looks only at what it looks at: `status`, and of each
// message `username`, `message` and `timestamp`.
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "support/both_pollers.h"
#include "support/raw_client.h"
#include "support/server_process.h"

namespace papo {
namespace {

using support::Answer;
using support::member_of;
using support::RawClient;
using support::ServerProcess;

// A number as JavaScript prints one of this size: the shortest decimal that
// reads back as the same double (ECMA-262 §6.1.6.1.20).
std::string as_javascript_prints(double number) {
  char digits[64];
  const auto result = std::to_chars(digits, digits + sizeof digits, number,
                                    std::chars_format::fixed);
  return {digits, result.ptr};
}

// encodeURIComponent
std::string encoded(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

struct Shown {
  bool has_username = false;
  std::string username;
  std::string message;
  double timestamp = 0;
};

// The objects in `messages`. None of these tests' texts has a brace.
std::vector<Shown> messages_in(std::string_view body) {
  std::vector<Shown> messages;
  EXPECT_TRUE(body.starts_with(R"({"messages":[)")) << body;
  for (std::size_t at = body.find('{', 1); at != std::string_view::npos;
       at = body.find('{', at + 1)) {
    const std::string_view object =
        body.substr(at, body.find('}', at) + 1 - at);
    messages.push_back(
        {object.find(R"("username":)") != std::string_view::npos,
         member_of(object, "username"), member_of(object, "message"),
         std::strtod(member_of(object, "timestamp").c_str(), nullptr)});
  }
  return messages;
}

// One open tab.
class Page {
 public:
  Page(const ServerProcess& server, std::string username, std::string room)
      : connection_(server.port()),
        username_(std::move(username)),
        room_(std::move(room)) {}

  // The three forms. Each returns body.status.
  std::string join() { return submit("/join", members()); }
  std::string leave() { return submit("/leave", members()); }
  std::string send(const std::string& message) {
    return submit("/send", members() + R"(,"message":")" + message + "\"");
  }

  // The timer, every second. Returns what it adds to the page.
  std::vector<Shown> poll() {
    const Answer answer =
        ask("/receive?room=" + encoded(room_) +
            "&last_timestamp=" + as_javascript_prints(last_timestamp_));
    std::vector<Shown> messages = messages_in(answer.body);
    for (const Shown& each : messages) {
      if (each.timestamp > last_timestamp_) last_timestamp_ = each.timestamp;
    }
    return messages;
  }

  std::string rooms() {
    return ask("/user_rooms?username=" + encoded(username_)).body;
  }
  double last_timestamp() const { return last_timestamp_; }

 private:
  std::string members() const {
    return R"("room":")" + room_ + R"(","username":")" + username_ + "\"";
  }
  static std::string browser_fields() {
    return "Host: localhost:5501\r\nConnection: keep-alive\r\n"
           "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\r\n"
           "Accept: */*\r\nAccept-Language: pt-BR,pt;q=0.9\r\n"
           "Accept-Encoding: gzip, deflate, br\r\n"
           "Origin: http://localhost:5501\r\n"
           "Referer: http://localhost:5501/\r\n";
  }
  Answer ask(const std::string& target) {
    return connection_.ask("GET " + target + " HTTP/1.1\r\n" +
                           browser_fields() + "\r\n");
  }
  std::string submit(const std::string& path, const std::string& members) {
    const std::string body = "{" + members + "}";
    const Answer answer =
        connection_.ask("POST " + path + " HTTP/1.1\r\n" + browser_fields() +
                        "Content-Type: application/json\r\nContent-Length: " +
                        std::to_string(body.size()) + "\r\n\r\n" + body);
    return member_of(answer.body, "status");
  }

  RawClient connection_;
  std::string username_;
  std::string room_;
  double last_timestamp_ = 0;
};

class OriginalFrontEnd : public support::BothPollers {};
INSTANTIATE_TEST_SUITE_P(Pollers, OriginalFrontEnd, support::each_poller(),
                         support::name_of_poller);

TEST_P(OriginalFrontEnd, TalksBetweenTwoWindows) {
  const ServerProcess server(with_poller());
  EXPECT_EQ(support::get(server.port(), "/").field("content-type"),
            "text/html; charset=utf-8");
  Page ana(server, "ana", "sala de estar");
  Page rui(server, "Jos\xC3\xA9", "sala de estar");
  EXPECT_EQ(ana.send("cedo demais"), "error");
  EXPECT_EQ(ana.join(), "success");
  EXPECT_EQ(rui.join(), "success");
  EXPECT_EQ(rui.rooms(), R"({"rooms":["sala de estar"]})");
  EXPECT_EQ(ana.send("oi"), "success");
  const std::vector<Shown> seen = rui.poll();
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_FALSE(seen[0].has_username);
  EXPECT_EQ(seen[0].message, "ana joined the room");
  EXPECT_FALSE(seen[1].has_username);
  EXPECT_EQ(seen[2].username, "ana");
  EXPECT_EQ(seen[2].message, "oi");
  EXPECT_EQ(rui.poll().size(), 0U);
  EXPECT_EQ(rui.send("ol\xC3\xA1"), "success");
  EXPECT_EQ(ana.poll().size(), 4U);
  EXPECT_EQ(ana.leave(), "success");
  const std::vector<Shown> after = rui.poll();
  ASSERT_EQ(after.size(), 2U);
  EXPECT_EQ(after[0].message, "ol\xC3\xA1");
  EXPECT_FALSE(after[1].has_username);
  EXPECT_EQ(rui.leave(), "success");
  EXPECT_EQ(rui.leave(), "error");
  EXPECT_EQ(rui.rooms(), R"({"rooms":[]})");
}

TEST_P(OriginalFrontEnd, SeesEachMessageOnce) {
  const ServerProcess server(with_poller());
  Page ana(server, "ana", "a");
  Page rui(server, "rui", "a");
  Page eva(server, "eva", "a");
  std::vector<std::string> said;
  std::vector<std::vector<std::string>> heard(3);
  EXPECT_EQ(ana.join(), "success");
  EXPECT_EQ(rui.join(), "success");
  EXPECT_EQ(eva.join(), "success");
  for (int i = 0; i < 300; ++i) {
    said.push_back("m" + std::to_string(i));
    EXPECT_EQ((i % 3 == 0 ? ana : rui).send(said.back()), "success");
    // Each at a pace of its own, before 50 entries have gone by.
    Page* const pages[] = {&ana, &rui, &eva};
    const int paces[] = {1, 7, 41};
    for (std::size_t page = 0; page < 3; ++page) {
      if ((i + 1) % paces[page] != 0 && i != 299) continue;
      for (const Shown& each : pages[page]->poll()) {
        if (each.has_username) heard[page].push_back(each.message);
      }
    }
  }
  for (const auto& each : heard) EXPECT_EQ(each, said);
}

// Messages that follow each other within a microsecond: their times are read
// into a double and printed again, and every one of them still divides what was
// seen from what was not.
TEST_P(OriginalFrontEnd, ResumesExactlyAtEachTime) {
  const ServerProcess server(with_poller());
  RawClient client(server.port());
  EXPECT_EQ(
      support::post(server.port(), "/join", R"({"room":"a","username":"ana"})")
          .status,
      200);
  std::string sends;
  for (int i = 0; i < 49; ++i) {
    sends += support::post_request(
        "/send", R"({"room":"a","username":"ana","message":"m"})");
  }
  ASSERT_TRUE(client.send(sends));
  for (int i = 0; i < 49; ++i) EXPECT_EQ(client.read_answer().status, 200);
  Page page(server, "rui", "a");
  const std::vector<Shown> all = page.poll();
  ASSERT_EQ(all.size(), 50U);
  for (std::size_t i = 0; i < all.size(); ++i) {
    SCOPED_TRACE(i);
    const std::string time = as_javascript_prints(all[i].timestamp);
    const auto rest = messages_in(
        client
            .ask(support::get_request("/receive?room=a&last_timestamp=" + time))
            .body);
    ASSERT_EQ(rest.size(), all.size() - 1 - i) << time;
    if (!rest.empty()) {
      EXPECT_EQ(rest[0].timestamp, all[i + 1].timestamp);
    }
  }
}

}  // namespace
}  // namespace papo
