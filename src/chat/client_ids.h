// Which message was sent under which client_id, so that a retry is known as
// one, whatever the histories still hold.
//
// At least the newest `count` are remembered, and all that are not yet `age`
// older than the newest, by the times of their commands: what is remembered
// depends on nothing but the commands. Bounded in bytes above that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "base/ring.h"
#include "base/shared_bytes.h"
#include "base/time.h"
#include "chat/command.h"

namespace papo::chat {

class ClientIds {
 public:
  // A client_id is its user's, in one room.
  struct Key {
    std::string_view room;
    std::string_view user;
    std::string_view client_id;
  };
  struct Known {
    base::SharedBytes key;
    MessageId id = 0;          // of the message
    std::uint64_t digest = 0;  // of its text as it was sent
    base::Micros time{};       // of its command

    Key parts() const;
    // Whether the message was sent with that text.
    bool has_text(std::string_view text) const;
  };

  explicit ClientIds(base::HashKey key) : places_(0, base::NameHash{key}) {}

  struct Limits {
    std::size_t count = 1;  // remembered at least,
    base::Micros age{};     // with all that are younger,
    // but never more than these (chat/footprint.h).
    std::uint64_t bytes = ~std::uint64_t{0};
  };
  // Other limits: forgets at once what is over them.
  void set_limits(const Limits& limits);
  std::uint64_t bytes() const { return bytes_; }

  // nullptr when it is not known. Valid until the next add().
  const Known* find(const Key& key) const;
  // Remembers the message, in the place of an older one of that key, and
  // forgets what is over the limits.
  void add(const Key& key, const Known& message);
  // The same without forgetting: as others remembered it.
  void restore(const Key& key, const Known& message);
  void clear();

  // All, in the order of add(); among them those that a newer one of the same
  // key has replaced.
  const base::Ring<Known>& known() const { return order_; }

 private:
  bool is_over() const;
  void forget_old();
  void forget_oldest();

  Limits limits_;
  std::uint64_t bytes_ = 0;
  base::Ring<Known> order_;
  std::uint64_t forgotten_ = 0;  // the number of the first in order_
  // By key, whose bytes are in order_: the number in the order of add().
  std::unordered_map<std::string_view, std::uint64_t, base::NameHash> places_;
};

// Of a text: the same on every machine, for good. Never kUnknownText.
std::uint64_t digest_of(std::string_view text);
// Stands for any text: what logs that held no digests know.
inline constexpr std::uint64_t kUnknownText = 0;

}  // namespace papo::chat
