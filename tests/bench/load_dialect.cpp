#include "bench/load_dialect.h"

#include <array>
#include <cstdio>
#include <string>

#include "bench/load_wire.h"

namespace papo::bench {
namespace {

constexpr std::string_view kLeanHeaders =
    "Host: 127.0.0.1:5501\r\n"
    "User-Agent: papo_load/1\r\n"
    "Accept: */*\r\n";

// What a desktop browser adds to a request of the page's own script, cookies
// of other services on the same host included: 1 kB in all.
constexpr std::string_view kBrowserHeaders =
    "Host: 127.0.0.1:5501\r\n"
    "Connection: keep-alive\r\n"
    "Cache-Control: max-age=0\r\n"
    "sec-ch-ua: \"Chromium\";v=\"124\", \"Not-A.Brand\";v=\"99\"\r\n"
    "sec-ch-ua-mobile: ?0\r\n"
    "sec-ch-ua-platform: \"Linux\"\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, "
    "like Gecko) Chrome/124.0.0.0 Safari/537.36\r\n"
    "Accept: application/json, text/plain, */*\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: cors\r\n"
    "Sec-Fetch-Dest: empty\r\n"
    "Referer: http://127.0.0.1:5501/?room=r00000&username=ana\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: pt-BR,pt;q=0.9,en-US;q=0.8,en;q=0.7\r\n"
    "Cookie: session=7f2c1b9e4d6a8053f1e2d3c4b5a69788; theme=dark; "
    "consent=1.2.20240501.necessary-statistics-preferences; "
    "_visit=GA1.1.1234567890.1714500000; "
    "_visit_detail=GS1.1.1714500000.12.1.1714500123.0.0.0; "
    "preferences=eyJsYW5nIjoicHQtQlIiLCJ0eiI6IkFtZXJpY2EvU2FvX1BhdWxvIn0\r\n";

constexpr std::string_view kStreamHeaders =
    "Host: 127.0.0.1:5501\r\n"
    "User-Agent: papo_load/1\r\n"
    "Accept: text/event-stream\r\n";

constexpr std::string_view kUpgradeHeaders =
    "Host: 127.0.0.1:5501\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n";

// A point behind every message that will ever be.
constexpr std::string_view kNothingNew =
    "/receive?room=r00000&after=9000000000000000";

std::string get(std::string_view target, std::string_view headers) {
  std::string request = "GET ";
  request.append(target).append(" HTTP/1.1\r\n");
  return request.append(headers).append("\r\n");
}

std::string post(std::string_view target, std::string_view body) {
  std::string request = "POST ";
  request.append(target).append(" HTTP/1.1\r\n").append(kLeanHeaders);
  request.append("Content-Type: application/json\r\nContent-Length: ");
  request.append(std::to_string(body.size())).append("\r\n\r\n");
  return request.append(body);
}

std::string room_name(std::uint32_t room) {
  std::array<char, 16> name;
  std::snprintf(name.data(), name.size(), "r%05u", room);
  return name.data();
}

std::string send_body(std::uint32_t room, std::string_view text) {
  return "{\"room\":\"" + room_name(room) +
         "\",\"username\":\"ana\",\"message\":\"" + std::string(text) + "\"}";
}

constexpr std::string_view kMeasuredText = "oi, tudo bem com voces?";

// The object that papo delivers, for servers that do not make one.
std::string message_object(std::uint32_t room, std::string_view text) {
  return "{\"type\":\"message\",\"id\":1700000000123456,\"room\":\"" +
         room_name(room) + "\",\"username\":\"ana\",\"message\":\"" +
         std::string(text) + "\",\"timestamp\":1700000000.123456}";
}

// What papo's subscriber gets, for the bare responder to pass on.
std::string delivery(Transport transport, std::string_view object) {
  switch (transport) {
    case Transport::WebSocket:
      return server_frame(object);
    case Transport::EventStream:
      return "id: 1700000000123456\nevent: message\ndata: " +
             std::string(object) + "\n\n";
    case Transport::LongPoll:
    case Transport::Http:
      break;
  }
  const std::string body = "{\"messages\":[" + std::string(object) + "]}";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
         "Access-Control-Allow-Origin: *\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string_view poll_path(Dialect dialect) {
  return dialect == Dialect::Papo ? "/receive?wait=60&room=" : "/poll?room=";
}

// The id of the last message in a list; papo ends each with its timestamp, and
// text cannot hold an unescaped quotation mark.
std::string_view last_id(std::string_view body) {
  constexpr std::string_view kId = "\"id\":";
  const std::size_t id = body.rfind(kId);
  if (id == std::string_view::npos) return "0";
  const std::string_view digits = body.substr(id + kId.size());
  return digits.substr(0, digits.find_first_not_of("0123456789"));
}

}  // namespace

std::string request(Work work) {
  switch (work) {
    case Work::Small:
      return get(kNothingNew, kLeanHeaders);
    case Work::History:
      return get("/receive?room=r00000", kLeanHeaders);
    case Work::Send:
      return post("/send", send_body(0, kMeasuredText));
    case Work::Page:
      return get("/", kLeanHeaders);
    case Work::Browser:
      return get(kNothingNew, kBrowserHeaders);
  }
  return {};
}

std::size_t request_body_bytes(Work work) {
  return work == Work::Send ? send_body(0, kMeasuredText).size() : 0;
}

std::string join_request(std::uint32_t room) {
  return post("/join",
              "{\"room\":\"" + room_name(room) + "\",\"username\":\"ana\"}");
}

std::string subscribe_request(Dialect dialect, Transport transport,
                              std::uint32_t room) {
  const std::string name = room_name(room);
  switch (transport) {
    case Transport::Http:
      return request(Work::Small);
    case Transport::WebSocket:
      return get("/ws?room=" + name, kUpgradeHeaders);
    case Transport::EventStream:
      return get("/events?room=" + name, kStreamHeaders);
    case Transport::LongPoll:
      return get(std::string(poll_path(dialect)) + name, kLeanHeaders);
  }
  return {};
}

std::string poll_again_request(Dialect dialect, std::uint32_t room,
                               std::string_view head, std::string_view body) {
  std::string target = std::string(poll_path(dialect)) + room_name(room);
  std::string headers(kLeanHeaders);
  switch (dialect) {
    case Dialect::Papo:
      target.append("&after=").append(last_id(body));
      break;
    case Dialect::Nchan:
      headers.append("If-Modified-Since: ")
          .append(header(head, "Last-Modified"))
          .append("\r\nIf-None-Match: ")
          .append(header(head, "Etag"))
          .append("\r\n");
      break;
    case Dialect::Bare:
      break;
  }
  return get(target, headers);
}

bool publishes_by_websocket(Dialect dialect, Transport transport) {
  return dialect == Dialect::Papo && transport == Transport::WebSocket;
}

std::string publisher_request(Dialect dialect, Transport transport,
                              std::uint32_t room) {
  if (dialect == Dialect::Bare) {
    return get("/publish?room=" + room_name(room), {});
  }
  if (!publishes_by_websocket(dialect, transport)) return {};
  return get("/ws?username=ana", kUpgradeHeaders);
}

std::string publish_request(Dialect dialect, Transport transport,
                            std::uint32_t room, std::string_view text) {
  switch (dialect) {
    case Dialect::Bare:
      return delivery(transport, message_object(room, text));
    case Dialect::Nchan:
      return post("/publish?room=" + room_name(room),
                  message_object(room, text));
    case Dialect::Papo:
      break;
  }
  const std::string body = send_body(room, text);
  if (!publishes_by_websocket(dialect, transport)) return post("/send", body);
  return client_frame("{\"type\":\"send\",\"ref\":1," + body.substr(1));
}

}  // namespace papo::bench
