#include "wire/http_syntax.h"

#include <algorithm>
#include <array>

#include "base/byte_block.h"
#include "base/text.h"

namespace papo::http {

namespace {

constexpr std::array<bool, 256> bytes_of(std::string_view others) {
  std::array<bool, 256> bytes{};
  for (std::size_t c = '0'; c <= '9'; ++c) bytes[c] = true;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) bytes[c] = bytes[c + 32] = true;
  for (const char c : others) bytes[static_cast<unsigned char>(c)] = true;
  return bytes;
}
constexpr auto kTokenChars = bytes_of("!#$%&'*+-.^_`|~");
// unreserved / sub-delims (RFC 3986 §2.2, §2.3): a registered name's
// characters, besides percent-encoded ones.
constexpr auto kNameChars = bytes_of("-._~!$&'()*+,;=");

struct NotInTarget {
  static bool has(unsigned char byte) {
    return byte <= ' ' || byte >= 0x7F || byte == '#';
  }
  static auto marks(auto block) {
    return block.at_most(' ')
        .or_with(block.at_least('\x7F'))
        .or_with(block.equal('#'));
  }
};

bool is_port(std::string_view text) {
  return std::all_of(text.begin(), text.end(), base::is_digit);
}

// The size of the reg-name that `text` begins with (RFC 3986 §3.2.2).
std::size_t name_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size()) {
    if (kNameChars[static_cast<unsigned char>(text[size])]) {
      ++size;
    } else if (text[size] == '%' && text.size() - size > 2 &&
               base::hex_value(text[size + 1]) >= 0 &&
               base::hex_value(text[size + 2]) >= 0) {
      size += 3;
    } else {
      break;
    }
  }
  return size;
}

// The size of the bracketed address at the front of `text`, or 0. Its groups
// are not counted: nobody connects to what a request calls its host. The form
// for future versions of IP is refused; there are none.
std::size_t address_size(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789abcdefABCDEF:.", 1);
  return end != text.npos && end > 2 && text[end] == ']' ? end + 1 : 0;
}

// Takes "http://" or "https://" off, in any case (RFC 9110 §4.2.3).
bool take_scheme(std::string_view* text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (base::equals_ignoring_case(text->substr(0, scheme.size()), scheme)) {
      text->remove_prefix(scheme.size());
      return true;
    }
  }
  return false;
}

void split_query(std::string_view text, Target* target) {
  const std::size_t mark = text.find('?');
  target->path = text.substr(0, mark);
  target->query =
      mark == text.npos ? std::string_view() : text.substr(mark + 1);
}

}  // namespace

std::size_t token_size(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() &&
         kTokenChars[static_cast<unsigned char>(text[size])]) {
    ++size;
  }
  return size;
}

Method method_of(std::string_view token) {
  switch (token.size()) {
    case 3:
      if (token == "GET") return Method::Get;
      if (token == "PUT") return Method::Put;
      break;
    case 4:
      if (token == "POST") return Method::Post;
      if (token == "HEAD") return Method::Head;
      break;
    case 5:
      if (token == "PATCH") return Method::Patch;
      if (token == "TRACE") return Method::Trace;
      break;
    case 6:
      if (token == "DELETE") return Method::Delete;
      break;
    case 7:
      if (token == "OPTIONS") return Method::Options;
      if (token == "CONNECT") return Method::Connect;
      break;
  }
  return Method::Other;
}

bool take_element(std::string_view* list, std::string_view* element) {
  while (!list->empty()) {
    const std::size_t comma = list->find(',');
    *element = base::trim_blanks(list->substr(0, comma));
    *list = comma == list->npos ? std::string_view() : list->substr(comma + 1);
    if (!element->empty()) return true;
  }
  return false;
}

bool has_token(std::string_view list, std::string_view token) {
  std::string_view element;
  while (take_element(&list, &element)) {
    if (base::equals_ignoring_case(element, token)) return true;
  }
  return false;
}

bool is_authority(std::string_view text) {
  const bool bracketed = !text.empty() && text.front() == '[';
  const std::size_t host_size =
      bracketed ? address_size(text) : name_size(text);
  if (host_size == 0) return false;
  const std::string_view rest = text.substr(host_size);
  return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

bool parse_target(Method method, std::string_view text, Target* target) {
  if (method == Method::Connect) {
    *target = {TargetForm::Authority, text, {}, {}};
    // RFC 9112 §3.2.3: the port is not optional here.
    return is_authority(text) && text.find(':') != text.npos &&
           base::is_digit(text.back());
  }
  if (!text.empty() && text.front() == '/') {
    target->form = TargetForm::Origin;
    split_query(text, target);
    return true;
  }
  if (text == "*") {
    *target = {TargetForm::Asterisk, {}, text, {}};
    return method == Method::Options;
  }
  if (!take_scheme(&text)) return false;
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  target->form = TargetForm::Absolute;
  target->authority = text.substr(0, end);
  split_query(text.substr(end), target);
  return is_authority(target->authority);
}

std::size_t target_size(std::string_view text) {
  return base::find_first<NotInTarget>(text.data(), 0, text.size());
}

bool parse_chunk_line(std::string_view line, std::uint64_t* size) {
  constexpr std::size_t kDigitsMax = 16;
  std::size_t digits = 0;
  *size = 0;
  for (; digits < line.size() && base::hex_value(line[digits]) >= 0; ++digits) {
    if (digits == kDigitsMax) return false;
    *size = *size << 4 | static_cast<unsigned>(base::hex_value(line[digits]));
  }
  if (digits == 0 || digits == line.size()) return digits > 0;
  const std::string_view extensions = base::trim_blanks(line.substr(digits));
  return !extensions.empty() && extensions.front() == ';';
}

}  // namespace papo::http
