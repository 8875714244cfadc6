#include "sys/diagnostics.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "support/temporary_folder.h"
#include "wire/json_reader.h"

namespace papo::sys {
namespace {

constexpr base::Micros kPatience = std::chrono::seconds(30);  // only to fail

// What `speak` writes to standard error.
std::string heard(const std::function<void()>& speak) {
  const support::TemporaryFolder folder;
  const std::string path = folder.path_of("said");
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT, 0600));
  const Descriptor before(::dup(STDERR_FILENO));
  ::dup2(file.get(), STDERR_FILENO);
  speak();
  ::dup2(before.get(), STDERR_FILENO);
  return folder.read("said");
}

std::string said(LogLevel level, LogFormat format) {
  return heard([=] {
    const Diagnostics diagnostics(level, format);
    diagnostics.error("a");
    diagnostics.warn("b");
    diagnostics.info("c");
    diagnostics.debug("d");
    diagnostics.drain(kPatience);
    EXPECT_EQ(diagnostics.lines_lost(), 0u);
  });
}

TEST(Diagnostics, SayWhatTheLevelLets) {
  const struct {
    LogLevel level;
    const char* lines;
  } rows[] = {
      {LogLevel::Error, "papo: error: a\n"},
      {LogLevel::Warning, "papo: error: a\npapo: warning: b\n"},
      {LogLevel::Info, "papo: error: a\npapo: warning: b\npapo: c\n"},
      {LogLevel::Debug,
       "papo: error: a\npapo: warning: b\npapo: c\npapo: debug: d\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(said(row.level, LogFormat::Text), row.lines);
  }
}

TEST(Diagnostics, AreOneObjectALineAsJson) {
  const std::string lines = heard([] {
    const Diagnostics diagnostics(LogLevel::Info, LogFormat::Json);
    diagnostics.warn("a \"b\"\nc");
    diagnostics.drain(kPatience);
  });
  ASSERT_TRUE(lines.ends_with("}\n"));
  EXPECT_EQ(lines.find('\n'), lines.size() - 1)
      << "a line break in it is not one";
  const auto object = json::Object::parse(lines);
  ASSERT_TRUE(object.ok());
  EXPECT_EQ(object->find("level")->text, "warning");
  EXPECT_EQ(object->find("message")->text, "a \"b\"\nc");
  EXPECT_EQ(object->find("time")->kind, json::Kind::Number);
}

// What does not fit while nobody reads is lost, and the next line says so.
TEST(Diagnostics, TellOfLinesThatWereLost) {
  const std::string lines = heard([] {
    const Diagnostics diagnostics(LogLevel::Info, LogFormat::Text);
    diagnostics.info(std::string(65 * 1024, 'x'));
    EXPECT_EQ(diagnostics.lines_lost(), 1u);
    diagnostics.info("again");
    diagnostics.info("and again");
    diagnostics.drain(kPatience);
  });
  EXPECT_EQ(lines,
            "papo: warning: 1 lines of this log were lost: nobody read them "
            "in time\npapo: again\npapo: and again\n");
}

TEST(Diagnostics, HaveALastWordThatNeedsNoThread) {
  EXPECT_EQ(heard([] { write_last_line("the end\n"); }), "the end\n");
}

}  // namespace
}  // namespace papo::sys
