#include "base/check.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace papo::base {
namespace {

void print(const char* line) {
  std::fputs(line, stderr);
}

CheckReporter report = print;

}  // namespace

CheckReporter set_check_reporter(CheckReporter reporter) {
  return std::exchange(report, reporter);
}

void check_failed(const char* file, int line, const char* condition) {
  char text[512];
  std::snprintf(text, sizeof text, "%s:%d: CHECK failed: %s\n", file, line,
                condition);
  report(text);
  std::abort();
}

}  // namespace papo::base
