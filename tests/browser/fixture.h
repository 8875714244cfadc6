// What every test in a browser begins with: one browser for the whole program,
// a server of its own, and so an origin and a storage of its own.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "browser/page.h"
#include "browser/webdriver.h"
#include "support/server_process.h"

namespace papo::browser {

// Skipped, and saying why, where no browser is installed; with CI=1 in the
// environment that is a failure.
class BrowserTest : public testing::Test {
 protected:
  void SetUp() override;
  // Leaves a picture of each window of a failed test in browser-failures/.
  void TearDown() override;

  // For English; started by the first test that needs it.
  Browser& browser();

  // Starts the server, with flags beside --listen.
  void serve(std::vector<std::string> flags = {});
  // The same with the page as its authors write it, so that a test can import
  // one module of it.
  void serve_sources() { serve({"--static", PAPO_STATIC_FOLDER}); }
  // Ends it with a signal, and starts it again on the same port.
  void stop_server(int signal_number);
  void start_server_again(std::vector<std::string> flags = {});
  support::ServerProcess& server() { return *server_; }
  const std::string& url() const { return url_; }

  // A new window at the server's page, or at `path` below it.
  Page& open_page(std::string_view path = "/");
  // The same at another address, or in another browser.
  Page& open_page_at(Browser& browser, const std::string& url);
  // A new window whose user has arrived. The browser forgets the name, which
  // the window keeps: the next one is another person's.
  Page& arrive(std::string_view name, std::string_view room);
  void close_pages() { pages_.clear(); }

 private:
  std::unique_ptr<support::ServerProcess> server_;
  std::string url_;
  std::set<std::string> origins_;  // that this test has opened
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace papo::browser
