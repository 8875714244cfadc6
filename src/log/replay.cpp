#include "log/replay.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/phrases.h"
#include "base/text.h"
#include "log/batch.h"

namespace papo::log {
namespace {

constexpr std::uint64_t kStepsAtOnce = 1024;

}  // namespace

std::string describe_torn_tail(const ReplayReport& report) {
  std::string text = report.torn_file + " ends in " +
                     base::counted(report.torn_bytes, "byte") +
                     " of a write that was cut short at byte ";
  base::append_number(&text, report.torn_offset);
  return text + ": they do not count";
}

Replay::Replay(FileSystem* files, chat::RoomStore* store, ReplayOptions options)
    : files_(*files), store_(*store), options_(options) {}

base::Result<LogEnd, Trouble> Replay::run(const FolderContents& contents) {
  end_.settings = {store_.limits(), store_.language()};
  Stop stop = run_all(contents);
  if (stop) return base::Unexpected{std::move(*stop)};
  // Among what was passed over may be anything: a message, a start, the gap
  // before one, a room that was removed.
  if (!report_.passed_over.empty()) store_.distrust_points();
  return end_;
}

Replay::Stop Replay::run_all(const FolderContents& contents) {
  for (const std::string& name : contents.missing) {
    if (Stop stop = damaged(name, 0, "the file is missing")) return stop;
  }
  if (contents.snapshot != 0) {
    if (Stop stop = read_snapshot(contents.snapshot)) return stop;
  }
  std::vector<Segment> segments;
  if (Stop stop = list_segments(contents, &segments)) return stop;
  for (Segment& segment : segments) {
    if (options_.stop_before == segment.header.number) break;
    if (Stop stop = read_segment(&segment)) return stop;
  }
  return std::nullopt;
}

// Strict: the reason. Salvage: notes it, and all goes on.
Replay::Stop Replay::damaged(const std::string& file, std::uint64_t offset,
                             const char* what) {
  Trouble trouble{Trouble::Kind::Damaged, file, offset, what};
  if (!options_.salvage) return trouble;
  report_.passed_over.push_back(std::move(trouble));
  return std::nullopt;
}

Replay::Stop Replay::pause() {
  if (options_.pace == nullptr || ++steps_ % kStepsAtOnce != 0 ||
      options_.pace->go_on()) {
    return std::nullopt;
  }
  return system_trouble("", {"replay", ECANCELED});
}

base::Result<RecordCursor, Trouble> Replay::open(const std::string& name,
                                                 FileKind kind,
                                                 std::uint64_t end,
                                                 FileHeader* header) {
  auto file = files_.open(name);
  if (!file) return base::Unexpected{system_trouble(name, file.error())};
  RecordCursor cursor(std::move(*file), end);
  const auto fault = cursor.read_header(kind, header);
  if (!fault) return base::Unexpected{system_trouble(name, fault.error())};
  if (!*fault) return cursor;
  if (**fault == HeaderFault::Newer) {
    return base::Unexpected{
        Trouble{Trouble::Kind::Newer, name, 0,
                "the file is of a version that is not known here"}};
  }
  return base::Unexpected{Trouble{Trouble::Kind::Damaged, name, 0,
                                  "both copies of the header are damaged"}};
}

Replay::Stop Replay::check_opened(
    const base::Result<RecordCursor, Trouble>& opened, const FileHeader& header,
    const std::string& name, std::uint64_t number) {
  if (opened && header.number == number) return std::nullopt;
  if (opened) return damaged(name, 0, "the header is that of another file");
  const Trouble& trouble = opened.error();
  if (trouble.kind != Trouble::Kind::Damaged) return trouble;
  return damaged(name, 0, "both copies of the header are damaged");
}

// All headers come first: each tells how much of the segment before counts.
Replay::Stop Replay::list_segments(const FolderContents& contents,
                                   std::vector<Segment>* segments) {
  for (const std::uint64_t number : contents.segments) {
    Segment segment;
    segment.name = file_name(FileKind::Segment, number);
    const auto opened =
        open(segment.name, FileKind::Segment, kToTheEnd, &segment.header);
    if (Stop stop =
            check_opened(opened, segment.header, segment.name, number)) {
      return stop;
    }
    if (!opened || segment.header.number != number) continue;
    if (!segments->empty()) {
      Segment& before = segments->back();
      before.is_last = false;
      if (before.header.number + 1 == number) {
        // A header that leaves none of the other's is told when it is read.
        before.end =
            std::max<std::uint64_t>(segment.header.previous, kHeaderBytes);
      }
    }
    segment.is_last = true;
    segments->push_back(std::move(segment));
    if (number == options_.stop_before) break;
  }
  return std::nullopt;
}

Replay::Stop Replay::read_segment(Segment* segment) {
  FileHeader header;
  auto cursor = open(segment->name, FileKind::Segment, segment->end, &header);
  if (!cursor) return cursor.error();
  if (header.sequence != end_.sequence) {
    if (Stop stop = damaged(segment->name, 0,
                            "it does not follow on what is before it")) {
      return stop;
    }
  }
  position_ = header.sequence;
  // Those of a segment without a command never held: where salvage finds no
  // settings, the ones that hold go on.
  end_.settings = {store_.limits(), store_.language()};
  store_.set_limits_with_next_command(store_.limits(), store_.language());
  if (Stop stop = walk_segment(segment, &*cursor)) return stop;
  end_.segment = header.number;
  end_.segment_bytes = segment->bytes;
  end_.previous = header.previous;
  end_.first_sequence = header.sequence;
  end_.segment_is_empty = !segment->has_commands;
  end_.attested = segment->attested;
  report_.segment_bytes += segment->bytes;
  return std::nullopt;
}

Replay::Stop Replay::walk_segment(Segment* segment, RecordCursor* cursor) {
  for (auto step = cursor->next();; step = cursor->next()) {
    if (step == RecordCursor::Step::Damaged) {
      if (!options_.salvage && segment->is_last && segment->has_settings) {
        return judge_tail(*segment, cursor);
      }
      if (Stop stop = damaged(segment->name, cursor->offset(), kBrokenRecord)) {
        return stop;
      }
      step = cursor->next_after_damage();
    }
    if (step == RecordCursor::Step::End) return end_segment(*segment);
    if (step == RecordCursor::Step::Failed) {
      return system_trouble(segment->name, cursor->error());
    }
    segment->bytes = cursor->offset() + cursor->record().bytes();
    if (Stop stop = take(segment, *cursor)) return stop;
    if (Stop stop = pause()) return stop;
  }
}

// A torn tail comes after all that was synced, and the batches behind the
// damage tell what was. A write that was cut short lacks a stretch: it is not
// right but for one bit.
Replay::Stop Replay::judge_tail(const Segment& segment, RecordCursor* cursor) {
  using Step = RecordCursor::Step;
  const std::uint64_t damage = cursor->offset();
  if (cursor->has_flipped_bit()) {
    return damaged(segment.name, damage, kFlippedBit);
  }
  Step step = cursor->next_batch();
  for (; step == Step::Record; step = cursor->next_batch()) {
    const auto mark = read_batch_mark(cursor->record().payload);
    if (mark && mark->synced > damage) {
      return damaged(segment.name, damage, kBrokenRecord);
    }
  }
  if (step == Step::Failed) {
    return system_trouble(segment.name, cursor->error());
  }
  report_.torn_file = segment.name;
  report_.torn_offset = damage;
  report_.torn_bytes = cursor->offset() - damage;
  return std::nullopt;
}

Replay::Stop Replay::end_segment(const Segment& segment) {
  if (!segment.has_settings) {
    return damaged(segment.name, kHeaderBytes, "its first record is missing");
  }
  if (segment.end != kToTheEnd && segment.bytes != segment.end) {
    return damaged(segment.name, segment.bytes, "the file ends too soon");
  }
  return std::nullopt;
}

Replay::Stop Replay::take(Segment* segment, const RecordCursor& cursor) {
  const bool is_settings = cursor.record().type == RecordType::Settings;
  if (is_settings == segment->has_settings) {
    segment->has_settings = true;
    if (Stop stop = damaged(segment->name, cursor.offset(),
                            "a record is where it cannot be")) {
      return stop;
    }
  }
  switch (cursor.record().type) {
    case RecordType::Settings:
      return take_settings(segment, cursor);
    case RecordType::Batch:
      return take_batch(segment, cursor);
    case RecordType::Command:
      return take_command(segment, cursor);
    case RecordType::Store:
    case RecordType::RemovedRoom:
    case RecordType::Room:
    case RecordType::Member:
    case RecordType::Entry:
    case RecordType::Change:
    case RecordType::RoomOrder:
    case RecordType::Gap:
    case RecordType::ClientId:
    case RecordType::End:
      return damaged(segment->name, cursor.offset(),
                     "a snapshot's record is in a segment");
  }
  return Trouble{Trouble::Kind::Newer, segment->name, cursor.offset(),
                 kUnknownRecord};
}

Replay::Stop Replay::take_settings(Segment* segment,
                                   const RecordCursor& cursor) {
  const auto settings = read_settings(cursor.record().payload);
  if (!settings) {
    return damaged(segment->name, cursor.offset(), "settings without sense");
  }
  segment->has_settings = true;
  end_.settings = *settings;
  store_.set_limits_with_next_command(settings->limits, settings->language);
  return std::nullopt;
}

Replay::Stop Replay::take_batch(Segment* segment, const RecordCursor& cursor) {
  const auto mark = read_batch_mark(cursor.record().payload);
  if (!mark || mark->synced > cursor.offset()) {
    return damaged(segment->name, cursor.offset(), "a batch without sense");
  }
  if (mark->sequence != position_) {
    if (Stop stop = damaged(segment->name, cursor.offset(),
                            "commands are missing before it")) {
      return stop;
    }
  }
  position_ = mark->sequence;
  segment->attested = std::max(segment->attested, mark->synced);
  return std::nullopt;
}

// Salvage may meet commands that it has already: in a segment whose successor's
// header, which tells how much of it counts, is lost.
Replay::Stop Replay::take_command(Segment* segment,
                                  const RecordCursor& cursor) {
  const auto command = read_command(cursor.record().payload);
  if (!command && command.error() == ContentFault::Newer) {
    return Trouble{Trouble::Kind::Newer, segment->name, cursor.offset(),
                   kUnknownRecord};
  }
  if (!command || !is_well_formed(*command)) {
    return damaged(segment->name, cursor.offset(), "a command without sense");
  }
  segment->has_commands = true;
  if (position_++ < end_.sequence) return std::nullopt;
  end_.sequence = position_;
  ++report_.commands;
  // A refusal is part of the order too.
  static_cast<void>(store_.apply(*command, nullptr));
  return std::nullopt;
}

}  // namespace papo::log
