// A busy room: the page stays quick to the hand, and its memory bounded.
#include <cstdio>

#include "browser/fixture.h"

namespace papo::browser {
namespace {

class FloodTest : public BrowserTest {};

constexpr int kMessages = 10000;
constexpr int kBatch = 250;

// Counts frames and how long each took, from now on.
constexpr std::string_view kMeasure = R"js((() => {
  const frames = window.frames_ = { last: performance.now(), times: [] };
  const step = (now) => {
    frames.times.push(now - frames.last);
    frames.last = now;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  return true;
})())js";

std::int64_t heap_kilobytes(Page& page) {
  page.devtools("HeapProfiler.collectGarbage");
  const auto usage =
      json::Object::parse(page.devtools("Runtime.getHeapUsage").text);
  const Answer used = {json::Kind::Number,
                       std::string(usage->find("usedSize")->text)};
  return used.number() / 1024;
}

std::int64_t node_count(Page& page) {
  return page.evaluate("document.querySelectorAll('*').length").number();
}

// The time that this share of frames, in percent, stays below, in ms.
std::int64_t frame_time(Page& page, std::string_view percent) {
  return page
      .evaluate(
          "(all => Math.round(all[Math.floor((all.length - 1)"
          " * Number(arguments[0]) / 100)]))"
          "(window.frames_.times.toSorted((a, b) => a - b))",
          {percent})
      .number();
}

TEST_F(FloodTest, TenThousandMessagesLeaveThePageQuickAndSmall) {
  serve();
  Page& ana = arrive("ana", "geral");
  Person bia(url(), "bia");
  bia.join("geral");
  bia.say("geral", "the first");
  ana.wait_for_message("the first");
  const std::int64_t heap_before = heap_kilobytes(ana);
  ana.evaluate(kMeasure);
  ana.click("#message-input");
  for (int i = 0; i < kMessages; i += kBatch) {
    bia.flood("geral", i, kBatch);
    // One types meanwhile, and the page keeps up.
    ana.type("x");
    ana.wait_for_message("message " + std::to_string(i + kBatch - 1));
  }
  EXPECT_EQ(ana.written(), std::string(kMessages / kBatch, 'x'));
  const std::int64_t heap = heap_kilobytes(ana);
  const std::int64_t nodes = node_count(ana);
  const std::int64_t rows =
      ana.evaluate("document.querySelectorAll('#rows > *').length").number();
  std::printf(
      "10,000 messages: %lld frames, of which half took %lld ms, 95 %% at most "
      "%lld ms, the longest %lld ms;\n"
      "%lld rows, %lld elements, %lld KiB of heap (%lld KiB before)\n",
      static_cast<long long>(
          ana.evaluate("window.frames_.times.length").number()),
      static_cast<long long>(frame_time(ana, "50")),
      static_cast<long long>(frame_time(ana, "95")),
      static_cast<long long>(frame_time(ana, "100")),
      static_cast<long long>(rows), static_cast<long long>(nodes),
      static_cast<long long>(heap), static_cast<long long>(heap_before));
  EXPECT_LE(rows, 310);
  EXPECT_LE(nodes, 6000);
  EXPECT_LE(heap - heap_before, 16 * 1024);
  // It drew while they came, not once at the end.
  EXPECT_GE(ana.evaluate("window.frames_.times.length").number(),
            kMessages / kBatch);
}

// The same for somebody who reads further up meanwhile.
TEST_F(FloodTest, ReadingOnWhileThousandsArrive) {
  serve({"--history", "100"});
  Person bia(url(), "bia");
  bia.join("geral");
  bia.flood("geral", 0, 60);
  Page& ana = arrive("ana", "geral");
  ana.wait_for_message("message 59");
  ana.evaluate("document.querySelector('#timeline').scrollTop = 300");
  ana.wait_until_shown("#pill");
  const std::string_view top =
      "[...document.querySelectorAll('#rows .message')].find(each =>"
      " each.getBoundingClientRect().bottom > document"
      ".querySelector('#timeline').getBoundingClientRect().top).innerText";
  const std::string reading = ana.evaluate(top).text;
  bia.flood("geral", 60, 640);
  ana.wait_for_text("#pill-text", "640 new messages");
  EXPECT_EQ(ana.evaluate(top).text, reading);
  EXPECT_LE(
      ana.evaluate("document.querySelectorAll('#rows > *').length").number(),
      310);
  ana.click("#pill");
  ana.wait_for_message("message 699");
  ana.wait_until_hidden("#pill");
}

}  // namespace
}  // namespace papo::browser
