#include "support/simulated_disk.h"

#include <algorithm>
#include <cerrno>
#include <utility>

namespace papo::support {
namespace {

base::Unexpected<base::Error> failed(const char* doing, int number) {
  return base::Unexpected{base::Error{doing, number}};
}

}  // namespace

// ---- Handles ----

class SimulatedDisk::Appender final : public log::AppendFile {
 public:
  Appender(SimulatedDisk* disk, std::string name, std::shared_ptr<Node> node)
      : disk_(*disk), name_(std::move(name)), node_(std::move(node)) {}

  Outcome append(std::string_view bytes) override {
    return disk_.append(name_, node_.get(), bytes);
  }
  Outcome sync() override { return disk_.sync_node(node_.get()); }
  Outcome truncate(std::uint64_t bytes) override {
    return disk_.truncate(name_, node_.get(), bytes);
  }
  base::Result<log::FileIdentity> identity() override {
    return log::FileIdentity{1, node_->number};
  }

 private:
  SimulatedDisk& disk_;
  const std::string name_;
  const std::shared_ptr<Node> node_;
};

class SimulatedDisk::Reader final : public log::ReadFile {
 public:
  Reader(const SimulatedDisk* disk, std::shared_ptr<Node> node)
      : disk_(*disk), node_(std::move(node)) {}

  base::Result<std::size_t> read(std::uint64_t offset,
                                 std::span<char> into) override {
    if (disk_.read_error_ != 0) return failed("read", disk_.read_error_);
    const std::string& bytes = node_->bytes;
    if (offset >= bytes.size()) return std::size_t{0};
    return bytes.copy(into.data(), into.size(),
                      static_cast<std::size_t>(offset));
  }

 private:
  const SimulatedDisk& disk_;
  const std::shared_ptr<Node> node_;
};

class SimulatedDisk::Lock final : public log::FolderLock {
 public:
  // `locks`: those held, the folder's own being ".".
  Lock(SimulatedDisk* disk, std::string name)
      : disk_(*disk), locks_(disk->locks_), name_(std::move(name)) {}
  ~Lock() override {
    if (holds_folder_) locks_->erase(".");
    if (node_ != nullptr) locks_->erase(lock_name());
  }

  Outcome take_all() {
    if (disk_.locks_folder_) {
      if (!locks_->insert(".").second) return failed("lock", EWOULDBLOCK);
      holds_folder_ = true;
    }
    return take();
  }
  Outcome check() override {
    const auto found = disk_.names_.find(name_);
    if (found == disk_.names_.end()) return failed("its lock is gone", 0);
    if (found->second != node_) return failed("its lock is another's", 0);
    return base::Done{};
  }
  Outcome renew() override {
    Outcome checked = check();
    return checked || !holds_folder_ ? checked : take();
  }

 private:
  Outcome take() {
    if (!disk_.names_.contains(name_)) {
      disk_.change({{name_, std::make_shared<Node>()}});
    }
    const auto node = disk_.names_.find(name_)->second;
    if (!locks_->insert(std::to_string(node->number)).second) {
      return failed("lock", EWOULDBLOCK);
    }
    if (node_ != nullptr) locks_->erase(lock_name());
    node_ = node;
    return base::Done{};
  }
  std::string lock_name() const { return std::to_string(node_->number); }

