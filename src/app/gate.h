// The gate: whether something may be asked at all, judged once, before its
// handler and whatever its form.
//
// A request is judged by the name that the server was called (--host) and by
// the site whose page makes a browser ask (--cors); everything that is asked,
// by whichever door, by who asks and what it takes.
#pragma once

#include <optional>

#include "app/caller.h"
#include "app/errors.h"
#include "app/options.h"
#include "app/routes.h"
#include "wire/http_request.h"

namespace papo::app {

class Gate {
 public:
  // `options` must outlive it.
  explicit Gate(const Options* options) : options_(*options) {}

  // What speaks against the request; nothing for most. `route` is nullptr for
  // files and for what is not there.
  std::optional<Problem> judge(const http::Request& request,
                               const Route* route) const;
  // What speaks against the caller. Nothing: the server is open to everyone.
  std::optional<Problem> judge(const Caller& caller, const Price& price) const;

 private:
  const Options& options_;
};

}  // namespace papo::app
