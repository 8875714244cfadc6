// A real browser, driven over the W3C WebDriver protocol
// (https://www.w3.org/TR/webdriver2/): Debian's chromium through its
// chromium-driver, with papo's own JSON and HTTP client.
//
// Whatever goes wrong here ends the running test: the browser is not what is
// under test, so there is nothing to judge.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cli/http_client.h"
#include "support/server_process.h"
#include "support/temporary_folder.h"
#include "wire/json_reader.h"

namespace papo::browser {

// Where a test calls: what std::source_location is, which not every compiler
// of C++20 has.
struct Place {
  const char* file;
  int line;
  static Place current(const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
    return {file, line};
  }
};

// Fails the running test at `place`, and ends it.
[[noreturn]] void give_up(const std::string& why,
                          Place place = Place::current());

// `text` in quotation marks, as JSON.
std::string as_json(std::string_view text);

// What a script answered. `text` is a string's characters; of every other kind
// it is JSON.
struct Answer {
  json::Kind kind = json::Kind::Null;
  std::string text;

  bool is_true() const { return kind == json::Kind::True; }
  // REQUIRES: a number; what stands behind its point is cut.
  std::int64_t number() const;
  // REQUIRES: an array. Its strings, or other values as JSON.
  std::vector<std::string> list() const;
};

// One chromedriver with one chromium, its windows and a profile of its own.
class Browser {
 public:
  // Whether both programs are on this machine.
  static bool is_installed();

  // `language` is what its user reads: "en-US", "pt-BR".
  explicit Browser(std::string_view language);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  // Forgets what pages of that origin stored: a port may have been another
  // server's before.
  void forget(std::string_view origin);
  std::string open_window();
  void close_window(const std::string& window);

  // Carries out a command of the session ("/url", "/actions") in `window`.
  // Answers its "value".
  Answer post(const std::string& window, std::string_view command,
              const std::string& body);
  Answer get(const std::string& window, std::string_view command);
  // The same, but "" for what went wrong is left to the caller: in `error`.
  Answer post(const std::string& window, std::string_view command,
              const std::string& body, std::string* error);
  // What the consoles of all its windows said since the last call, a line each.
  std::string console();

 private:
  Answer command(std::string_view method, const std::string& target,
                 const std::string& body, std::string* error);
  void turn_to(const std::string& window);

  support::TemporaryFolder folder_;
  std::unique_ptr<support::Process> driver_;
  cli::ServerAddress server_;
  std::string session_;       // "/session/ID"
  std::string first_window_;  // stays, so that the browser does
  std::string window_;        // that commands go to
};

// One window of a browser, closed with its Window. Scripts are expressions,
// and see their `arguments`, which are strings.
class Window {
 public:
  using Arguments = std::initializer_list<std::string_view>;

  explicit Window(Browser& browser);
  virtual ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  // Come back when the page has loaded.
  void open(const std::string& url);
  void reload();

  Answer evaluate(std::string_view expression, Arguments arguments = {});
  // Waits until the expression is truthy, through reloads too, and fails the
  // test when it never is.
  void wait_for(std::string_view expression, Arguments arguments = {},
                Place place = Place::current());
  // Waits for a promise. Returns what it was kept with.
  Answer promise(std::string_view expression, Arguments arguments = {});

  // A real click in the middle of the first element that the selector finds, as
  // soon as there is one and nothing lies over it.
  void click(std::string_view selector, Place place = Place::current());
  // Keys pressed together: "a", "Enter", "Control+k", "Alt+Shift+ArrowUp".
  void press(std::string_view keys);
  // Types where the focus is, key by key; a line feed is Shift+Enter.
  void type(std::string_view text);
  // The text as one input, as a paste or an input method makes it.
  void insert(std::string_view text);

  // The window's inner size, as a device of that size has it.
  void resize(int width, int height, double scale = 1);
  // Its user turns to another window, and back. (Without a screen, the browser
  // takes every window for the one in front.)
  void look_away();
  void look_back();

  // A command of the Chrome DevTools Protocol.
  Answer devtools(std::string_view method, std::string_view parameters = "{}");
  // A PNG.
  std::string screenshot();

 private:
  bool try_click(std::string_view selector, std::string* error);
  Answer run(std::string_view command, const std::string& script,
             Arguments arguments, std::string* error);

  Browser& browser_;
  std::string handle_;
};

}  // namespace papo::browser
