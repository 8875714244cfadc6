#include "app/long_poll_door.h"

#include <utility>

#include "app/page_answers.h"

namespace papo::app {
namespace {

// Writes the answer to a request that is long gone.
class LateReply final : public Reply {
 public:
  LateReply(HttpAnswers* answers, Connection* connection, const HttpReply* to)
      : answers_(*answers), connection_(*connection), to_(*to) {}
  void answer(const Members& members) override {
    answers_.answer(connection_, to_, members);
  }
  void succeed(std::string_view members) override {
    answers_.succeed(connection_, to_, members);
  }
  void refuse(const Problem& problem) override {
    answers_.refuse(connection_, to_, problem);
  }

 private:
  HttpAnswers& answers_;
  Connection& connection_;
  const HttpReply& to_;
};

}  // namespace

struct LongPollDoor::State final : Listener {
  State(Connection* owner, const HttpReply& reply, const PageRequest& request)
      : Listener(nullptr, owner),
        to(reply),
        room(request.room),
        wanted(request) {
    wanted.room = room;
  }

  HttpReply to;
  std::string room;
  PageRequest wanted;  // views `room`
  // What has come behind the request.
  std::unique_ptr<PartialRequest> partial;
};

LongPollDoor::State& LongPollDoor::state_of(const Connection& connection) {
  return static_cast<State&>(*connection.state);
}

void LongPollDoor::take(HttpExchange* exchange, const PageRequest& wanted) {
  Connection& connection = exchange->connection;
  auto made = std::make_unique<State>(&connection, exchange->to, wanted);
  State* state = made.get();
  connections_.hand_over(connection, *this, std::move(made));
  connections_.set_deadline(connection, wanted.wait);
  services_.listening.await(state, state->room);
}

// The answer, and after it whatever has come behind the request.
void LongPollDoor::answer(Connection& connection, const chat::Page& page) {
  State& state = state_of(connection);
  HttpReply to = std::move(state.to);
  std::unique_ptr<PartialRequest> partial = std::move(state.partial);
  if (connections_.is_shutting_down() && partial == nullptr) {
    to.keep_alive = false;
  }
  LateReply reply(&services_.answers, &connection, &to);
  answer_page(page, &reply);
  if (connection.door == this) {
    http_.take_back(connection, std::move(partial));
  }
}

void LongPollDoor::on_news(Connection& connection) {
  const chat::Page page =
      read_page(services_.store(), state_of(connection).wanted);
  if (!says_nothing(page)) answer(connection, page);
}

// The time is over: an empty list is the answer.
void LongPollDoor::on_deadline(Connection& connection) {
  answer(connection, read_page(services_.store(), state_of(connection).wanted));
}

void LongPollDoor::on_shutdown(Connection& connection) {
  on_deadline(connection);
}

// Nobody comes in by this door.
void LongPollDoor::on_open(Connection& connection, bool) {
  connections_.close_now(connection);
}

void LongPollDoor::on_bytes(Connection& connection, std::span<char> bytes) {
  http_.keep(&state_of(connection).partial, {bytes.data(), bytes.size()});
}

// Who waits for news and says that nothing more will come has gone.
void LongPollDoor::on_end_of_input(Connection& connection) {
  connections_.close_now(connection);
}

void LongPollDoor::on_leave(Connection& connection) {
  services_.listening.stop_awaiting(&state_of(connection));
}

void LongPollDoor::turn_out(Connection& connection, Excess) {
  connections_.close_now(connection);
}

bool LongPollDoor::wants_input(const Connection& connection) const {
  return http_.wants_more(state_of(connection).partial.get());
}

std::size_t LongPollDoor::partial_bytes(const Connection& connection) const {
  const auto& partial = state_of(connection).partial;
  return partial == nullptr ? 0 : partial->share.size();
}

}  // namespace papo::app
