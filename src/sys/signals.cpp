#include "sys/signals.h"

#include <unistd.h>

#include <csignal>

namespace papo::sys {
namespace {

volatile sig_atomic_t stops = 0;
volatile sig_atomic_t reopens = 0;
const Wakeup* woken = nullptr;

void on_stop(int) {
  if (stops > 0) ::_exit(1);
  stops = 1;
  woken->wake();
}

void on_reopen(int) {
  reopens = 1;
  woken->wake();
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

void handle_signals(const Wakeup* wakeup) {
  woken = wakeup;
  handle(SIGTERM, on_stop);
  handle(SIGINT, on_stop);
  handle(SIGHUP, on_reopen);
  handle(SIGPIPE, SIG_IGN);
}

bool stop_requested() {
  return stops > 0;
}

bool take_reopen_request() {
  if (reopens == 0) return false;
  reopens = 0;
  return true;
}

}  // namespace papo::sys
