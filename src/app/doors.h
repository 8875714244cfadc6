// All doors, put together: one line for each protocol, and one more where the
// machine learns of it.
#pragma once

#include <vector>

#include "app/http_door.h"
#include "app/long_poll_door.h"
#include "app/services.h"
#include "app/stream_door.h"
#include "app/websocket_door.h"

namespace papo::app {

struct Doors {
  // `services` must outlive it.
  explicit Doors(const Services* services)
      : http(services, this),
        long_polls(services, &http),
        streams(services),
        websockets(services) {}
  Doors(const Doors&) = delete;
  Doors& operator=(const Doors&) = delete;

  std::vector<Door*> all() {
    return {&http, &long_polls, &streams, &websockets};
  }

  HttpDoor http;
  LongPollDoor long_polls;
  StreamDoor streams;
  WebSocketDoor websockets;
};

}  // namespace papo::app
