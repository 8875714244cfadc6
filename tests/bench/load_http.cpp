#include "bench/load_http.h"

#include <string>
#include <vector>

#include "bench/load_connection.h"
#include "bench/load_wire.h"

namespace papo::bench {
namespace {

class HttpRun {
 public:
  HttpRun(const HttpLoad& load, Course* course)
      : load_(load), course_(*course), clients_(load.connections) {
    const std::string one = request(load.work);
    for (std::uint32_t i = 0; i < load.pipeline; ++i) batch_ += one;
  }

  Figures run();

 private:
  struct Client {
    Connection connection;
    std::uint32_t waiting_for = 0;  // answers
    std::uint64_t sent_ns = 0;
    bool wants_write = true;
  };

  void open(std::size_t index);
  void on_event(std::size_t index, std::uint32_t events);
  void receive(std::size_t index);
  void send_batch(Client& client);
  void count(const Answer& answer);
  void count_times(std::uint64_t nanoseconds, std::uint32_t answers);
  void lose(std::size_t index);
  bool anyone_waits() const;

  const HttpLoad load_;
  Course& course_;
  std::string batch_;
  AnswerReader reader_;
  Poller poller_;
  std::vector<Client> clients_;
  Figures figures_;
};

Figures HttpRun::run() {
  for (std::size_t i = 0; i < clients_.size(); ++i) open(i);
  course_.start(now_ns());
  for (;;) {
    for (const epoll_event& event : poller_.wait(100)) {
      on_event(event.data.u64, event.events);
    }
    const std::uint64_t now = now_ns();
    course_.tick(now);
    if (!course_.draining()) continue;
    if (!anyone_waits() || course_.out_of_time(now)) break;
  }
  for (const Client& client : clients_) figures_.lost += client.waiting_for;
  course_.tell(&figures_);
  return figures_;
}

void HttpRun::open(std::size_t index) {
  Client& client = clients_[index];
  client.connection.open(load_.port);
  client.wants_write = true;
  poller_.add(client.connection.fd(), index, EPOLLIN | EPOLLOUT);
}

// Writable comes first when connected, and again after a short write.
void HttpRun::on_event(std::size_t index, std::uint32_t events) {
  Client& client = clients_[index];
  if (client.wants_write && (events & EPOLLOUT) != 0) {
    if (client.waiting_for == 0) {
      send_batch(client);
    } else {
      client.connection.send({});
    }
    if (!client.connection.has_unsent()) {
      client.wants_write = false;
      poller_.change(client.connection.fd(), index, EPOLLIN);
    }
  }
  if ((events & ~std::uint32_t{EPOLLOUT}) != 0) receive(index);
}

void HttpRun::receive(std::size_t index) {
  Client& client = clients_[index];
  const Connection::Received received = client.connection.receive();
  if (!received.open) return lose(index);
  std::string_view bytes = received.bytes;
  std::uint32_t answers = 0;
  while (const auto answer = reader_.read(bytes)) {
    count(*answer);
    bytes.remove_prefix(answer->size());
    ++answers;
  }
  client.connection.keep(bytes);
  if (answers > client.waiting_for) die("an answer that nobody asked for");
  client.waiting_for -= answers;
  const std::uint64_t now = now_ns();
  count_times(now - client.sent_ns, answers);
  if (client.waiting_for > 0 || course_.draining()) return;
  client.sent_ns = now;
  send_batch(client);
  if (client.connection.has_unsent()) {
    client.wants_write = true;
    poller_.change(client.connection.fd(), index, EPOLLIN | EPOLLOUT);
  }
}

void HttpRun::send_batch(Client& client) {
  if (client.sent_ns == 0) client.sent_ns = now_ns();
  client.waiting_for = load_.pipeline;
  client.connection.send(batch_);  // a broken one is found by its next read
}

void HttpRun::count(const Answer& answer) {
  if (figures_.bytes == 0) figures_.bytes = answer.size();
  if (answer.status != 200 || answer.size() != figures_.bytes) ++figures_.wrong;
}

void HttpRun::count_times(std::uint64_t nanoseconds, std::uint32_t answers) {
  if (!course_.counts() || answers == 0) return;
  figures_.done += answers;
  figures_.latency.add(nanoseconds, answers);
}

void HttpRun::lose(std::size_t index) {
  Client& client = clients_[index];
  figures_.lost += client.waiting_for;
  client.waiting_for = 0;
  client.sent_ns = 0;
  if (figures_.lost > 10'000) die("the server keeps closing connections");
  client.connection.close();
  if (!course_.draining()) open(index);
}

bool HttpRun::anyone_waits() const {
  for (const Client& client : clients_) {
    if (client.waiting_for > 0) return true;
  }
  return false;
}

}  // namespace

Figures run_http(const HttpLoad& load, Course* course) {
  return HttpRun(load, course).run();
}

}  // namespace papo::bench
