#include "app/framing.h"

#include "base/check.h"
#include "base/text.h"
#include "base/utf8.h"
#include "wire/event_stream.h"
#include "wire/json_reader.h"
#include "wire/json_writer.h"
#include "wire/websocket_frame.h"

namespace papo::app {
namespace {

class WebSocketFraming final : public Framing {
 public:
  bool carries(const Said&) const override { return true; }
  Frame frame(const Said& said) const override {
    Frame frame;
    frame.head =
        websocket::frame_head(websocket::Opcode::Text, said.json.size()).view();
    return frame;
  }
};

class EventStreamFraming final : public Framing {
 public:
  bool carries(const Said&) const override { return true; }
  Frame frame(const Said& said) const override {
    Frame frame;
    event_stream::append_event_head(&frame.head, said.id, said.type);
    frame.tail = event_stream::kEventEnd;
    return frame;
  }
  std::string point(chat::MessageId id) const override {
    std::string text = "id: ";
    base::append_number(&text, id);
    return text.append("\n\n");
  }
  std::string_view heartbeat(unsigned) const override {
    return event_stream::kHeartbeat;
  }
};

// A blank before the next line: no reader of JSON sees it, and the shell's
// `read` takes it off. (curl takes a NUL for a reason to leave a terminal, and
// an empty line wakes every `while read`.)
constexpr std::string_view kBlank = " ";

class LinesFraming final : public Framing {
 public:
  bool carries(const Said& said) const override { return said.id != 0; }
  Frame frame(const Said&) const override {
    Frame frame;
    frame.tail = "\n";
    return frame;
  }
  std::string_view heartbeat(unsigned) const override { return kBlank; }
};

// "ana: oi", "* ana joined the room"; all else is told in the same way. A tab
// follows the line breaks within a message, so that whoever sends it cannot
// begin an entry of somebody else's; nor can it give orders to a terminal.
// Read from the object, which is all that the store keeps of an event.
std::string text_line(std::string_view json) {
  const auto object = json::Object::parse(json);
  PAPO_CHECK(object.ok());
  const auto member = [&](std::string_view name) -> std::string_view {
    const json::Value* value = object->find(name);
    return value == nullptr ? std::string_view() : value->text;
  };
  const std::string_view type = member("type");
  if (type == kTruncated) return "* older messages are missing";
  std::string line;
  if (type == "system") {
    line.append("* ");
  } else if (type == "message") {
    line.append(member("username")).append(": ");
  } else if (type == "edit") {
    line.append("* ").append(member("username")).append(" edited: ");
  } else {
    return line.append("* ")
        .append(member("username"))
        .append(" deleted a message");
  }
  if (object->find("deleted") != nullptr) return line.append("(deleted)");
  for (const char c : base::printable(member("message"))) {
    line.push_back(c);
    if (c == '\n') line.push_back('\t');
  }
  return line;
}

class TextFraming final : public Framing {
 public:
  bool carries(const Said& said) const override { return said.id != 0; }
  Frame frame(const Said& said) const override {
    Frame frame;
    frame.head = text_line(said.json.view());
    frame.with_json = false;
    frame.tail = "\n";
    return frame;
  }
  // Often enough for proxies that give up after 60 s, and seldom enough for a
  // terminal.
  std::string_view heartbeat(unsigned beats) const override {
    return beats < 2 ? std::string_view() : kBlank;
  }
};

constinit const WebSocketFraming kWebSocket;
constinit const EventStreamFraming kEventStream;
constinit const LinesFraming kLines;
constinit const TextFraming kText;

}  // namespace

const Framing& websocket_framing() {
  return kWebSocket;
}
const Framing& event_stream_framing() {
  return kEventStream;
}
const Framing& lines_framing() {
  return kLines;
}
const Framing& text_framing() {
  return kText;
}

base::SharedBytes framed(const Framing& framing, const Said& said) {
  const Frame frame = framing.frame(said);
  const std::string_view pieces[] = {
      frame.head, frame.with_json ? said.json.view() : std::string_view(),
      frame.tail};
  return base::SharedBytes::join(pieces);
}

void append_framed(std::string* out, const Framing& framing, const Said& said) {
  const Frame frame = framing.frame(said);
  out->append(frame.head);
  if (frame.with_json) out->append(said.json.view());
  out->append(frame.tail);
}

std::string truncated_event(std::string_view room, chat::MessageId after) {
  std::string json;
  json::Writer(&json)
      .begin_object()
      .key("type")
      .string(kTruncated)
      .key("room")
      .string(room)
      .key("after")
      .number(after)
      .end_object();
  return json;
}

}  // namespace papo::app
