#include "browser/page.h"

#include <gtest/gtest.h>

#include "support/json_elements.h"
#include "support/raw_client.h"

namespace papo::browser {

namespace {

constexpr std::string_view kMessages =
    "[...document.querySelectorAll('#rows .message .text')]"
    ".map(each => each.innerText.trim())";

std::string call(const char* head, const char* tail) {
  return std::string(head) + std::string(kMessages) + tail;
}

// Of the room that the first argument names, the mark of the second's class.
constexpr std::string_view kMark =
    "([...document.querySelectorAll('#room-list .room')]"
    ".find(each => each.dataset.room === arguments[0])"
    "?.querySelector('.marks .' + arguments[1])"
    "?.firstElementChild.textContent ?? '')";

}  // namespace

Page::Page(Browser& browser, const std::string& url) : Window(browser) {
  open(url);
}

void Page::arrive(std::string_view name, std::string_view room, Place place) {
  wait_for_focus("#name-input", place);
  insert(name);
  click("#welcome-room-input", place);
  press("Control+a");
  insert(room);
  press("Enter");
  wait_for_room(room, place);
}

void Page::wait_for_room(std::string_view room, Place place) {
  wait_for(
      "document.querySelector('#room-title').textContent === arguments[0]"
      " && document.documentElement.dataset.connection === 'open'"
      " && !document.querySelector('#app').classList.contains('empty')"
      " && document.querySelector('#rows').childElementCount > 0",
      {room}, place);
}

void Page::wait_for_connection(std::string_view status, Place place) {
  wait_for("document.documentElement.dataset.connection === arguments[0]",
           {status}, place);
}

void Page::say(std::string_view text) {
  click("#message-input");
  insert(text);
  press("Enter");
}

void Page::say_and_wait(std::string_view text, Place place) {
  say(text);
  wait_for(
      "[...document.querySelectorAll('#rows .mine[data-state=sent] .text')]"
      ".some(each => each.innerText.trim() === arguments[0])",
      {text}, place);
}

void Page::wait_for_message(std::string_view text, Place place) {
  wait_for(call("", ".includes(arguments[0])"), {text}, place);
}

std::vector<std::string> Page::messages() {
  return evaluate(kMessages).list();
}

std::int64_t Page::count_of(std::string_view text) {
  return evaluate(call("", ".filter(each => each === arguments[0]).length"),
                  {text})
      .number();
}

std::string Page::text_of(std::string_view selector) {
  return evaluate("document.querySelector(arguments[0]).innerText.trim()",
                  {selector})
      .text;
}

std::string Page::written() {
  return evaluate("document.querySelector('#message-input').value").text;
}

bool Page::is_shown(std::string_view selector) {
  return evaluate(
             "document.querySelector(arguments[0])?.checkVisibility() ?? false",
             {selector})
      .is_true();
}

void Page::wait_until_shown(std::string_view selector, Place place) {
  wait_for("document.querySelector(arguments[0])?.checkVisibility()",
           {selector}, place);
}

void Page::wait_until_hidden(std::string_view selector, Place place) {
  wait_for("!document.querySelector(arguments[0])?.checkVisibility()",
           {selector}, place);
}

void Page::wait_for_text(std::string_view selector, std::string_view text,
                         Place place) {
  wait_for(
      "document.querySelector(arguments[0])?.innerText.trim() === arguments[1]",
      {selector, text}, place);
}

void Page::wait_for_focus(std::string_view selector, Place place) {
  wait_for("document.activeElement?.matches(arguments[0])", {selector}, place);
}

std::string Page::mark_of(std::string_view room, std::string_view mark) {
  return evaluate(kMark, {room, mark}).text;
}

void Page::wait_for_mark(std::string_view room, std::string_view mark,
                         std::string_view shown, Place place) {
  std::string expression(kMark);
  expression.append(" === arguments[2]");
  wait_for(expression, {room, mark, shown}, place);
}

Person::Person(const std::string& url, std::string_view name)
    : port_(static_cast<std::uint16_t>(
          std::stoi(url.substr(url.rfind(':') + 1)))),
      name_(name) {}

std::string Person::request(std::string_view path, std::string_view room,
                            const std::string& more) const {
  return support::post_request(path, "{\"room\":" + as_json(room) +
                                         ",\"username\":" + as_json(name_) +
                                         more + "}");
}

std::string Person::post(std::string_view path, std::string_view room,
                         const std::string& more) const {
  support::RawClient client(port_);
  const support::Answer answer = client.ask(request(path, room, more));
  if (answer.status != 200) give_up(std::string(path) + ": " + answer.body);
  return answer.body;
}

void Person::flood(std::string_view room, int first, int count) {
  support::RawClient client(port_);
  std::string requests;
  for (int i = first; i < first + count; ++i) {
    requests.append(request(
        "/send", room, ",\"message\":\"message " + std::to_string(i) + "\""));
  }
  client.send(requests);
  for (int i = 0; i < count; ++i) {
    const support::Answer answer = client.read_answer();
    if (answer.status != 200) give_up(answer.body);
  }
}

void Person::join(std::string_view room) {
  post("/join", room, "");
}

void Person::leave(std::string_view room) {
  post("/leave", room, "");
}

std::int64_t Person::say(std::string_view room, std::string_view text) {
  const std::string answer =
      post("/send", room, ",\"message\":" + as_json(text));
  const auto object = json::Object::parse(answer);
  const auto id =
      object ? json::as_unsigned(*object->find("id")) : std::nullopt;
  return static_cast<std::int64_t>(id.value_or(0));
}

void Person::edit(std::string_view room, std::int64_t id,
                  std::string_view text) {
  post("/edit", room,
       ",\"id\":" + std::to_string(id) + ",\"message\":" + as_json(text));
}

void Person::erase(std::string_view room, std::int64_t id) {
  post("/delete", room, ",\"id\":" + std::to_string(id));
}

void Person::type(std::string_view room) {
  post("/typing", room, "");
}

void Person::set_topic(std::string_view room, std::string_view topic) {
  post("/topic", room, ",\"topic\":" + as_json(topic));
}

std::vector<std::string> Person::history(std::string_view room) {
  std::string target = "/receive?room=";
  cli::append_encoded(&target, room);
  const support::Answer got = support::get(port_, target);
  const auto answer = json::Object::parse(got.body);
  const auto entries = support::json_elements(answer->find("messages")->text);
  std::vector<std::string> texts;
  for (const support::JsonElement& each : *entries) {
    const auto entry = json::Object::parse(each.text);
    if (entry->find("username") == nullptr) continue;
    texts.emplace_back(entry->find("message")->text);
  }
  return texts;
}

}  // namespace papo::browser
