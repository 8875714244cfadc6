#include "browser/webdriver.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/text.h"
#include "crypto/base64.h"
#include "support/json_elements.h"
#include "wire/json_writer.h"

namespace papo::browser {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kDriver = "/usr/bin/chromedriver";
constexpr const char* kChromium = "/usr/bin/chromium";
constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::milliseconds kGlance{15};
constexpr std::string_view kStarted = "was started successfully on port ";

// What a browser would do behind the test's back is off, and windows that are
// not in front work on: a test looks at several at once.
constexpr std::string_view kArguments[] = {
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
    "--disable-search-engine-choice-screen",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--enable-precise-memory-info",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-proxy-server",
    "--window-size=1280,800",
};

std::string capabilities(const std::string& profile,
                         std::string_view language) {
  std::string body;
  json::Writer writer(&body);
  writer.begin_object().key("capabilities").begin_object();
  writer.key("alwaysMatch").begin_object();
  writer.key("browserName").string("chrome");
  writer.key("unhandledPromptBehavior").string("ignore");
  writer.key("goog:loggingPrefs").raw("{\"browser\":\"ALL\"}");
  writer.key("goog:chromeOptions").begin_object();
  writer.key("binary").string(kChromium);
  writer.key("args").begin_array();
  for (const std::string_view each : kArguments) writer.string(each);
  writer.string("--user-data-dir=" + profile);
  writer.string("--lang=" + std::string(language));
  writer.end_array();
  writer.key("prefs").begin_object();
  writer.key("intl.accept_languages").string(language);
  writer.end_object();
  writer.end_object().end_object().end_object().end_object();
  return body;
}

Answer to_answer(const json::Value& value) {
  return {.kind = value.kind, .text = std::string(value.text)};
}

// Of what stands in an answer for an error (§6.6).
std::string message_of(const json::Value& value) {
  const auto object = json::Object::parse(value.text);
  const json::Value* message = object ? object->find("message") : nullptr;
  return std::string(message == nullptr ? value.text : message->text);
}

// The key's character in WebDriver's table (§17.4.2), or `name` itself.
std::string key_of(std::string_view name) {
  struct Key {
    std::string_view name;
    const char* character;
  };
  constexpr Key kKeys[] = {
      {"Control", "\uE009"},    {"Alt", "\uE00A"},
      {"Shift", "\uE008"},      {"Enter", "\uE007"},
      {"Escape", "\uE00C"},     {"Tab", "\uE004"},
      {"ArrowUp", "\uE013"},    {"ArrowDown", "\uE015"},
      {"ArrowLeft", "\uE012"},  {"Backspace", "\uE003"},
      {"ArrowRight", "\uE014"}, {"Home", "\uE011"},
      {"End", "\uE010"},        {"PageUp", "\uE00E"},
      {"PageDown", "\uE00F"},   {"Space", " "},
      {"Delete", "\uE017"},
  };
  for (const Key& key : kKeys) {
    if (key.name == name) return key.character;
  }
  return std::string(name);
}

std::vector<std::string> keys_of(std::string_view combination) {
  std::vector<std::string> keys;
  while (true) {
    const std::size_t plus = combination.find('+', 1);
    keys.push_back(key_of(combination.substr(0, plus)));
    if (plus == std::string_view::npos) return keys;
    combination.remove_prefix(plus + 1);
  }
}

// The bytes of the first character.
std::size_t character_size(std::string_view text) {
  std::size_t size = 1;
  while (size < text.size() && (text[size] & '\xC0') == '\x80') ++size;
  return size;
}

// The body of /actions: every key with whether it goes down.
class KeyActions {
 public:
  KeyActions() : writer_(&body_) {
    writer_.begin_object().key("actions").begin_array().begin_object();
    writer_.key("type").string("key").key("id").string("keyboard");
    writer_.key("actions").begin_array();
  }
  void add(bool down, std::string_view key) {
    writer_.begin_object().key("type").string(down ? "keyDown" : "keyUp");
    writer_.key("value").string(key).end_object();
  }
  // All down, and up again in the other order.
  void press(const std::vector<std::string>& keys) {
    for (const std::string& key : keys) add(true, key);
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) add(false, *key);
  }
  const std::string& body() {
    writer_.end_array().end_object().end_array().end_object();
    return body_;
  }

 private:
  std::string body_;
  json::Writer writer_;
};

}  // namespace

void give_up(const std::string& why, Place place) {
  ADD_FAILURE_AT(place.file, place.line) << why;
  throw testing::AssertionException(
      testing::TestPartResult(testing::TestPartResult::kFatalFailure,
                              place.file, place.line, why.c_str()));
}

std::string as_json(std::string_view text) {
  std::string out;
  json::append_string(&out, text);
  return out;
}

