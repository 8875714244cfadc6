// Names, rooms and messages from people who mean no good: shown as text, and
// nothing else happens.
#include "browser/fixture.h"

namespace papo::browser {
namespace {

class HostileTest : public BrowserTest {};

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out.append(text);
  return out;
}

struct Row {
  const char* what;
  std::string text;
};

// Each is short enough for a name.
const std::vector<Row>& names() {
  static const std::vector<Row> rows = {
      {"script", "<script>window.hit = 1</script>"},
      {"image", "<img src=x onerror='window.hit = 1'>"},
      {"quotes", "\"'><svg onload=window.hit=1>"},
      {"entity", "&lt;b&gt;&#60;b&#62;"},
      {"javascript", "javascript:window.hit=1"},
      {"template", "${window.hit=1}{{window.hit=1}}"},
      {"path", "../../%2e%2e/etc/passwd?#&="},
      {"both directions", "שלום) gnp.exe ("},
      {"right to left", "مرحبا بالعالم"},
      {"zalgo", "z" + repeated("\u0300\u0301\u0302\u0335", 12)},
      {"joined emoji", "👩‍❤️‍💋‍👨🏳️‍🌈"},
      {"prototype", "__proto__"},
      {"constructor", "constructor"},
      {"markup in CSS", "</style><style>*{display:none}</style>"},
      {"long word", repeated("W", 64)},
      {"wide", repeated("﷽", 64)},
  };
  return rows;
}

const std::vector<Row>& messages() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all = names();
    const std::vector<Row> more = {
        {"link", "[click](javascript:window.hit=1)"},
        {"image of Markdown", "![x](http://evil.invalid/pixel.png)"},
        {"reference", "[x]: http://evil.invalid"},
        {"autolink", "<javascript:window.hit=1>"},
        {"data", "data:text/html,<script>window.hit=1</script>"},
        {"vbscript", "vbscript:window.hit=1"},
        {"frame", "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>"},
        {"object", "<object data=http://evil.invalid/x></object>"},
        {"style", "<link rel=stylesheet href=http://evil.invalid/x.css>"},
        {"refresh", "<meta http-equiv=refresh content='0;url=//evil.invalid'>"},
        {"base", "<base href=http://evil.invalid/>"},
        {"form", "<form action=http://evil.invalid><button>go</button>"},
        {"in code", "`<img src=x onerror=window.hit=1>`"},
        {"in a fence", "```html\n<script>window.hit=1</script>\n```"},
        {"fence's language", "```<script>window.hit=1</script>\ntext"},
        {"in bold", "**<b onclick=window.hit=1>**"},
        {"in a mention", "@<img/src/onerror=window.hit=1>"},
        {"nothing closes", repeated("**_~~`", 300)},
        {"deep quote", repeated("> ", 500) + "end"},
        {"many stars", repeated("*", 4000)},
        {"many at signs", repeated("@a ", 1500)},
        {"long line", repeated("x", 8000)},
        {"many lines", repeated("\n", 3000) + "end"},
        {"null", std::string("a\0b", 3)},
        {"override", "\u202Egnp.exe\u202C"},
        {"isolate left open", "\u2067abc \u202Bdef"},
        {"controls", "a\x01\x1b[31m\x7f"},
        {"line separators", "a\u2028b\u2029c"},
        {"tags", "\U000E0001\U000E0041"},
    };
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return rows;
}

// Before any script of the page: hears what should never happen.
constexpr std::string_view kWatch =
    "window.violations = [];"
    "addEventListener('securitypolicyviolation',"
    "  event => window.violations.push(event.blockedURI));"
    "window.dialogs = 0;"
    "for (const each of ['alert', 'confirm', 'prompt', 'open', 'print'])"
    "  window[each] = () => { window.dialogs += 1; };";

void watch(Page& page) {
  page.devtools("Page.enable");
  page.devtools("Page.addScriptToEvaluateOnNewDocument",
                "{\"source\":" + as_json(kWatch) + "}");
}

void expect_nothing_happened(Page& page, const std::string& url) {
  EXPECT_EQ(page.evaluate("window.hit ?? null").kind, json::Kind::Null);
  EXPECT_EQ(page.evaluate("window.dialogs").number(), 0);
  EXPECT_EQ(page.evaluate("window.violations").text, "[]");
  for (const std::string& each :
       page.evaluate("performance.getEntriesByType('resource')"
                     ".map(each => each.name)")
           .list()) {
    EXPECT_TRUE(each.starts_with(url + "/")) << each;
  }
  // Elements that the page never makes.
  EXPECT_EQ(
      page.evaluate("document.querySelectorAll('#app :is(script, iframe,"
                    " object, embed, link, style, meta, base, form form, img"
                    ":not([src^=icons]))').length")
          .number(),
      0);
  // Links lead only where a link may.
  EXPECT_EQ(
      page.evaluate("[...document.querySelectorAll('.text a')]"
                    ".filter(each => !/^(https?|mailto):$/.test(each.protocol))"
                    ".length")
          .number(),
      0);
  EXPECT_TRUE(
      page.evaluate("location.href.startsWith(arguments[0] + '/')", {url})
          .is_true());
}

