// What a store's parts take of memory, for the bound on all of it.
//
// Fixed numbers, measured with what allocators add on a 64-bit machine, and
// functions of the contents alone: which entries go when a store is full is
// part of what commands do, the same on every machine and after every restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace papo::chat::footprint {

using Bytes = std::uint64_t;

inline constexpr Bytes kText = 28;  // a buffer of its own, besides its bytes
inline constexpr Bytes kRoom = 640;
inline constexpr Bytes kUser = 160;
inline constexpr Bytes kMembership = 112;
inline constexpr Bytes kMessage = 72;
inline constexpr Bytes kSystemEntry = 36;
inline constexpr Bytes kChange = 48;
inline constexpr Bytes kClientId = 136;
inline constexpr Bytes kRemovedRoom = 192;

constexpr Bytes of_text(std::string_view text) {
  return text.empty() ? 0 : kText + text.size();
}
constexpr Bytes of_room(std::string_view name) {
  return kRoom + name.size();
}
constexpr Bytes of_user(std::string_view name) {
  return kUser + name.size();
}
constexpr Bytes of_message(std::string_view json, std::string_view author,
                           std::string_view client_id) {
  return kMessage + of_text(json) + of_text(author) + of_text(client_id);
}
constexpr Bytes of_system_entry(std::string_view json) {
  return kSystemEntry + of_text(json);
}
constexpr Bytes of_change(std::string_view json) {
  return kChange + of_text(json);
}
constexpr Bytes of_removed_room(std::string_view name) {
  return kRemovedRoom + 2 * name.size();
}

// How the whole is shared out. Who floods one part leaves the others theirs: a
// store full of members still has room for what they say.
constexpr Bytes share_of_joined_pages(Bytes whole) {
  return whole / 8;
}
constexpr Bytes share_of_client_ids(Bytes whole) {
  return whole / 8;
}
constexpr Bytes share_of_removed_rooms(Bytes whole) {
  return whole / 16;
}
// Rooms, users, memberships and topics: what is refused, as it cannot be
// trimmed.
constexpr Bytes share_of_members(Bytes whole) {
  return whole / 2;
}
// What histories keep although the rest is more than a store may hold: it was
// before the bound was lowered.
constexpr Bytes least_share_of_histories(Bytes whole) {
  return whole / 16 * 3;
}
// All but the pages, which are not what commands made.
constexpr Bytes share_of_contents(Bytes whole) {
  return whole - share_of_joined_pages(whole);
}

}  // namespace papo::chat::footprint
