#include "cli/serve_options.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace papo::cli {
namespace {

const char* no_environment(const char*) {
  return nullptr;
}

bool accepts(std::vector<std::string_view> arguments) {
  return parse_serve_options(arguments, no_environment).ok();
}

TEST(ServeOptions, KeepMessagesWithinWhatTheFilesHold) {
  EXPECT_TRUE(accepts({"--max-message=16m", "--max-body=16m"}));
  EXPECT_TRUE(accepts({"--data=d", "--max-message=1m", "--max-body=16m"}));
  EXPECT_FALSE(
      accepts({"--data=d", "--max-message=1048577", "--max-body=16m"}));
}

}  // namespace
}  // namespace papo::cli