TEST_F(HostileTest, MessagesAreText) {
  serve({"--history", "200"});
  Page& page = open_page();
  watch(page);
  page.reload();
  page.arrive("ana", "geral");
  Person mallory(url(), "mallory");
  for (const Row& row : messages()) {
    SCOPED_TRACE(row.what);
    const std::int64_t id = mallory.say("geral", row.text);
    page.wait_for("document.querySelector(arguments[0])",
                  {".message[data-id='" + std::to_string(id) + "'] .text *"});
  }
  // Where there is no markup of ours, the text is there to the letter.
  for (const Row& row : names()) {
    SCOPED_TRACE(row.what);
    if (row.text.find("__") != std::string::npos) continue;
    EXPECT_TRUE(
        page.evaluate("[...document.querySelectorAll('.message .text')]"
                      ".some(each => each.textContent === arguments[0])",
                      {row.text})
            .is_true());
  }
  expect_nothing_happened(page, url());
}

TEST_F(HostileTest, NamesAreText) {
  serve({"--history", "500"});
  Page& page = open_page();
  watch(page);
  page.reload();
  page.arrive("ana", "geral");
  for (const Row& row : names()) {
    SCOPED_TRACE(row.what);
    Person mallory(url(), row.text);
    mallory.join("geral");
    mallory.type("geral");
    mallory.set_topic("geral", row.text);
    page.wait_for(
        "document.querySelector('#room-topic').textContent"
        " === arguments[0]",
        {row.text});
    mallory.say("geral", "hello from " + row.text);
  }
  for (const Row& row : names()) {
    SCOPED_TRACE(row.what);
    page.wait_for(
        "[...document.querySelectorAll('.message .author')]"
        ".some(each => each.textContent === arguments[0])",
        {row.text});
    page.wait_for(
        "[...document.querySelectorAll('.member')]"
        ".some(each => each.dataset.user === arguments[0])",
        {row.text});
  }
  // Each name stands for itself: what it does to the direction of text ends
  // with it.
  EXPECT_TRUE(page.evaluate("[...document.querySelectorAll('.author, "
                            ".member .name')].every(each =>"
                            " each.localName === 'bdi')")
                  .is_true());
  expect_nothing_happened(page, url());
}

TEST_F(HostileTest, RoomsAreText) {
  serve();
  Page& page = open_page();
  watch(page);
  page.reload();
  page.arrive("ana", "geral");
  for (const Row& row : names()) {
    SCOPED_TRACE(row.what);
    Person(url(), "mallory").join(row.text);
    page.evaluate("location.hash = '#/' + encodeURIComponent(arguments[0])",
                  {row.text});
    page.wait_for_room(row.text);
    page.wait_for(
        "[...document.querySelectorAll('#room-list .room')]"
        ".some(each => each.dataset.room === arguments[0]"
        " && each.classList.contains('here'))",
        {row.text});
  }
  EXPECT_EQ(page.evaluate("document.querySelectorAll('#room-list li').length")
                .number(),
            static_cast<std::int64_t>(names().size()) + 1);
  page.reload();
  page.wait_for_room(names().back().text);
  expect_nothing_happened(page, url());
}

TEST_F(HostileTest, OnesOwnNameMayBeAnything) {
  serve();
  Page& page = open_page();
  watch(page);
  for (const char* name :
       {"<img src=x onerror='window.hit = 1'>", "__proto__", "שלום) gnp.exe (",
        "مرحبا بالعالم", "&lt;b&gt;\"'"}) {
    SCOPED_TRACE(name);
    page.evaluate("(localStorage.clear(), sessionStorage.clear(), 0)");
    page.reload();
    page.arrive(name, "geral");
    EXPECT_EQ(
        page.evaluate("document.querySelector('#self-name').textContent").text,
        name);
    page.say_and_wait("hello");
    page.evaluate("document.querySelector('#message-input').value = ''");
    page.click("#message-input");
    page.type("draft");
    page.reload();
    page.wait_for_room("geral");
    EXPECT_EQ(page.written(), "draft");
    expect_nothing_happened(page, url());
  }
}

// What would turn the page's own words round, or cannot be seen, is no name.
TEST_F(HostileTest, OnesOwnNameIsOneThatCanBeRead) {
  serve();
  Page& page = open_page();
  for (const char* name : {"\u202Egnp.exe", "a\u2067b", "\u2800", "\u3164"}) {
    SCOPED_TRACE(name);
    page.click("#name-input");
    page.press("Control+a");
    page.insert(name);
    page.press("Enter");
    page.wait_for("document.querySelector('#name-error').textContent !== ''");
    page.insert("x");
    EXPECT_TRUE(page.is_shown("#name-input"));
  }
}

// A link in the address bar, as somebody may send it.
TEST_F(HostileTest, HashesThatAreNoRoomDoNothing) {
  serve();
  Page& page = open_page();
  watch(page);
  page.reload();
  page.arrive("ana", "geral");
  for (const char* hash : {"#/%", "#/%ff%fe", "#javascript:window.hit=1",
                           "#/%00", "#<img src=x>", "#/", "#//evil.invalid"}) {
    SCOPED_TRACE(hash);
    page.evaluate("location.hash = arguments[0]", {hash});
    page.evaluate("location.hash = '#/geral'");
    page.wait_for_room("geral");
  }
  expect_nothing_happened(page, url());
}

}  // namespace
}  // namespace papo::browser
