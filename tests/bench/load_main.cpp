// papo_load: drives one server on this machine and prints one line of figures.
//
// It measures from outside what the server costs (CPU time of its process) and
// what its clients get (latency, what was lost or wrong). Closed loop, one
// thread, so that it fits on one core beside the server's. scripts/bench runs
// it; `papo_load help` lists what it can do.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load_fanout.h"
#include "bench/load_http.h"
#include "bench/load_open.h"
#include "bench/load_wire.h"

namespace papo::bench {
namespace {

constexpr std::string_view kUsage =
    R"(usage: papo_load VERB --port PORT [--pid PID] [--option value]...

  http     requests in a closed loop
           --work small|history|send|page|browser --connections N --pipeline N
  fanout   publishers and subscribers
           --dialect papo|bare|nchan --transport websocket|events|poll
           --subscribers N --rooms N --window N
  accept   connect and handshake, over and over
           --dialect D --transport http|websocket|events --connections N
  idle     memory of connections that are open and say nothing
           --dialect D --transport http|websocket|events --connections N
  prepare  papo's rooms and history for http
  learn    writes what papo says to --output FILE, for the bare responder
           --what answer (--work W) | greeting (--transport T) | ack
  sizes    prints body bytes of --work, message bytes of --transport

--seconds S and --warmup S (decimals) bound http, fanout and accept; --pid is
the server's, whose CPU time and memory are read.
)";

struct Options {
  std::string_view verb;
  std::uint16_t port = 0;
  pid_t pid = 0;
  Dialect dialect = Dialect::Papo;
  Work work = Work::Small;
  Transport transport = Transport::Http;
  std::uint32_t connections = 1;
  std::uint32_t pipeline = 1;
  std::uint32_t subscribers = 1;
  std::uint32_t rooms = 1;
  std::uint32_t window = 1;
  double seconds = 1;
  double warmup = 0.2;
  std::string_view what;
  std::string_view output;
};

template <class T>
struct Choice {
  std::string_view name;
  T value;
};

constexpr Choice<Dialect> kDialects[] = {{"papo", Dialect::Papo},
                                         {"bare", Dialect::Bare},
                                         {"nchan", Dialect::Nchan}};
constexpr Choice<Work> kWorks[] = {{"small", Work::Small},
                                   {"history", Work::History},
                                   {"send", Work::Send},
                                   {"page", Work::Page},
                                   {"browser", Work::Browser}};
constexpr Choice<Transport> kTransports[] = {
    {"http", Transport::Http},
    {"websocket", Transport::WebSocket},
    {"events", Transport::EventStream},
    {"poll", Transport::LongPoll}};

[[noreturn]] void fail_usage() {
  std::fputs(kUsage.data(), stderr);
  std::exit(2);
}

template <class T, std::size_t N>
T choose(const Choice<T> (&choices)[N], std::string_view name) {
  for (const Choice<T>& choice : choices) {
    if (choice.name == name) return choice.value;
  }
  fail_usage();
}

std::uint32_t count_in(const char* text) {
  const long count = std::strtol(text, nullptr, 10);
  if (count < 1 || count > 1'000'000'000) fail_usage();
  return static_cast<std::uint32_t>(count);
}

void set(Options* options, std::string_view name, const char* value) {
  if (name == "--port") {
    options->port = static_cast<std::uint16_t>(count_in(value));
  } else if (name == "--pid") {
    options->pid = static_cast<pid_t>(count_in(value));
  } else if (name == "--dialect") {
    options->dialect = choose(kDialects, value);
  } else if (name == "--work") {
    options->work = choose(kWorks, value);
  } else if (name == "--transport") {
    options->transport = choose(kTransports, value);
  } else if (name == "--connections") {
    options->connections = count_in(value);
  } else if (name == "--pipeline") {
    options->pipeline = count_in(value);
  } else if (name == "--subscribers") {
    options->subscribers = count_in(value);
  } else if (name == "--rooms") {
    options->rooms = count_in(value);
  } else if (name == "--window") {
    options->window = count_in(value);
  } else if (name == "--seconds") {
    options->seconds = std::atof(value);
  } else if (name == "--warmup") {
    options->warmup = std::atof(value);
  } else if (name == "--what") {
    options->what = value;
  } else if (name == "--output") {
    options->output = value;
  } else {
    fail_usage();
  }
}

Options read_options(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0) fail_usage();
  Options options;
  options.verb = argv[1];
  for (int i = 2; i < argc; i += 2) set(&options, argv[i], argv[i + 1]);
  return options;
}

void run_http_verb(const Options& options) {
  const ServerProcess server(options.pid);
  Course course(server, options.warmup, options.seconds);
  print(run_http(
      {options.port, options.work, options.connections, options.pipeline},
      &course));
}

void run_fanout_verb(const Options& options) {
  const ServerProcess server(options.pid);
  prepare_rooms(options.dialect, options.port, options.rooms, 0);
  Course course(server, options.warmup, options.seconds);
  print(run_fanout({options.port, options.dialect, options.transport,
                    options.subscribers, options.rooms, options.window},
                   &course));
}

Opening opening_of(const Options& options) {
  Opening opening;
  opening.port = options.port;
  opening.transport = options.transport;
  opening.request = [&options](std::size_t) {
    return subscribe_request(options.dialect, options.transport, 0);
  };
  return opening;
}

// Opens --connections at a time, again and again; only the opening counts.
void run_accept(const Options& options) {
  const ServerProcess server(options.pid);
  prepare_rooms(options.dialect, options.port, 1, 0);
  const Opening opening = opening_of(options);
  Figures figures;
  const std::uint64_t start = now_ns();
  const auto warm = static_cast<std::uint64_t>(options.warmup * 1e9);
  const auto all = warm + static_cast<std::uint64_t>(options.seconds * 1e9);
  while (now_ns() - start < all) {
    std::vector<Connection> connections(options.connections);
    const bool counts = now_ns() - start >= warm;
    const std::uint64_t begin_ns = now_ns();
    const std::uint64_t begin_cpu_ns = server.cpu_ns();
    open_all(connections, opening);
    if (!counts) continue;
    figures.wall_ns += now_ns() - begin_ns;
    figures.cpu_ns += server.cpu_ns() - begin_cpu_ns;
    figures.done += connections.size();
  }
  print(figures);
}

void pause_ms(long milliseconds) {
  const timespec pause{0, milliseconds * 1'000'000};
  nanosleep(&pause, nullptr);
}

// A few connections come and go first, so that what the first one of all costs
// (tables, pages of code) is not counted.
void run_idle(const Options& options) {
  const ServerProcess server(options.pid);
  prepare_rooms(options.dialect, options.port, 1, 0);
  const Opening opening = opening_of(options);
  {
    std::vector<Connection> first(16);
    open_all(first, opening);
    pause_ms(300);
  }
  pause_ms(300);
  const std::uint64_t before = server.resident_bytes();
  std::vector<Connection> connections(options.connections);
  open_all(connections, opening);
  pause_ms(500);
  const std::uint64_t after = server.resident_bytes();
  const double each = (double(after) - double(before)) / options.connections;
  std::printf("done=%u resident_each=%.0f resident_before_kb=%.0f\n",
              options.connections, each, double(before) / 1024);
}

std::string learn(const Options& options) {
  Connection connection;
  connection.open(options.port);
  if (options.what == "answer") return fetch(connection, request(options.work));
  wait_for(connection, EPOLLOUT);
  if (options.what == "greeting") {
    connection.send(subscribe_request(options.dialect, options.transport, 0));
    return listen_until_quiet(connection, 300);
  }
  if (options.what != "ack") fail_usage();
  constexpr Transport kSocket = Transport::WebSocket;
  connection.send(publisher_request(options.dialect, kSocket, 0));
  listen_until_quiet(connection, 300);
  connection.send(
      publish_request(options.dialect, kSocket, 0, write_mark({0, 0, 0})));
  return listen_until_quiet(connection, 300);
}

void run_learn(const Options& options) {
  const std::string bytes = learn(options);
  if (bytes.empty()) die("nothing to learn");
  std::FILE* file = std::fopen(std::string(options.output).c_str(), "wb");
  if (file == nullptr) die("cannot write the output");
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
}

void run(const Options& options) {
  if (options.verb == "http") {
    run_http_verb(options);
  } else if (options.verb == "fanout") {
    run_fanout_verb(options);
  } else if (options.verb == "accept") {
    run_accept(options);
  } else if (options.verb == "idle") {
    run_idle(options);
  } else if (options.verb == "prepare") {
    prepare_rooms(options.dialect, options.port, 1, 50);
  } else if (options.verb == "learn") {
    run_learn(options);
  } else if (options.verb == "sizes") {
    std::printf("%zu %zu\n", request_body_bytes(options.work),
                bare_message_bytes(options.transport));
  } else {
    fail_usage();
  }
}

}  // namespace
}  // namespace papo::bench

int main(int argc, char** argv) {
  papo::bench::run(papo::bench::read_options(argc, argv));
  return 0;
}