std::int64_t Answer::number() const {
  if (kind != json::Kind::Number) give_up("not a number: " + text);
  return std::strtoll(text.c_str(), nullptr, 10);
}

std::vector<std::string> Answer::list() const {
  const auto array = support::json_elements(text);
  if (!array) give_up("not an array: " + text);
  std::vector<std::string> found;
  for (const support::JsonElement& each : *array) found.emplace_back(each.text);
  return found;
}

bool Browser::is_installed() {
  std::error_code ignored;
  return std::filesystem::exists(kDriver, ignored) &&
         std::filesystem::exists(kChromium, ignored);
}

Browser::Browser(std::string_view language) {
  ::signal(SIGPIPE, SIG_IGN);
  driver_ = std::make_unique<support::Process>(support::Launch{
      .program = kDriver, .arguments = {"--port=0", "--log-level=WARNING"}});
  if (!driver_->wait_for_output(kStarted) || !driver_->wait_for_output(".\n")) {
    give_up("chromedriver does not start");
  }
  std::string port = driver_->output();
  port.erase(0, port.find(kStarted) + kStarted.size());
  const auto server =
      cli::parse_server("http://127.0.0.1:" + port.substr(0, port.find('.')));
  if (!server) give_up(server.error());
  server_ = *server;
  std::string error;
  const Answer made = command("POST", "/session",
                              capabilities(folder_.path(), language), &error);
  if (!error.empty()) give_up("no browser: " + error);
  const auto object = json::Object::parse(made.text);
  session_ = "/session/" + std::string(object->find("sessionId")->text);
  first_window_ = command("GET", session_ + "/window", {}, &error).text;
  window_ = first_window_;
}

// The browser ends with its session, and needs a moment to.
Browser::~Browser() {
  std::string ignored;
  command("DELETE", session_, {}, &ignored);
  driver_->terminate();
}

Answer Browser::command(std::string_view method, const std::string& target,
                        const std::string& body, std::string* error) {
  auto exchange = cli::Exchange::start(server_, {.method = method,
                                                 .target = target,
                                                 .body = body,
                                                 .quiet_seconds_max = 90});
  if (!exchange) {
    *error = exchange.error();
    return {};
  }
  const auto read = exchange->read_all(std::size_t{64} << 20);
  if (!read) {
    *error = read.error();
    return {};
  }
  const auto object = json::Object::parse(*read);
  const json::Value* value = object ? object->find("value") : nullptr;
  if (value == nullptr) {
    *error = "not an answer: " + *read;
    return {};
  }
  if (exchange->status() >= 400) *error = message_of(*value);
  return to_answer(*value);
}

void Browser::turn_to(const std::string& window) {
  if (window == window_) return;
  std::string error;
  command("POST", session_ + "/window", "{\"handle\":" + as_json(window) + "}",
          &error);
  if (!error.empty()) give_up(error);
  window_ = window;
}

void Browser::forget(std::string_view origin) {
  post(first_window_, "/goog/cdp/execute",
       "{\"cmd\":\"Storage.clearDataForOrigin\",\"params\":{\"origin\":" +
           as_json(origin) + ",\"storageTypes\":\"all\"}}");
}

std::string Browser::open_window() {
  std::string error;
  const Answer made = command("POST", session_ + "/window/new",
                              "{\"type\":\"window\"}", &error);
  if (!error.empty()) give_up(error);
  const auto object = json::Object::parse(made.text);
  return std::string(object->find("handle")->text);
}

void Browser::close_window(const std::string& window) {
  std::string ignored;
  turn_to(window);
  command("DELETE", session_ + "/window", {}, &ignored);
  turn_to(first_window_);
}

Answer Browser::post(const std::string& window, std::string_view command_name,
                     const std::string& body, std::string* error) {
  turn_to(window);
  return command("POST", session_ + std::string(command_name), body, error);
}

Answer Browser::post(const std::string& window, std::string_view command_name,
                     const std::string& body) {
  std::string error;
  Answer answer = post(window, command_name, body, &error);
  if (!error.empty()) give_up(std::string(command_name) + ": " + error);
  return answer;
}

Answer Browser::get(const std::string& window, std::string_view command_name) {
  turn_to(window);
  std::string error;
  Answer answer =
      command("GET", session_ + std::string(command_name), {}, &error);
  if (!error.empty()) give_up(std::string(command_name) + ": " + error);
  return answer;
}

std::string Browser::console() {
  const Answer log = post(first_window_, "/se/log", "{\"type\":\"browser\"}");
  std::string lines;
  for (const std::string& entry : log.list()) {
    const auto object = json::Object::parse(entry);
    if (!object || object->find("message") == nullptr) continue;
    lines.append(object->find("message")->text).append("\n");
  }
  return lines;
}

