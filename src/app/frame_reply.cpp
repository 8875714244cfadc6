#include "app/frame_reply.h"

#include "wire/websocket_frame.h"

namespace papo::app {

void FrameReply::answer(const Members& members) {
  std::string start = R"({"type":"ok")";
  if (!ref_.empty()) start.append(R"(,"ref":)").append(ref_);
  if (members.size() > 0) start.append(",");
  const std::size_t size = start.size() + members.size() + 1;
  Outbox& outbox = connection_.outbox;
  OutboxPool* pool = &connections_.pool();
  outbox.begin_write(pool)
      ->append(websocket::frame_head(websocket::Opcode::Text, size).view())
      .append(start)
      .append(members.text);
  outbox.finish_write();
  if (members.page != nullptr && members.page->size > 0) {
    outbox.append_shared(members.page->whole, members.page->begin,
                         members.page->size, pool);
  }
  outbox.append(members.rest, pool);
  outbox.append("}", pool);
  connections_.touch(connection_);
}

void FrameReply::refuse(const Problem& problem) {
  std::string json = R"({"type":"error",)";
  if (!ref_.empty()) json.append(R"("ref":)").append(ref_).append(",");
  append_problem(&json, problem);
  json.append("}");
  websocket::append_frame(connection_.outbox.begin_write(&connections_.pool()),
                          websocket::Opcode::Text, json);
  connection_.outbox.finish_write();
  connections_.touch(connection_);
}

}  // namespace papo::app
