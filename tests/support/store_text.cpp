#include "support/store_text.h"

#include <string_view>

#include "base/check.h"

namespace papo::support {
namespace {

class Printer final : public chat::StoreImage {
 public:
  bool on_store(const chat::StoreFact& fact) override {
    return line("store").number(fact.last_id).number(fact.older_removals).end();
  }
  bool on_gap(const chat::GapFact& fact) override {
    return line("gap").number(fact.last).number(fact.first).end();
  }
  bool on_removed_room(const chat::RemovedRoomFact& fact) override {
    return line("removed").text(fact.name).number(fact.last_id).end();
  }
  bool on_room(const chat::RoomFact& fact) override {
    line("room").text(fact.name).text(fact.topic);
    return number(fact.forgotten.entry).number(fact.forgotten.change).end();
  }
  bool on_member(std::string_view user) override {
    return line("member").text(user).end();
  }
  bool on_entry(const chat::EntryFact& fact) override {
    line(fact.deleted ? "tombstone" : "entry").number(fact.id);
    number(static_cast<std::uint64_t>(fact.type)).text(fact.author);
    return text(fact.client_id).text(fact.json).end();
  }
  bool on_change(const chat::ChangeFact& fact) override {
    line("change").number(fact.id).number(
        static_cast<std::uint64_t>(fact.type));
    return number(fact.target).text(fact.json).end();
  }
  bool on_room_order(std::string_view user, std::string_view room) override {
    return line("order").text(user).text(room).end();
  }
  bool on_client_id(const chat::ClientIdFact& fact) override {
    line("client_id").text(fact.room).text(fact.user).text(fact.client_id);
    number(fact.id).number(fact.digest);
    return number(static_cast<std::uint64_t>(fact.time.count())).end();
  }

  std::string take() { return std::move(out_); }

 private:
  Printer& line(std::string_view word) {
    out_ += word;
    return *this;
  }
  Printer& number(std::uint64_t value) {
    out_.append(" ").append(std::to_string(value));
    return *this;
  }
  Printer& text(std::string_view value) {
    out_.append(" '").append(value).append("'");
    return *this;
  }
  bool end() {
    out_ += '\n';
    return true;
  }

  std::string out_;
};

}  // namespace

std::string text_of(const chat::RoomStore& store) {
  Printer printer;
  PAPO_CHECK(chat::tell(store, &printer));
  return printer.take();
}

}  // namespace papo::support
