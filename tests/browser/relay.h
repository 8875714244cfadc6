// A reverse proxy inside the test: it puts the server under a sub-path, and
// does to connections what networks do, when it is told to.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "sys/descriptor.h"

namespace papo::browser {

class Relay {
 public:
  // In front of 127.0.0.1:server_port, on a free port. Paths reach the server
  // without `prefix` ("/chat"); others are not found.
  explicit Relay(std::uint16_t server_port, std::string_view prefix = "");
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  std::string url() const;

  // From now on refuses paths that begin with one of these, below the prefix,
  // as a proxy does that cannot reach them: 502. Cuts connections that already
  // are such.
  void refuse(std::vector<std::string> paths);
  // The same, with another answer: its first line, header fields and body, as
  // they are.
  void refuse_with(std::string answer, std::vector<std::string> paths);
  // How many requests were refused so far.
  int refusals() const { return refusals_; }
  // Passes on what browsers say, and nothing that the server answers to it.
  void swallow_answers(bool swallow);
  // Ends every connection.
  void cut();

 private:
  struct Link {
    sys::Descriptor browser;
    sys::Descriptor server;
    std::string head;  // as far as it has come; its path, once passed on
  };

  void run();
  void accept_one();
  // False when the link is over.
  bool take_from_browser(Link* link);
  bool take_from_server(Link* link);
  bool pass_head_on(Link* link);
  bool is_refused(std::string_view path);
  void wake();

  const std::uint16_t server_port_;
  const std::string prefix_;
  sys::Descriptor listener_;
  std::uint16_t port_ = 0;
  sys::Descriptor wake_;
  std::atomic<bool> swallows_{false};
  std::atomic<bool> ends_{false};
  std::atomic<bool> cuts_{false};
  std::atomic<int> refusals_{0};
  std::mutex mutex_;
  std::vector<std::string> refused_;
  std::string answer_;
  std::vector<Link> links_;
  std::thread thread_;
};

}  // namespace papo::browser
