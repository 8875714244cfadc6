#include "base/version.h"

namespace papo::base {

std::string_view version() {
  return PAPO_VERSION;
}

}  // namespace papo::base
