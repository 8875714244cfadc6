// The gate: whether a request may be asked at all, judged once, before its
// handler and whatever its form: by the name that the server was called
// (--host), and by the site whose page makes a browser ask (--cors).
#pragma once

#include <optional>

#include "app/errors.h"
#include "app/options.h"
#include "app/routes.h"
#include "wire/http_request.h"

namespace papo::app {

// What speaks against the request; nothing for most. `route` is nullptr for
// files and for what is not there.
std::optional<Problem> judge(const Options& options,
                             const http::Request& request, const Route* route);

}  // namespace papo::app
