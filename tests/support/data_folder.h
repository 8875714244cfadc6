// What tests of --data begin with: a folder that is not there yet, and the
// flags that name it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/temporary_folder.h"

namespace papo::support {

class WithDataFolder : public ::testing::Test {
 protected:
  std::vector<std::string> flags() const { return {"--data", data_}; }

  const TemporaryFolder folder_;
  const std::string data_ = folder_.path_of("data");
};

}  // namespace papo::support
