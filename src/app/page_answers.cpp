#include "app/page_answers.h"

#include <vector>

namespace papo::app {
namespace {

// Everything after the point, changes too.
chat::Page page_of_events(const chat::RoomStore& store,
                          const PageRequest& wanted) {
  std::vector<chat::Event> events =
      store.events_after(wanted.room, wanted.after);
  chat::Page page;
  if (wanted.limit != 0 && events.size() > wanted.limit) {
    events.resize(wanted.limit);
    page.more = true;
  }
  std::vector<std::string_view> pieces;
  for (const chat::Event& event : events) {
    if (!pieces.empty()) pieces.emplace_back(",");
    pieces.push_back(event.json.view());
  }
  page.whole = base::SharedBytes::join(pieces);
  page.size = page.whole.size();
  page.truncated = store.is_truncated(wanted.room, wanted.after);
  return page;
}

}  // namespace

chat::Page read_page(const chat::RoomStore& store, const PageRequest& wanted) {
  if (wanted.changes) return page_of_events(store, wanted);
  return store.page_after(wanted.room, wanted.after, wanted.limit);
}

bool says_nothing(const chat::Page& page) {
  return page.size == 0 && !page.truncated;
}

void answer_page(const chat::Page& page, Reply* reply) {
  std::string_view rest = "]";
  if (page.truncated && page.more) {
    rest = R"(],"truncated":true,"more":true)";
  } else if (page.truncated) {
    rest = R"(],"truncated":true)";
  } else if (page.more) {
    rest = R"(],"more":true)";
  }
  reply->answer({.text = R"("messages":[)", .page = &page, .rest = rest});
}

}  // namespace papo::app
