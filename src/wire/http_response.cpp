#include "wire/http_response.h"

#include "base/text.h"

namespace papo::http {
namespace {

struct CivilDate {
  std::int64_t year;
  unsigned month;  // 1–12
  unsigned day;    // 1–31
};

// Days since 1970-01-01 into the Gregorian calendar, counted in eras of 400
// years that begin on 1 March, so that the leap day is a year's last.
CivilDate civil_from_days(std::int64_t days) {
  days += 719'468;  // from 0000-03-01
  const std::int64_t era = days / 146'097;
  const auto day_of_era = static_cast<unsigned>(days - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1'460 +
                                day_of_era / 36'524 - day_of_era / 146'096) /
                               365;
  const unsigned day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted_month = (5 * day_of_year + 2) / 153;  // 0 is March
  CivilDate date{};
  date.day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
  date.month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
  date.year = static_cast<std::int64_t>(year_of_era) + era * 400 +
              (date.month <= 2 ? 1 : 0);
  return date;
}

void append_digits(std::string* out, std::uint64_t number, int width) {
  for (std::uint64_t place = width == 4 ? 1000 : 10; place > 0; place /= 10) {
    out->push_back(static_cast<char>('0' + number / place % 10));
  }
}

}  // namespace

std::string_view reason_of(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
  }
  return "";
}

void append_date(std::string* out, base::Micros wall) {
  // 1970-01-01 was a Thursday.
  static constexpr std::string_view kDays = "ThuFriSatSunMonTueWed";
  static constexpr std::string_view kMonths =
      "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::int64_t seconds = wall.count() / 1'000'000;
  const std::int64_t days = seconds / 86'400;
  const auto of_day = static_cast<std::uint64_t>(seconds % 86'400);
  const CivilDate date = civil_from_days(days);
  out->append(kDays.substr(static_cast<std::size_t>(days % 7) * 3, 3));
  out->append(", ");
  append_digits(out, date.day, 2);
  out->push_back(' ');
  out->append(kMonths.substr((date.month - 1) * 3, 3));
  out->push_back(' ');
  append_digits(out, static_cast<std::uint64_t>(date.year), 4);
  out->push_back(' ');
  append_digits(out, of_day / 3'600, 2);
  out->push_back(':');
  append_digits(out, of_day / 60 % 60, 2);
  out->push_back(':');
  append_digits(out, of_day % 60, 2);
  out->append(" GMT");
}

std::string_view DateField::at(base::Micros wall) {
  const base::Micros second = std::chrono::floor<std::chrono::seconds>(wall);
  if (second != second_) {
    second_ = second;
    field_ = "Date: ";
    append_date(&field_, wall);
    field_ += "\r\n";
  }
  return field_;
}

}  // namespace papo::http
