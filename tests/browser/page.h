// papo's page as a person uses it, and papo's server as somebody else does.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "browser/webdriver.h"

namespace papo::browser {

// A window with papo in it.
class Page : public Window {
 public:
  // At the server's start page; `url` may name a room ("…/#/geral").
  Page(Browser& browser, const std::string& url);

  // Fills in the welcome form as a newcomer does, and waits to be in.
  void arrive(std::string_view name, std::string_view room,
              Place place = Place::current());
  // Waits until `room` is on screen with its history, in which at least one's
  // own coming stands, and the feed is on.
  void wait_for_room(std::string_view room, Place place = Place::current());
  void wait_for_connection(std::string_view status,
                           Place place = Place::current());

  // Writes a message and sends it with Enter.
  void say(std::string_view text);
  // The same, and waits until the server has it.
  void say_and_wait(std::string_view text, Place place = Place::current());
  // Waits until a message of exactly this text is in the timeline.
  void wait_for_message(std::string_view text, Place place = Place::current());
  // The texts of the messages in the timeline, from the top.
  std::vector<std::string> messages();
  // How many of them are `text`.
  std::int64_t count_of(std::string_view text);

  // What stands in an element, trimmed, or in the message box.
  std::string text_of(std::string_view selector);
  std::string written();
  bool is_shown(std::string_view selector);
  void wait_until_shown(std::string_view selector,
                        Place place = Place::current());
  void wait_until_hidden(std::string_view selector,
                         Place place = Place::current());
  void wait_for_text(std::string_view selector, std::string_view text,
                     Place place = Place::current());
  // Waits until the element that has the focus matches the selector.
  void wait_for_focus(std::string_view selector,
                      Place place = Place::current());

  // A mark of a room in the list: "count", "mentions", "draft"; "" when it is
  // not there.
  std::string mark_of(std::string_view room, std::string_view mark);
  void wait_for_mark(std::string_view room, std::string_view mark,
                     std::string_view shown, Place place = Place::current());
};

// Somebody who talks to the server without a browser.
class Person {
 public:
  // At "http://127.0.0.1:PORT".
  Person(const std::string& url, std::string_view name);

  void join(std::string_view room);
  void leave(std::string_view room);
  // "message FIRST" and so on, `count` of them, as fast as the server takes
  // them.
  void flood(std::string_view room, int first, int count);
  // Returns the message's id.
  std::int64_t say(std::string_view room, std::string_view text);
  void edit(std::string_view room, std::int64_t id, std::string_view text);
  void erase(std::string_view room, std::int64_t id);
  void type(std::string_view room);
  void set_topic(std::string_view room, std::string_view topic);
  // The texts of a room's history.
  std::vector<std::string> history(std::string_view room);

 private:
  // {"room", "username", …} with `more` members, as a request.
  std::string request(std::string_view path, std::string_view room,
                      const std::string& more) const;
  // Posts it; returns the answer's body.
  std::string post(std::string_view path, std::string_view room,
                   const std::string& more) const;

  std::uint16_t port_;
  std::string name_;
};

}  // namespace papo::browser
