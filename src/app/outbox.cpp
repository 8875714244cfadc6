#include "app/outbox.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace papo::app {
namespace {

constexpr std::size_t kPooledQueuesMax = 1024;
constexpr std::size_t kPooledBytesMax = 16 * 1024;
constexpr std::size_t kSparesKept = 16;
// Copying this much costs less than one more piece in a gathered write.
constexpr std::size_t kCopiedBytesMax = 1024;
// Copied bytes that have been sent are kept up to here.
constexpr std::size_t kSentBytesMax = 8 * 1024;

}  // namespace

std::unique_ptr<OutboxQueue> OutboxPool::take() {
  std::unique_ptr<OutboxQueue> queue;
  if (free_.empty()) {
    queue = std::make_unique<OutboxQueue>();
  } else {
    queue = std::move(free_.back());
    free_.pop_back();
  }
  spare_ = std::min(spare_, free_.size());
  queue->pool = this;
  return queue;
}

void OutboxPool::give_back(std::unique_ptr<OutboxQueue> queue) {
  waiting_bytes_ -= queue->copied.size();
  for (const OutboxQueue::Segment& each : queue->segments) {
    if (each.owner) remove(each.owner);
  }
  if (free_.size() >= kPooledQueuesMax) return;
  if (queue->copied.capacity() > kPooledBytesMax ||
      queue->segments.capacity() >
          kPooledBytesMax / sizeof(OutboxQueue::Segment)) {
    return;
  }
  queue->copied.clear();
  queue->segments.clear();
  queue->first = 0;
  queue->size = 0;
  free_.push_back(std::move(queue));
}

void OutboxPool::rest() {
  if (spare_ > kSparesKept) free_.resize(free_.size() - spare_ / 2);
  spare_ = free_.size();
}

std::size_t Outbox::size() const {
  return queue_ != nullptr ? queue_->size : only_.size() - only_sent_;
}

// The queue, with a message that was alone as its first segment.
OutboxQueue& Outbox::open_queue(OutboxPool* pool) {
  if (queue_ != nullptr) return *queue_;
  queue_ = pool->take();
  if (only_) {
    const std::string_view rest = only_.view().substr(only_sent_);
    queue_->segments.push_back({only_, rest.data(), 0, rest.size()});
    queue_->size = rest.size();
    only_ = {};
    only_sent_ = 0;
  }
  return *queue_;
}

// Makes the copied bytes from `from` on part of the order.
void Outbox::extend_copied(OutboxQueue* queue, std::size_t from) {
  const std::size_t added = queue->copied.size() - from;
  if (added == 0) return;
  queue->size += added;
  queue->pool->waiting_bytes_ += added;
  if (queue->segments.size() > queue->first) {
    OutboxQueue::Segment& last = queue->segments.back();
    if (last.data == nullptr) {
      last.size += added;
      return;
    }
  }
  queue->segments.push_back({{}, nullptr, from, added});
}

std::string* Outbox::begin_write(OutboxPool* pool) {
  OutboxQueue& queue = open_queue(pool);
  written_ = static_cast<std::uint32_t>(queue.copied.size());
  return &queue.copied;
}

void Outbox::finish_write() {
  extend_copied(queue_.get(), written_);
}

// Nothing added to an empty outbox leaves it empty.
void Outbox::append(std::string_view bytes, OutboxPool* pool) {
  if (bytes.empty()) return;
  begin_write(pool)->append(bytes);
  finish_write();
}

void Outbox::append_static(std::string_view bytes, OutboxPool* pool) {
  if (bytes.size() <= kCopiedBytesMax) return append(bytes, pool);
  OutboxQueue& queue = open_queue(pool);
  queue.segments.push_back({{}, bytes.data(), 0, bytes.size()});
  queue.size += bytes.size();
}

void Outbox::append_shared(const base::SharedBytes& bytes, std::size_t begin,
                           std::size_t size, OutboxPool* pool) {
  const std::string_view part = bytes.view().substr(begin, size);
  if (part.size() <= kCopiedBytesMax) return append(part, pool);
  OutboxQueue& queue = open_queue(pool);
  pool->add(bytes);
  queue.segments.push_back({bytes, part.data(), 0, part.size()});
  queue.size += part.size();
}

void Outbox::append_shared(const base::SharedBytes& bytes, OutboxPool* pool) {
  if (bytes.empty()) return;
  pool->add(bytes);
  if (empty()) {
    only_ = bytes;
    return;
  }
  // A queue of a reader who is behind refers even to small messages: the bytes
  // are then held once, however many readers are behind.
  OutboxQueue& queue = open_queue(pool);
  queue.segments.push_back({bytes, bytes.view().data(), 0, bytes.size()});
  queue.size += bytes.size();
}

std::size_t Outbox::gather(std::span<std::string_view> views) const {
  if (queue_ == nullptr) {
    if (!only_ || views.empty()) return 0;
    views[0] = only_.view().substr(only_sent_);
    return 1;
  }
  const OutboxQueue& queue = *queue_;
  const std::size_t count =
      std::min(views.size(), queue.segments.size() - queue.first);
  for (std::size_t i = 0; i < count; ++i) {
    const OutboxQueue::Segment& segment = queue.segments[queue.first + i];
    views[i] = segment.data != nullptr
                   ? std::string_view(segment.data, segment.size)
                   : std::string_view(queue.copied)
                         .substr(segment.offset, segment.size);
  }
  return count;
}

void Outbox::consume(std::size_t count, OutboxPool* pool) {
  PAPO_CHECK(count <= size());
  if (count == size()) return clear(pool);
  if (queue_ == nullptr) {
    only_sent_ += static_cast<std::uint32_t>(count);
    return;
  }
  OutboxQueue& queue = *queue_;
  queue.size -= count;
  while (count > 0) {
    OutboxQueue::Segment& segment = queue.segments[queue.first];
    const std::size_t taken = std::min(count, segment.size);
    if (segment.data != nullptr) {
      segment.data += taken;
    } else {
      segment.offset += taken;
    }
    segment.size -= taken;
    count -= taken;
    if (segment.size > 0) break;
    if (segment.owner) pool->remove(segment.owner);
    segment.owner = {};
    ++queue.first;
  }
  drop_sent(&queue);
}

void Outbox::drop_sent_segments(OutboxQueue* queue) {
  auto& segments = queue->segments;
  if (queue->first < 32 || queue->first * 2 < segments.size()) return;
  segments.erase(segments.begin(),
                 segments.begin() + static_cast<std::ptrdiff_t>(queue->first));
  queue->first = 0;
}

// What has gone is dropped when it is the most of the queue, so that a reader
// who is always a little behind does not make it grow.
void Outbox::drop_sent(OutboxQueue* queue) {
  drop_sent_segments(queue);
  if (queue->copied.size() < kSentBytesMax) return;
  auto& segments = queue->segments;
  std::size_t gone = queue->copied.size();
  for (std::size_t i = queue->first; i < segments.size(); ++i) {
    if (segments[i].data != nullptr) continue;
    gone = segments[i].offset;
    break;
  }
  if (gone < kSentBytesMax || gone * 2 < queue->copied.size()) return;
  queue->copied.erase(0, gone);
  queue->pool->waiting_bytes_ -= gone;
  for (std::size_t i = queue->first; i < segments.size(); ++i) {
    if (segments[i].data == nullptr) segments[i].offset -= gone;
  }
}

void Outbox::clear(OutboxPool* pool) {
  if (queue_ != nullptr) pool->give_back(std::move(queue_));
  if (only_) pool->remove(only_);
  only_ = {};
  only_sent_ = 0;
}

}  // namespace papo::app
