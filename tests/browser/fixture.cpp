#include "browser/fixture.h"

#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace papo::browser {
namespace {

std::unique_ptr<Browser> g_browser;

// Ends the browser while the program's own things are still there.
class EndOfBrowser : public testing::Environment {
 public:
  void TearDown() override { g_browser.reset(); }
};

const auto* const g_end_of_browser =
    testing::AddGlobalTestEnvironment(new EndOfBrowser);

bool is_continuous_integration() {
  const char* const value = std::getenv("CI");
  return value != nullptr && std::string_view(value) == "1";
}

std::string test_name() {
  const auto* const test =
      testing::UnitTest::GetInstance()->current_test_info();
  return std::string(test->test_suite_name()) + "." + test->name();
}

}  // namespace

void BrowserTest::SetUp() {
  if (g_browser) g_browser->console();
  if (Browser::is_installed()) return;
  if (is_continuous_integration()) {
    FAIL() << "chromium and chromium-driver are missing: scripts/setup browser";
  }
  GTEST_SKIP() << "no browser here: install chromium and chromium-driver";
}

void BrowserTest::TearDown() {
  if (HasFailure() && g_browser) {
    std::filesystem::create_directories("browser-failures");
    int number = 0;
    for (const auto& page : pages_) {
      const std::string name = "browser-failures/" + test_name() + "-" +
                               std::to_string(++number) + ".png";
      std::ofstream(name, std::ios::binary) << page->screenshot();
      ADD_FAILURE() << "window " << number << ": " << name << "\n"
                    << page->evaluate("location.href").text;
    }
    ADD_FAILURE() << "the console:\n" << g_browser->console();
  }
  pages_.clear();
}

Browser& BrowserTest::browser() {
  if (!g_browser) g_browser = std::make_unique<Browser>("en-US");
  return *g_browser;
}

void BrowserTest::serve(std::vector<std::string> flags) {
  server_ = std::make_unique<support::ServerProcess>(std::move(flags));
  url_ = server_->url();
}

void BrowserTest::stop_server(int signal_number) {
  server_->signal(signal_number);
  server_->wait();
}

void BrowserTest::start_server_again(std::vector<std::string> flags) {
  flags.insert(flags.end(), {"--listen", url_.substr(url_.rfind('/') + 1)});
  server_ = std::make_unique<support::ServerProcess>(std::move(flags));
}

Page& BrowserTest::open_page(std::string_view path) {
  return open_page_at(browser(), url_ + std::string(path));
}

Page& BrowserTest::open_page_at(Browser& browser, const std::string& url) {
  const std::string origin = url.substr(0, url.find('/', url.find("//") + 2));
  if (origins_.insert(origin).second) browser.forget(origin);
  pages_.push_back(std::make_unique<Page>(browser, url));
  return *pages_.back();
}

Page& BrowserTest::arrive(std::string_view name, std::string_view room) {
  Page& page = open_page();
  page.arrive(name, room);
  page.evaluate("localStorage.removeItem('papo.name')");
  return page;
}

}  // namespace papo::browser
