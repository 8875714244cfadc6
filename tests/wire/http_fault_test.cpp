#include "wire/http_fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "base/text.h"

namespace papo::http {
namespace {

constexpr int kFaults = static_cast<int>(Fault::BadChunk) + 1;

TEST(HttpFault, IsAClauseOfItsOwnForPeople) {
  std::set<std::string_view> clauses;
  for (int i = 0; i < kFaults; ++i) {
    const std::string_view clause = describe(static_cast<Fault>(i));
    SCOPED_TRACE(clause);
    EXPECT_GT(clause.size(), 10u);
    EXPECT_FALSE(clause.ends_with('.'));
    const bool names_a_field = clause.starts_with("Transfer-Encoding");
    EXPECT_TRUE(names_a_field || base::to_lower(clause[0]) == clause[0]);
    clauses.insert(clause);
  }
  EXPECT_EQ(clauses.size(), static_cast<std::size_t>(kFaults));
}

}  // namespace
}  // namespace papo::http
