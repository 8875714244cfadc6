// What the load says to which server. Papo is spoken to as API.md has it; the
// bare responder and nchan get messages of the same bytes in their own ways.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace papo::bench {

enum class Dialect : std::uint8_t { Papo, Bare, Nchan };

// The HTTP requests that are measured.
enum class Work : std::uint8_t {
  Small,    // GET /receive with nothing new
  History,  // GET /receive of 50 messages
  Send,     // POST /send
  Page,     // GET /
  Browser,  // Small, with the 1 kB of headers that a browser sends
};
std::string request(Work work);
// The length of that request's body.
std::size_t request_body_bytes(Work work);

enum class Transport : std::uint8_t { Http, WebSocket, EventStream, LongPoll };

// Makes a room of papo, with its first member.
std::string join_request(std::uint32_t room);

// The first request of a subscriber to a room.
std::string subscribe_request(Dialect dialect, Transport transport,
                              std::uint32_t room);
// What a long poll asks next, after this answer.
std::string poll_again_request(Dialect dialect, std::uint32_t room,
                               std::string_view head, std::string_view body);

// How messages are published: papo's WebSocket subscribers get them from a
// WebSocket, everyone else's come by POST, and the bare responder's publisher
// sends the bytes that its subscribers shall get.
bool publishes_by_websocket(Dialect dialect, Transport transport);
// The first request of a publisher; empty when it may publish at once.
std::string publisher_request(Dialect dialect, Transport transport,
                              std::uint32_t room);
// Publishes a message with this text. All texts are of one length, so all
// results are.
std::string publish_request(Dialect dialect, Transport transport,
                            std::uint32_t room, std::string_view text);

}  // namespace papo::bench
