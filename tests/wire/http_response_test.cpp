#include "wire/http_response.h"

#include <gtest/gtest.h>

#include <ctime>
#include <string>

namespace papo::http {
namespace {

std::string date_at(std::int64_t seconds) {
  std::string text;
  append_date(&text, std::chrono::seconds(seconds));
  return text;
}

TEST(HttpDate, IsTheFixedFormOfRfc9110) {
  const struct {
    std::int64_t seconds;
    const char* date;
  } rows[] = {
      {784'111'777, "Sun, 06 Nov 1994 08:49:37 GMT"},  // RFC 9110 §5.6.7
      {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
      {86'399, "Thu, 01 Jan 1970 23:59:59 GMT"},
      {86'400, "Fri, 02 Jan 1970 00:00:00 GMT"},
      {951'782'399, "Mon, 28 Feb 2000 23:59:59 GMT"},
      {951'782'400, "Tue, 29 Feb 2000 00:00:00 GMT"},  // 400 years: a leap day
      {4'107'542'400, "Mon, 01 Mar 2100 00:00:00 GMT"},  // 100 years: none
      {4'107'542'399, "Sun, 28 Feb 2100 23:59:59 GMT"},
      {1'709'164'800, "Thu, 29 Feb 2024 00:00:00 GMT"},
      {2'147'483'648, "Tue, 19 Jan 2038 03:14:08 GMT"},
      {253'402'300'799,
       "Fri, 31 Dec 9999 23:59:59 GMT"},  // the last it can say
  };
  for (const auto& row : rows) EXPECT_EQ(date_at(row.seconds), row.date);
}

// Against the system's calendar, at every day of some years.
TEST(HttpDate, KnowsTheCalendar) {
  for (const std::int64_t year : {1970, 1999, 2000, 2023, 2024, 2100, 2399}) {
    const std::int64_t first = (year - 1970) * 365 * 86'400;
    for (std::int64_t day = 0; day < 800; ++day) {
      const std::int64_t seconds = first + day * 86'400 + 12'345;
      const auto time = static_cast<std::time_t>(seconds);
      std::tm parts{};
      ASSERT_NE(::gmtime_r(&time, &parts), nullptr);
      char expected[64];
      std::strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT",
                    &parts);
      ASSERT_EQ(date_at(seconds), expected);
    }
  }
}

TEST(HttpDate, IsAppendedAndKnowsNoParts) {
  std::string text = "Date: ";
  append_date(&text, base::Micros(1'999'999));
  EXPECT_EQ(text, "Date: Thu, 01 Jan 1970 00:00:01 GMT");
}

TEST(DateField, ChangesWithTheSecond) {
  DateField field;
  const std::string_view first = field.at(base::Micros(0));
  EXPECT_EQ(first, "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
  EXPECT_EQ(field.at(base::Micros(999'999)), first);
  EXPECT_EQ(field.at(base::Micros(1'000'000)),
            "Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n");
  // A clock that is set back.
  EXPECT_EQ(field.at(base::Micros(5)),
            "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
}

TEST(HttpReason, IsThatOfTheStatusOrNothing) {
  const struct {
    int status;
    const char* reason;
  } rows[] = {
      {100, "Continue"},
      {101, "Switching Protocols"},
      {200, "OK"},
      {204, "No Content"},
      {404, "Not Found"},
      {413, "Content Too Large"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {505, "HTTP Version Not Supported"},
      {0, ""},
      {-1, ""},
      {299, ""},
      {418, ""},
      {1'000'000, ""},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(reason_of(row.status), row.reason) << row.status;
  }
}

}  // namespace
}  // namespace papo::http