  SimulatedDisk& disk_;
  const std::shared_ptr<std::set<std::string>> locks_;
  const std::string name_;
  std::shared_ptr<Node> node_;
  bool holds_folder_ = false;
};

// ---- The disk ----

SimulatedDisk::SimulatedDisk(Files files)
    : locks_(std::make_shared<std::set<std::string>>()) {
  for (auto& [name, bytes] : files) {
    auto node = std::make_shared<Node>();
    node->bytes = node->durable = node->widest = std::move(bytes);
    names_[name] = durable_names_[name] = node;
  }
}

SimulatedDisk::~SimulatedDisk() = default;

void SimulatedDisk::fail(std::uint64_t first, std::uint64_t last, int number) {
  fail_first_ = first;
  fail_last_ = last;
  fail_number_ = number;
}

void SimulatedDisk::restart() {
  cut_at_ = ~std::uint64_t{0};
  fail(0, 0, 0);
  read_error_ = 0;
  place_.reset();
  capacity_ = ~std::uint64_t{0};
  // A handle of the dead program that is still there frees a lock of its own.
  locks_ = std::make_shared<std::set<std::string>>();
}

Files SimulatedDisk::files() const {
  Files files;
  for (const auto& [name, node] : names_) files[name] = node->bytes;
  return files;
}

std::uint64_t SimulatedDisk::bytes() const {
  std::uint64_t sum = 0;
  for (const auto& [name, node] : names_) sum += node->bytes.size();
  return sum;
}

int SimulatedDisk::next_error() {
  ++operations_;
  if (operations_ >= cut_at_) return EIO;
  const bool fails = operations_ >= fail_first_ && operations_ <= fail_last_;
  return fails ? fail_number_ : 0;
}

void SimulatedDisk::note(std::string_view operation, std::string_view name) {
  if (watcher_) watcher_(operation, name);
}

// ---- Files ----

SimulatedDisk::Outcome SimulatedDisk::append(const std::string& name,
                                             Node* node,
                                             std::string_view bytes) {
  int error = next_error();
  if (!has_power()) return failed("write", EIO);
  if (error != 0) bytes = bytes.substr(0, bytes.size() / 2);
  const std::uint64_t used = this->bytes();
  const std::uint64_t left = capacity_ - std::min(capacity_, used);
  if (bytes.size() > left) {
    bytes = bytes.substr(0, static_cast<std::size_t>(left));
    error = ENOSPC;
  }
  const std::size_t at = node->bytes.size();
  node->bytes += bytes;
  node->widest.resize(std::max(node->widest.size(), node->bytes.size()));
  node->widest.replace(at, bytes.size(), bytes);
  if (error != 0) return failed("write", error);
  note("append", name);
  return base::Done{};
}

// After a failure the system believes that what it lost is on the disk: the
// next sync succeeds, and the bytes are not there.
SimulatedDisk::Outcome SimulatedDisk::sync_node(Node* node) {
  const int error = next_error();
  if (!has_power()) return failed("sync", EIO);
  if (error != 0) {
    node->lost_begin = std::min(node->durable.size(), node->bytes.size());
    node->lost_end = node->bytes.size();
    return failed("sync", error);
  }
  node->durable = node->bytes;
  node->lost_end = std::min(node->lost_end, node->bytes.size());
  for (std::size_t i = node->lost_begin; i < node->lost_end; ++i) {
    node->durable[i] = '\0';
  }
  node->widest = node->durable;
  for (const auto& [name, each] : names_) {
    if (each.get() == node) note("sync", name);
  }
  return base::Done{};
}

SimulatedDisk::Outcome SimulatedDisk::truncate(const std::string& name,
                                               Node* node,
                                               std::uint64_t bytes) {
  const int error = next_error();
  if (error != 0) return failed("truncate", error);
  node->bytes.resize(static_cast<std::size_t>(bytes));
  note("truncate", name);
  return base::Done{};
}

base::Result<std::unique_ptr<log::AppendFile>> SimulatedDisk::create(
    std::string_view name) {
  const int error = next_error();
  if (error != 0) return failed("create", error);
  const auto found = names_.find(name);
  std::shared_ptr<Node> node;
  if (found != names_.end()) {
    node = found->second;
    node->bytes.clear();
  } else {
    node = std::make_shared<Node>();
    change({{std::string(name), node}});
  }
  note("create", name);
  return std::unique_ptr<log::AppendFile>(
      std::make_unique<Appender>(this, std::string(name), node));
}

base::Result<std::unique_ptr<log::ReadFile>> SimulatedDisk::open(
    std::string_view name) {
  if (read_error_ != 0) return failed("open", read_error_);
  const auto found = names_.find(name);
  if (found == names_.end()) return failed("open", ENOENT);
  return std::unique_ptr<log::ReadFile>(
      std::make_unique<Reader>(this, found->second));
}

SimulatedDisk::Outcome SimulatedDisk::sync(std::string_view name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return failed("open", ENOENT);
  return sync_node(found->second.get());
}

// ---- The folder ----

base::Result<std::vector<std::string>> SimulatedDisk::list() {
  if (read_error_ != 0) return failed("list", read_error_);
  std::vector<std::string> all;
  for (const auto& [name, node] : names_) all.push_back(name);
  // In no order: not in that of the names, at least.
  std::reverse(all.begin(), all.end());
  return all;
}

SimulatedDisk::Outcome SimulatedDisk::rename(std::string_view from,
                                             std::string_view to) {
  const int error = next_error();
  if (!has_power()) return failed("rename", EIO);
  const auto found = names_.find(from);
  if (found == names_.end()) return failed("rename", ENOENT);
  if (error != 0 && error != EIO) return failed("rename", error);
  change({{std::string(to), found->second}, {std::string(from), nullptr}});
  if (error != 0) return failed("rename", error);
  note("rename", to);
  return base::Done{};
}

SimulatedDisk::Outcome SimulatedDisk::remove(std::string_view name) {
  const int error = next_error();
  if (!has_power()) return failed("remove", EIO);
  if (!names_.contains(name)) return failed("remove", ENOENT);
  if (error != 0 && error != EIO) return failed("remove", error);
  change({{std::string(name), nullptr}});
  if (error != 0) return failed("remove", error);
  note("remove", name);
  return base::Done{};
}

SimulatedDisk::Outcome SimulatedDisk::sync_folder() {
  const int error = next_error();
  if (error != 0) return failed("sync the folder", error);
  durable_names_ = names_;
  changes_.clear();
  note("sync_folder", "");
  return base::Done{};
}

base::Result<std::unique_ptr<log::FolderLock>> SimulatedDisk::lock(
    std::string_view name) {
  if (!has_power()) return failed("lock", EIO);
  auto lock = std::make_unique<Lock>(this, std::string(name));
  const Outcome taken = lock->take_all();
  if (!taken) return base::Unexpected{taken.error()};
  return std::unique_ptr<log::FolderLock>(std::move(lock));
}

base::Result<log::SharedLock> SimulatedDisk::lock_shared(std::string_view) {
  if (!locks_->empty()) return failed("lock", EWOULDBLOCK);
  return log::SharedLock{};
}

base::Result<log::FileIdentity> SimulatedDisk::identity(std::string_view name) {
  const auto found = names_.find(name);
  if (found == names_.end()) return failed("look at a file", ENOENT);
  return log::FileIdentity{1, found->second->number};
}

SimulatedDisk::Outcome SimulatedDisk::check_place() {
  if (!place_) return base::Done{};
  return failed("look for the folder", *place_);
}

void SimulatedDisk::put(std::string_view name, std::string bytes) {
  auto node = std::make_shared<Node>();
  node->bytes = node->durable = node->widest = std::move(bytes);
  names_[std::string(name)] = durable_names_[std::string(name)] = node;
}

std::uint64_t SimulatedDisk::next_number() {
  static std::uint64_t last = 0;
  return ++last;
}

void SimulatedDisk::change(Change change) {
  apply(change, &names_);
  changes_.push_back(std::move(change));
}

void SimulatedDisk::apply(const Change& change, Names* names) {
  for (const auto& [name, node] : change) {
    if (node != nullptr) {
      (*names)[name] = node;
    } else {
      names->erase(name);
    }
  }
}

// ---- After a power cut ----

Files SimulatedDisk::after_power_cut(Survival survival,
                                     std::uint64_t seed) const {
  if (survival == Survival::Everything) return files();
  std::mt19937_64 luck(seed);
  Names left = durable_names_;
  for (const Change& change : changes_) {
    if (survival == Survival::Chance && luck() % 2 == 0) apply(change, &left);
  }
  Files files;
  for (const auto& [name, node] : left) {
    files[name] =
        survival == Survival::Nothing ? node->durable : remains(*node, &luck);
  }
  return files;
}

// Any length that the file had since its last sync; and what was written since
// is there, or not, or something else, a stretch at a time.
std::string SimulatedDisk::remains(const Node& node, std::mt19937_64* luck) {
  const std::size_t least = std::min(node.durable.size(), node.bytes.size());
  const std::size_t most = std::max(node.durable.size(), node.widest.size());
  std::string bytes(least + (*luck)() % (most - least + 1), '\0');
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t end =
        std::min<std::size_t>(bytes.size(), at + 1 + (*luck)() % 64);
    const auto kind = (*luck)() % 8;
    for (; at < end; ++at) {
      const bool written = at < node.widest.size() && kind < 5;
      if (at < node.durable.size()) {
        bytes[at] = written ? node.widest[at] : node.durable[at];
      } else if (written) {
        bytes[at] = node.widest[at];
      } else if (kind == 5) {
        bytes[at] = static_cast<char>((*luck)());
      }
    }
  }
  return bytes;
}

}  // namespace papo::support
