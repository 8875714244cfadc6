// HTTP's small grammars, each a pure question about text: methods, tokens,
// lists, hosts and request targets (RFC 9110 §5.6, §7.2; RFC 9112 §3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace papo::http {

// Methods are case-sensitive (RFC 9110 §9.1): "get" is Other.
enum class Method : std::uint8_t {
  Get,
  Head,
  Post,
  Put,
  Delete,
  Options,
  Patch,
  Connect,
  Trace,
  Other,
};
Method method_of(std::string_view token);

// How many token characters `text` begins with (tchar, RFC 9110 §5.6.2): what
// methods and field names are made of.
std::size_t token_size(std::string_view text);

// Takes the next element off a comma-separated list, without its blanks; empty
// elements are passed over (RFC 9110 §5.6.1.2). False at the end of the list.
// Commas in quoted strings separate too: for lists of tokens only.
bool take_element(std::string_view* list, std::string_view* element);

// True when `token` is an element of the list, in any case.
bool has_token(std::string_view list, std::string_view token);

// uri-host [ ":" port ] with a host that is not empty (RFC 9110 §4.2, RFC 3986
// §3.2.2): a name, an IPv4 address, or an IPv6 address in brackets. User
// information is refused, as RFC 9110 §4.2.4 advises.
bool is_authority(std::string_view text);

// The four forms of a request target (RFC 9112 §3.2).
enum class TargetForm : std::uint8_t { Origin, Absolute, Authority, Asterisk };

// A request target in its parts, which are views into it and still encoded.
struct Target {
  TargetForm form = TargetForm::Origin;
  std::string_view authority;  // of the absolute and authority forms
  std::string_view path;       // from the first '/'; "*" of the asterisk form
  std::string_view query;      // after the first '?'
};

// How many bytes that may stand in a target `text` begins with: visible ASCII
// but '#', for a fragment is not sent. The few visible characters that RFC 3986
// would have encoded are let through, since browsers send them in queries;
// bytes beyond ASCII are not, since no two readers need agree on them.
std::size_t target_size(std::string_view text);

// Takes `text` apart; false when it is in no form that `method` may have:
// authority-form is for CONNECT and asterisk-form for OPTIONS, only.
// REQUIRES: target_size(text) == text.size().
bool parse_target(Method method, std::string_view text, Target* target);

// chunk-size [ chunk-ext ] (RFC 9112 §7.1), without its CRLF. At most sixteen
// digits, which cannot overflow. Extensions are ignored, as §7.1.1 asks, and
// not looked into beyond the ';' that they begin with.
bool parse_chunk_line(std::string_view line, std::uint64_t* size);

}  // namespace papo::http
