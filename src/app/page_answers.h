// What a /receive is answered, at once or later.
#pragma once

#include "app/field_reader.h"
#include "app/reply.h"
#include "chat/room_store.h"

namespace papo::app {

chat::Page read_page(const chat::RoomStore& store, const PageRequest& wanted);
// True when there is nothing to tell, not even of a hole: worth waiting for.
bool says_nothing(const chat::Page& page);
void answer_page(const chat::Page& page, Reply* reply);

}  // namespace papo::app
