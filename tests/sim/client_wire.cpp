#include "sim/client_wire.h"

#include "base/text.h"

namespace papo::sim {

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\x1B':
        out += "\\u001b";
        break;
      default:
        out += c;
    }
  }
  return out + "\"";
}

std::string url_encoded(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9');
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string seconds_of(std::uint64_t micros) {
  std::string decimals = std::to_string(micros % 1'000'000);
  decimals.insert(0, 6 - decimals.size(), '0');
  return std::to_string(micros / 1'000'000) + "." + decimals;
}

std::string_view ResponseHead::field(std::string_view name) const {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const std::size_t at = raw.find(start);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + start.size();
  return std::string_view(raw).substr(begin, raw.find("\r\n", begin) - begin);
}

Reading read_head(std::string_view bytes, ResponseHead* head) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return Reading::NeedBytes;
  if (!bytes.starts_with("HTTP/1.1 ") || bytes[12] != ' ') {
    return Reading::Wrong;
  }
  *head = {};
  head->raw = bytes.substr(0, end + 2);
  head->size = end + 4;
  const auto status = base::parse_unsigned(bytes.substr(9, 3));
  if (!status) return Reading::Wrong;
  head->status = static_cast<int>(*status);
  head->closes = head->field("Connection") == "close";
  const std::string_view length = head->field("Content-Length");
  if (!length.empty()) {
    const auto size = base::parse_unsigned(length);
    if (!size) return Reading::Wrong;
    head->length = *size;
  }
  // Every line is a field, and nothing but its own CRLF ends it.
  for (std::size_t at = bytes.find("\r\n") + 2; at < head->raw.size();) {
    const std::size_t line_end = head->raw.find("\r\n", at);
    const std::size_t colon = head->raw.find(": ", at);
    if (colon == std::string::npos || colon > line_end) return Reading::Wrong;
    if (head->raw.find_first_of("\r\n", at) != line_end) return Reading::Wrong;
    at = line_end + 2;
  }
  return Reading::Whole;
}

Reading read_event(std::string_view bytes, StreamEvent* event) {
  const std::size_t end = bytes.find("\n\n");
  if (end == std::string_view::npos) return Reading::NeedBytes;
  *event = {};
  event->size = end + 2;
  std::string_view rest = bytes.substr(0, end + 1);
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    if (line.starts_with(":")) {
      event->is_comment = true;
    } else if (line.starts_with("id: ")) {
      event->id = line.substr(4);
    } else if (line.starts_with("event: ")) {
      event->type = line.substr(7);
    } else if (line.starts_with("data: ") && !event->data) {
      event->data = line.substr(6);
    } else if (line.starts_with("retry: ")) {
      event->has_retry = true;
    } else {
      return Reading::Wrong;
    }
  }
  return Reading::Whole;
}

Reading read_frame(std::string_view bytes, Frame* frame) {
  if (bytes.size() < 2) return Reading::NeedBytes;
  const auto first = static_cast<unsigned char>(bytes[0]);
  const auto second = static_cast<unsigned char>(bytes[1]);
  if ((first & 0xF0) != 0x80 || (second & 0x80) != 0) return Reading::Wrong;
  std::uint64_t length = second;
  std::size_t head = 2;
  if (length >= 126) {
    head = length == 126 ? 4 : 10;
    if (bytes.size() < head) return Reading::NeedBytes;
    length = 0;
    for (std::size_t i = 2; i < head; ++i) {
      length = length << 8 | static_cast<unsigned char>(bytes[i]);
    }
    const std::uint64_t least = head == 4 ? 126 : 65'536;
    if (length < least) return Reading::Wrong;
  }
  if (bytes.size() - head < length) return Reading::NeedBytes;
  frame->opcode = first & 0xF;
  frame->payload = bytes.substr(head, length);
  frame->size = head + length;
  return Reading::Whole;
}

std::string client_frame(std::uint8_t opcode, bool last,
                         std::string_view payload, std::uint32_t mask) {
  std::string out;
  out += static_cast<char>((last ? 0x80 : 0) | opcode);
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xFF);
  }
  char key[4];
  for (unsigned i = 0; i < 4; ++i) {
    key[i] = static_cast<char>(mask >> (8 * i) & 0xFF);
    out += key[i];
  }
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(payload[i] ^ key[i % 4]);
  }
  return out;
}

std::string error_start(std::string_view code) {
  return R"("code":")" + std::string(code) + R"(","message":")";
}

std::string member(std::string_view json, std::string_view name) {
  const std::string start = "\"" + std::string(name) + "\":";
  const std::size_t at = json.find(start);
  if (at == std::string_view::npos) return {};
  std::string_view rest = json.substr(at + start.size());
  if (!rest.starts_with('"')) {
    return std::string(rest.substr(0, rest.find_first_of(",}]")));
  }
  std::size_t end = 1;
  while (end < rest.size() && rest[end] != '"') {
    end += rest[end] == '\\' ? 2U : 1U;
  }
  return std::string(rest.substr(1, end - 1));
}

std::uint64_t number_member(std::string_view json, std::string_view name) {
  return base::parse_unsigned(member(json, name)).value_or(0);
}

}  // namespace papo::sim
