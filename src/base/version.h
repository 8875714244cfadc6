// Which papo this is. The number is kept in CMakeLists.txt.
#pragma once

#include <string_view>

namespace papo::base {

// As in "0.1.0" (semver.org).
std::string_view version();

}  // namespace papo::base
