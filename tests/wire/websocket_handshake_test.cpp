#include "wire/websocket_handshake.h"

#include <gtest/gtest.h>

#include <string>

namespace papo::websocket {
namespace {

constexpr HandshakeFields kGood = {
    .method = "GET",
    .protocol = "HTTP/1.1",
    .upgrade = "websocket",
    .connection = "Upgrade",
    .version = "13",
    .key = "dGhlIHNhbXBsZSBub25jZQ==",
};

using Field = std::string_view HandshakeFields::*;

struct Case {
  const char* name;
  Field field;
  std::string value;
  std::optional<HandshakeFault> fault;
};

TEST(WebsocketHandshake, RefusesEachRequestForItsReason) {
  using F = HandshakeFields;
  using enum HandshakeFault;
  const Case cases[] = {
      {"as it should be (4.2.1)", &F::method, "GET", {}},
      {"another method", &F::method, "POST", NotGet},
      {"a method's case counts (9110 9.1)", &F::method, "get", NotGet},
      {"an older protocol", &F::protocol, "HTTP/1.0", NotHttp11},
      {"Upgrade in any case", &F::upgrade, "WebSocket", {}},
      {"Upgrade in a list", &F::upgrade, "h2c,\twebsocket ", {}},
      {"no Upgrade", &F::upgrade, "", NoUpgrade},
      {"Upgrade to something else", &F::upgrade, "h2c", NoUpgrade},
      {"Upgrade that only begins so", &F::upgrade, "websockets", NoUpgrade},
      {"Connection in any case", &F::connection, "uPGRADE", {}},
      {"Connection in a list", &F::connection, "keep-alive, Upgrade", {}},
      {"no Connection", &F::connection, "", NoUpgradeOption},
      {"Connection without it", &F::connection, "keep-alive", NoUpgradeOption},
      {"Connection that only contains it", &F::connection, "no-upgrade",
       NoUpgradeOption},
      {"no version", &F::version, "", WrongVersion},
      {"an old version (4.4)", &F::version, "8", WrongVersion},
      {"a version that begins so", &F::version, "130", WrongVersion},
      {"the version twice (11.3.5)", &F::version, "13, 13", WrongVersion},
      {"no key", &F::key, "", BadKey},
      {"the key twice (11.3.1)", &F::key,
       "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==", BadKey},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    HandshakeFields fields = kGood;
    fields.*each.field = each.value;
    EXPECT_EQ(check_handshake(fields), each.fault);
  }
}

TEST(WebsocketHandshake, KeyIsSixteenBytes) {
  struct Row {
    const char* name;
    std::string key;
    bool valid;
  };
  const Row rows[] = {
      {"16 bytes", "AAAAAAAAAAAAAAAAAAAAAA==", true},
      {"with the last digits of the alphabet",
       "+/+/+/+/+/+/+/+/+/+/+w==", true},
      {"the example of 4.1, with bits left over",
       "AQIDBAUGBwgJCgsMDQ4PEC==", true},
      {"nothing", "", false},
      {"15 bytes", "AAAAAAAAAAAAAAAAAAAA", false},
      {"17 bytes", "AAAAAAAAAAAAAAAAAAAAAAA=", false},
      {"18 bytes", "AAAAAAAAAAAAAAAAAAAAAAAA", false},
      {"19 bytes", "AAAAAAAAAAAAAAAAAAAAAAAAAA==", false},
      {"13 bytes", "AAAAAAAAAAAAAAAAAA==", false},
      {"no padding", "AAAAAAAAAAAAAAAAAAAAAA", false},
      {"a foreign character", "AAAAAAAAAAA_AAAAAAAAAA==", false},
      {"padding inside", "AAAAAAAAAAAAAAAAAAAAA===", false},
      {"a blank", "AAAAAAAAAAAAAAAAAAAAA ==", false},
  };
  for (const Row& each : rows) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(is_valid_key(each.key), each.valid);
  }
}

TEST(WebsocketHandshake, AcceptsAKeyAsTheStandardDoes) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="),
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 §1.3
}

TEST(WebsocketHandshake, EveryRefusalHasItsStatus) {
  struct Row {
    HandshakeFault fault;
    int status;
  };
  const Row rows[] = {
      {HandshakeFault::NotGet, 405},
      {HandshakeFault::NotHttp11, 400},
      {HandshakeFault::NoUpgrade, 426},
      {HandshakeFault::NoUpgradeOption, 400},
      {HandshakeFault::WrongVersion, 426},
      {HandshakeFault::BadKey, 400},
  };
  for (const Row& each : rows) {
    SCOPED_TRACE(describe(each.fault));
    EXPECT_EQ(status_for(each.fault), each.status);
  }
}

}  // namespace
}  // namespace papo::websocket
