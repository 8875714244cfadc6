// A store as text, a fact a line, so that two stores can be compared and a
// difference be read.
#pragma once

#include <string>

#include "chat/room_store.h"
#include "chat/store_image.h"

namespace papo::support {

// Equal texts: equal stores, but for their limits and their language.
std::string text_of(const chat::RoomStore& store);

}  // namespace papo::support
