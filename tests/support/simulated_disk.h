// A folder on a disk that tears, forgets and fills up: the log's file system
// for tests. It promises what log/file_system.h promises and not a byte more.
//
// Two states are kept: what programs see, and what is on the disk for good.
// After a power cut the first is gone but for what chance kept of it: of each
// file any bytes and any length since its last sync, of the folder any of the
// creations, renames and removals since its last sync, each for itself.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "log/file_system.h"

namespace papo::support {

// Names and bytes.
using Files = std::map<std::string, std::string>;

enum class Survival : std::uint8_t {
  Nothing,     // what was synced, alone
  Everything,  // as if the system had written all in time
  Chance,      // each byte and name as the seed has it
};

class SimulatedDisk final : public log::FileSystem {
 public:
  // Holds `files`, all of them on the disk for good.
  explicit SimulatedDisk(Files files = {});
  ~SimulatedDisk() override;

  // ---- What goes wrong. Operations that change something are counted from 1.

  std::uint64_t operations() const { return operations_; }
  // That operation and all after it fail and change nothing.
  void cut_power_at(std::uint64_t operation) { cut_at_ = operation; }
  bool has_power() const { return operations_ < cut_at_; }
  // Operations from `first` to `last` fail with `number`: a write after half of
  // its bytes, a sync after losing what it should have kept, a rename or a
  // removal after it was done if `number` is EIO.
  void fail(std::uint64_t first, std::uint64_t last, int number);
  // Reading and listing fail with `number`; 0: they do not.
  void fail_reads(int number) { read_error_ = number; }
  // All files together; a write beyond it fails with ENOSPC.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }

  // The path leads to no folder (ENOENT), to another one (0), or here again.
  void lead_path_to(std::optional<int> trouble) { place_ = trouble; }
  // As somebody else would: another file of that name, or none.
  void put(std::string_view name, std::string bytes);
  void take_away(std::string_view name) { names_.erase(std::string(name)); }
  // Whether a folder can be locked, as not every system can.
  void lock_folders(bool can) { locks_folder_ = can; }

  // The program was killed and starts again: what programs saw stays, its
  // locks are free, and nothing goes wrong any more.
  void restart();
  // The files that a power cut leaves.
  Files after_power_cut(Survival survival, std::uint64_t seed) const;

  // ---- What programs see.

  Files files() const;
  std::uint64_t bytes() const;
  // Called after each operation that succeeded, with its name ("sync") and
  // that of the file: for a sync, the one that it has by now.
  using Watcher = std::function<void(std::string_view, std::string_view)>;
  void watch(Watcher watcher) { watcher_ = std::move(watcher); }

  base::Result<std::unique_ptr<log::AppendFile>> create(
      std::string_view name) override;
  base::Result<std::unique_ptr<log::ReadFile>> open(
      std::string_view name) override;
  base::Result<base::Done> sync(std::string_view name) override;
  base::Result<std::vector<std::string>> list() override;
  base::Result<base::Done> rename(std::string_view from,
                                  std::string_view to) override;
  base::Result<base::Done> remove(std::string_view name) override;
  base::Result<base::Done> sync_folder() override;
  base::Result<std::unique_ptr<log::FolderLock>> lock(
      std::string_view name) override;
  base::Result<log::SharedLock> lock_shared(std::string_view name) override;
  base::Result<log::FileIdentity> identity(std::string_view name) override;
  base::Result<base::Done> check_place() override;

 private:
  struct Node {
    std::uint64_t number = next_number();
    std::string bytes;    // as programs see it
    std::string durable;  // as of the last sync
    std::string widest;   // all that was ever written since, cut or not
    // What a failed sync lost. Programs still see it.
    std::size_t lost_begin = 0;
    std::size_t lost_end = 0;
  };
  using Names = std::map<std::string, std::shared_ptr<Node>, std::less<>>;
  // Happens as a whole or not at all. Without a node: the name goes.
  using Change = std::vector<std::pair<std::string, std::shared_ptr<Node>>>;
  using Outcome = base::Result<base::Done>;
  class Appender;
  class Reader;
  class Lock;

  static std::uint64_t next_number();
  // Whether the operation that begins now fails, and of what.
  int next_error();
  void note(std::string_view operation, std::string_view name);
  Outcome append(const std::string& name, Node* node, std::string_view bytes);
  Outcome sync_node(Node* node);
  Outcome truncate(const std::string& name, Node* node, std::uint64_t bytes);
  void change(Change change);
  static void apply(const Change& change, Names* names);
  static std::string remains(const Node& node, std::mt19937_64* luck);

  Names names_;          // as programs see them
  Names durable_names_;  // as of the last sync of the folder
  std::vector<Change> changes_;
  std::shared_ptr<std::set<std::string>> locks_;
  std::uint64_t operations_ = 0;
  std::uint64_t cut_at_ = ~std::uint64_t{0};
  std::uint64_t fail_first_ = 0;
  std::uint64_t fail_last_ = 0;
  int fail_number_ = 0;
  int read_error_ = 0;
  std::optional<int> place_;
  bool locks_folder_ = true;
  std::uint64_t capacity_ = ~std::uint64_t{0};
  Watcher watcher_;
};

}  // namespace papo::support
