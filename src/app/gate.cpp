#include "app/gate.h"

#include <algorithm>

#include "base/text.h"
#include "wire/uri.h"

namespace papo::app {
namespace {

struct Authority {
  std::string_view host;  // without the dot that may end a name
  std::string_view port;  // may be empty
};

// REQUIRES: http::is_authority(text).
Authority split(std::string_view text) {
  const std::size_t bracket = text.find(']');
  const std::size_t colon =
      text.find(':', bracket == text.npos ? 0 : bracket + 1);
  Authority authority{text.substr(0, colon), {}};
  if (colon != text.npos) authority.port = text.substr(colon + 1);
  if (authority.host.ends_with('.')) authority.host.remove_suffix(1);
  return authority;
}

// Whether the server was called by a name of its own. A port counts where
// --host has one.
bool is_own_name(const Options& options, std::string_view host) {
  const Authority called = split(host);
  return std::any_of(
      options.hosts.begin(), options.hosts.end(), [&](std::string_view each) {
        const Authority own = split(each);
        return base::equals_ignoring_case(own.host, called.host) &&
               (own.port.empty() || own.port == called.port);
      });
}

// Whether anything is different afterwards.
bool does_something(const http::Request& request, const Route& route) {
  switch (route.effect) {
    case Effect::None:
      return false;
    case Effect::Deed:
      return true;
    case Effect::Presence:
      break;
  }
  std::string scratch;
  uri::FormReader form(request.query(), &scratch);
  for (uri::Pair pair; form.next(&pair);) {
    if (pair.name == "username") return true;
  }
  return false;
}

// "https://example.org:8443" has the authority of Host "example.org:8443".
bool is_same_origin(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  if (scheme == origin.npos) return false;
  return base::equals_ignoring_case(origin.substr(scheme + 3), host);
}

// Browsers alone send these two fields, and no page can forge them. Where
// Sec-Fetch-Site comes it knows better than a comparison of names does, which
// a proxy may have changed and which say nothing of the scheme; it does not
// come over plain HTTP, nor from browsers before 2023.
bool is_own_page(std::string_view origin, const http::Request& request) {
  const std::string_view site = request.field("sec-fetch-site");
  if (site == "same-origin") return true;
  const bool no_page = site.data() == nullptr || site == "none";
  if (!no_page) return false;
  return origin.data() == nullptr || is_same_origin(origin, request.host());
}

bool may_do(const Cors& cors, const http::Request& request) {
  if (cors.mode == Cors::Mode::Any) return true;
  const std::string_view origin = request.field("origin");
  const auto& listed = cors.origins;
  if (std::find(listed.begin(), listed.end(), origin) != listed.end()) {
    return true;
  }
  return is_own_page(origin, request);
}

}  // namespace

std::optional<Problem> Gate::judge(const http::Request& request,
                                   const Route* route) const {
  if (!options_.hosts.empty() && !is_own_name(options_, request.host())) {
    return Problem{ErrorCode::Misdirected,
                   "the server does not answer to this name (--host)"};
  }
  if (route == nullptr || may_do(options_.cors, request) ||
      !does_something(request, *route)) {
    return std::nullopt;
  }
  return Problem{ErrorCode::Forbidden,
                 "pages of other sites may not do this (--cors)"};
}

std::optional<Problem> Gate::judge(const Caller&, const Price&) const {
  return std::nullopt;
}

}  // namespace papo::app
