#include "wire/http_fault.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "wire/http_response.h"

namespace papo::http {
namespace {

constexpr int kFaults = static_cast<int>(Fault::BadChunk) + 1;

TEST(HttpFault, HasTheStatusOfItsRule) {
  const struct {
    const char* rule;
    Fault fault;
    int status;
  } rows[] = {
      {"RFC 9112 §2.2", Fault::ControlByte, 400},
      {"RFC 9112 §3", Fault::BadRequestLine, 400},
      {"RFC 9112 §3.1", Fault::BadMethod, 400},
      {"RFC 9112 §3.2", Fault::BadTarget, 400},
      {"RFC 9110 §15.5.15", Fault::UriTooLong, 414},
      {"RFC 9110 §15.6.6", Fault::VersionNotSupported, 505},
      {"RFC 9112 §5.2", Fault::FoldedLine, 400},
      {"RFC 9112 §5.1", Fault::BadField, 400},
      {"RFC 6585 §5", Fault::HeadersTooLarge, 431},
      {"RFC 9112 §3.2", Fault::BadHost, 400},
      {"RFC 9112 §6.3", Fault::BadContentLength, 400},
      {"RFC 9112 §6.1", Fault::BadTransferEncoding, 400},
      {"RFC 9112 §6.3", Fault::AmbiguousLength, 400},
      {"RFC 9112 §6.1", Fault::CodingNotImplemented, 501},
      {"RFC 9110 §10.1.1", Fault::ExpectationFailed, 417},
      {"RFC 9110 §15.5.14", Fault::BodyTooLarge, 413},
      {"RFC 9112 §7.1", Fault::BadChunk, 400},
  };
  EXPECT_EQ(std::size(rows), static_cast<std::size_t>(kFaults));
  for (const auto& row : rows) {
    EXPECT_EQ(status_of(row.fault), row.status) << row.rule;
  }
}

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

TEST(HttpFault, IsAnsweredWithAStatusThatHasAReason) {
  for (int i = 0; i < kFaults; ++i) {
    EXPECT_NE(reason_of(status_of(static_cast<Fault>(i))), "") << i;
  }
}

}  // namespace
}  // namespace papo::http
