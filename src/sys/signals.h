// SIGTERM and SIGINT ask the server to finish; a second one ends it at once.
// SIGHUP asks it to open its log files again. SIGPIPE is ignored: a write says
// by itself that nobody reads.
#pragma once

#include "sys/wakeup.h"

namespace papo::sys {

// Process-wide: for the program, not for a host that embeds the server.
// `wakeup` is woken by each signal and must outlive the process' last one.
void handle_signals(const Wakeup* wakeup);

bool stop_requested();
// True once for each SIGHUP or several at a time.
bool take_reopen_request();

}  // namespace papo::sys
