// Invariants: what must hold in every build.
//
// A CHECK guards against our own bugs, never against a peer's bytes, a full
// disk or a refused command: those are values (base/result.h). A broken
// invariant ends the process with one line, so that a supervisor restarts it
// and the log restores what was acknowledged.
#pragma once

namespace papo::base {

// Prints "file:line: CHECK failed: condition" to standard error and aborts.
[[noreturn]] void check_failed(const char* file, int line,
                               const char* condition);

// Called with that line, and its line break, instead of printing it. For a
// program whose standard error may be a pipe that nobody reads: it would end
// nobody knows when. Returns what was there before.
using CheckReporter = void (*)(const char* line);
CheckReporter set_check_reporter(CheckReporter reporter);

}  // namespace papo::base

#define PAPO_CHECK(condition)                                       \
  (__builtin_expect(!(condition), 0)                                \
       ? ::papo::base::check_failed(__FILE__, __LINE__, #condition) \
       : static_cast<void>(0))
