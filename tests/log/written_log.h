// Logs as a server leaves them, whole and damaged.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "log/format.h"
#include "log/inspection.h"
#include "log/log_world.h"
#include "support/command_source.h"
#include "support/simulated_disk.h"
#include "support/store_text.h"

namespace papo::log {

inline constexpr base::HashKey kKey{7, 7};

// The files of a log that a server has closed, and what it held.
struct Written {
  support::Files files;
  std::string text;
};

inline Written write_log(std::uint64_t seed, int commands) {
  support::SimulatedDisk disk;
  Written written;
  {
    LogWorld world(&disk, small_options(SyncPolicy::Always));
    EXPECT_TRUE(world.open());
    support::CommandSource source(seed);
    for (int i = 0; i < commands; ++i) {
      world.append(source.next(world.store()));
      world.settle();
    }
    world.close();
    written.text = support::text_of(world.store());
  }
  written.files = disk.files();
  return written;
}

// In their order.
inline std::vector<std::string> segments_of(const support::Files& files) {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) {
    if (file_number(FileKind::Segment, name)) names.push_back(name);
  }
  return names;
}

// With a byte of the middle of its first segment wrong.
inline support::Files damaged(support::Files files) {
  std::string& bytes = files[segments_of(files).front()];
  bytes[bytes.size() / 2] ^= 1;
  return files;
}

inline Inspection inspected(support::SimulatedDisk* disk) {
  auto found = inspect(disk, kKey);
  EXPECT_TRUE(found.ok());
  return std::move(*found);
}

}  // namespace papo::log
