// One module of the page at a time, in the browser that runs it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "browser/fixture.h"

namespace papo::browser {

using Texts = std::vector<std::string>;

class ModulesTest : public BrowserTest {
 protected:
  // What `body`, the body of an async function, returns: a list of complaints.
  // It may use(name) a module of static/js, and check(what, got, want): what is
  // not the same as JSON is added to the list `wrong`.
  Texts complaints(std::string_view body) {
    serve_sources();
    Page& page = open_page();
    std::string script = R"js((async () => {
      const use = (name) => import(new URL(`js/${name}.js`, document.baseURI));
      const wrong = [];
      const check = (what, got, want) => {
        const [is, should] = [got, want].map((each) => JSON.stringify(each));
        if (is !== should) wrong.push(`${what}: ${is}, not ${should}`);
      };
    )js";
    script.append(body).append("})()");
    return page.promise(script).list();
  }
};

}  // namespace papo::browser