Window::Window(Browser& browser)
    : browser_(browser), handle_(browser.open_window()) {
  // Each looks in front to its page, as it does to whom it belongs.
  devtools("Emulation.setFocusEmulationEnabled", "{\"enabled\":true}");
}

Window::~Window() {
  browser_.close_window(handle_);
}

void Window::open(const std::string& url) {
  browser_.post(handle_, "/url", "{\"url\":" + as_json(url) + "}");
}

void Window::reload() {
  browser_.post(handle_, "/refresh", "{}");
}

Answer Window::run(std::string_view command, const std::string& script,
                   Arguments arguments, std::string* error) {
  std::string body;
  json::Writer writer(&body);
  writer.begin_object().key("script").string(script);
  writer.key("args").begin_array();
  for (const std::string_view each : arguments) writer.string(each);
  writer.end_array().end_object();
  return browser_.post(handle_, command, body, error);
}

Answer Window::evaluate(std::string_view expression, Arguments arguments) {
  std::string error;
  Answer answer =
      run("/execute/sync", "return (" + std::string(expression) + ");",
          arguments, &error);
  if (!error.empty()) give_up(std::string(expression) + ": " + error);
  return answer;
}

void Window::wait_for(std::string_view expression, Arguments arguments,
                      Place place) {
  const std::string script = "return Boolean(" + std::string(expression) + ");";
  const auto patience = Clock::now() + kPatience;
  std::string error;
  while (true) {
    // A page that loads has no document to ask: ask again.
    error.clear();
    if (run("/execute/sync", script, arguments, &error).is_true()) return;
    if (Clock::now() > patience) break;
    std::this_thread::sleep_for(kGlance);
  }
  std::string why = "never: " + std::string(expression);
  for (const std::string_view each : arguments) {
    why.append(" [").append(each).append("]");
  }
  give_up(why + "\n" + error, place);
}

Answer Window::promise(std::string_view expression, Arguments arguments) {
  std::string error;
  Answer answer = run("/execute/sync",
                      "return (async () => " + std::string(expression) + ")();",
                      arguments, &error);
  if (!error.empty()) give_up(std::string(expression) + ": " + error);
  return answer;
}

// What is drawn anew, or still moves into its place, is tried again.
void Window::click(std::string_view selector, Place place) {
  const auto patience = Clock::now() + kPatience;
  std::string error;
  while (!try_click(selector, &error)) {
    if (Clock::now() > patience) {
      give_up(std::string(selector) + ": " + error, place);
    }
    std::this_thread::sleep_for(kGlance);
  }
}

bool Window::try_click(std::string_view selector, std::string* error) {
  error->clear();
  const Answer found = browser_.post(
      handle_, "/element",
      "{\"using\":\"css selector\",\"value\":" + as_json(selector) + "}",
      error);
  if (!error->empty()) return false;
  const auto object = json::Object::parse(found.text);
  const std::string element(object->begin()->value.text);
  browser_.post(handle_, "/element/" + element + "/click", "{}", error);
  return error->empty();
}

void Window::press(std::string_view keys) {
  KeyActions actions;
  actions.press(keys_of(keys));
  browser_.post(handle_, "/actions", actions.body());
}

void Window::type(std::string_view text) {
  KeyActions actions;
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (text.front() == '\n') {
      actions.press({key_of("Shift"), key_of("Enter")});
    } else {
      actions.press({std::string(text.substr(0, size))});
    }
    text.remove_prefix(size);
  }
  browser_.post(handle_, "/actions", actions.body());
}

void Window::insert(std::string_view text) {
  devtools("Input.insertText", "{\"text\":" + as_json(text) + "}");
}

void Window::resize(int width, int height, double scale) {
  devtools("Emulation.setDeviceMetricsOverride",
           "{\"width\":" + std::to_string(width) +
               ",\"height\":" + std::to_string(height) +
               ",\"deviceScaleFactor\":" + std::to_string(scale) +
               ",\"mobile\":false}");
}

void Window::look_away() {
  evaluate(
      "(document.hasFocus = () => false, dispatchEvent(new Event('blur')))");
}

void Window::look_back() {
  evaluate("(delete document.hasFocus, dispatchEvent(new Event('focus')))");
}

Answer Window::devtools(std::string_view method, std::string_view parameters) {
  return browser_.post(handle_, "/goog/cdp/execute",
                       "{\"cmd\":" + as_json(method) +
                           ",\"params\":" + std::string(parameters) + "}");
}

std::string Window::screenshot() {
  return crypto::base64_decode(browser_.get(handle_, "/screenshot").text)
      .value_or("");
}

}  // namespace papo::browser
