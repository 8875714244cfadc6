#include "wire/event_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace papo::event_stream {
namespace {

TEST(EventStream, WritesAnEvent) {
  struct Row {
    const char* name;
    std::uint64_t id;
    const char* type;
    std::string data;
    std::string written;
  };
  const Row rows[] = {
      {"id, type and data", 1700000000123456, "message", "{\"a\":1}",
       "id: 1700000000123456\nevent: message\ndata: {\"a\":1}\n\n"},
      {"no id", 0, "typing", "{}", "event: typing\ndata: {}\n\n"},
      {"no type", 7, "", "{}", "id: 7\ndata: {}\n\n"},
      {"no data: still one line, so that it is dispatched", 7, "a", "",
       "id: 7\nevent: a\ndata: \n\n"},
      {"data that begins with a blank keeps it", 0, "", " x", "data:  x\n\n"},
      {"LF", 0, "", "a\nb", "data: a\ndata: b\n\n"},
      {"CR", 0, "", "a\rb", "data: a\ndata: b\n\n"},
      {"CRLF is one line end", 0, "", "a\r\nb", "data: a\ndata: b\n\n"},
      {"LFCR is two", 0, "", "a\n\rb", "data: a\ndata: \ndata: b\n\n"},
      {"at the end", 0, "", "a\n", "data: a\ndata: \n\n"},
      {"CR at the end", 0, "", "a\r", "data: a\ndata: \n\n"},
      {"an event inside cannot get out", 0, "", "a\n\nid: 9\ndata: b",
       "data: a\ndata: \ndata: id: 9\ndata: data: b\n\n"},
  };
  for (const Row& each : rows) {
    SCOPED_TRACE(each.name);
    std::string out = "before";
    append_event(&out, each.id, each.type, each.data);
    EXPECT_EQ(out, "before" + each.written);
  }
}

TEST(EventStream, HeadAndEndFrameSharedData) {
  std::string framed;
  append_event_head(&framed, 7, "message");
  framed.append("{}").append(kEventEnd);
  std::string whole;
  append_event(&whole, 7, "message", "{}");
  EXPECT_EQ(framed, whole);
}

TEST(EventStream, WritesRetry) {
  std::string out;
  append_retry(&out, std::chrono::milliseconds(3217));
  append_retry(&out, std::chrono::milliseconds(0));
  EXPECT_EQ(out, "retry: 3217\n\nretry: 0\n\n");
}

TEST(EventStream, ATypeHasNoLineBreak) {
  std::string out;
  EXPECT_DEATH(append_event(&out, 1, "a\nb", "{}"), "CHECK failed");
  EXPECT_DEATH(append_event(&out, 1, "a\rb", "{}"), "CHECK failed");
}

struct Dispatched {
  std::string id;
  std::string type;
  std::string data;
  bool operator==(const Dispatched&) const = default;
};

// A reader by the letter of WHATWG HTML §9.2.6, for a stream whose lines end
// with LF alone.
std::vector<Dispatched> read_stream(std::string_view stream) {
  std::vector<Dispatched> events;
  Dispatched event;
  while (!stream.empty()) {
    const std::size_t end = stream.find('\n');
    const std::string line(stream.substr(0, end));
    stream.remove_prefix(end + 1);
    const std::size_t colon = line.find(':');
    if (line.empty()) {
      if (!event.data.empty()) {
        event.data.pop_back();
        events.push_back(event);
      }
      event = {event.id, "", ""};
      continue;
    }
    const std::string name = line.substr(0, colon);
    std::string value = line.substr(colon + 1);
    if (value.starts_with(' ')) value.erase(0, 1);
    if (name == "id") event.id = value;
    if (name == "event") event.type = value;
    if (name == "data") event.data += value + '\n';
  }
  return events;
}

TEST(EventStream, AReaderGetsWhatWasWritten) {
  std::string stream;
  append_retry(&stream, std::chrono::milliseconds(1000));
  append_event(&stream, 5, "message", "{\"text\":\"oi\"}");
  stream.append(kHeartbeat);
  append_event(&stream, 0, "typing", "line\r\n\r: two\n");
  append_event(&stream, 0, "", "");
  append_event(&stream, 6, "message", ":x");
  const std::vector<Dispatched> expected = {
      {"5", "message", "{\"text\":\"oi\"}"},
      {"5", "typing", "line\n\n: two\n"},
      {"5", "", ""},
      {"6", "message", ":x"},
  };
  EXPECT_EQ(read_stream(stream), expected);
  EXPECT_EQ(stream.find('\r'), std::string::npos);
}

}  // namespace
}  // namespace papo::event_stream
