// The handshake of RFC 6455 §4.2, as HTTP answers it.
#pragma once

#include <string_view>

#include "app/http_exchange.h"

namespace papo::app {

// True when the exchange asks for an upgrade as it should; else it has been
// answered.
bool check_upgrade(HttpExchange* exchange);
// Answers 101. REQUIRES: check_upgrade().
void accept_upgrade(HttpExchange* exchange);

}  // namespace papo::app
