#include "cli/log_commands.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "base/phrases.h"
#include "base/text.h"
#include "cli/export_lines.h"
#include "cli/inventory.h"
#include "cli/storage.h"
#include "log/inspection.h"
#include "log/rewriting.h"
#include "sys/file_system.h"
#include "sys/system_random.h"

namespace papo::cli {
namespace {

using Outcome = base::Result<base::Done, std::string>;

constexpr int kFailed = 1;
constexpr int kMisused = 2;
constexpr std::size_t kPieceBytes = std::size_t{64} * 1024;

base::HashKey random_key() {
  sys::SystemRandom random;
  return {random.next(), random.next()};
}

void print_line(std::string text) {
  text.push_back('\n');
  std::fwrite(text.data(), 1, text.size(), stdout);
}

// A log's folder, locked: for reading, others may read as well.
enum class Purpose : std::uint8_t { Read, Write, Create };
struct Folder {
  std::string path;
  std::unique_ptr<log::FileSystem> files;
  std::unique_ptr<log::FolderLock> lock;
  base::HashKey key = random_key();

  Outcome open(Purpose purpose);
  Outcome lock_shared();
  base::Result<log::Inspection, std::string> inspect() const;
  std::string describe(const log::Trouble& trouble) const {
    return log::describe(trouble, path);
  }
};

// What reads the log needs no right to write to it.
Outcome Folder::lock_shared() {
  auto locked = log::lock_folder_shared(files.get());
  if (!locked) return base::Unexpected{describe(locked.error())};
  lock = std::move(locked->lock);
  if (!locked->gap) return base::Done{};
  const std::string why = describe(log::system_trouble("lock", *locked->gap));
  std::fprintf(stderr,
               "papo: %s It cannot be known whether a server is writing.\n",
               why.c_str());
  return base::Done{};
}

Outcome Folder::open(Purpose purpose) {
  auto opened = open_log_folder(path, purpose == Purpose::Create);
  if (!opened) return base::Unexpected{opened.error()};
  files = std::move(*opened);
  if (purpose == Purpose::Read) return lock_shared();
  auto locked = log::lock_folder(files.get());
  if (!locked) return base::Unexpected{describe(locked.error())};
  lock = std::move(*locked);
  return base::Done{};
}

base::Result<log::Inspection, std::string> Folder::inspect() const {
  auto found = log::inspect(files.get(), key);
  if (!found) return base::Unexpected{describe(found.error())};
  if (found->contents.segments.empty() && found->contents.snapshot == 0) {
    return base::Unexpected{path + " holds no log"};
  }
  return std::move(*found);
}

// ---- papo log check

void print_damages(const log::Inspection& found) {
  for (const log::Trouble& each : found.report.passed_over) {
    print_line("  " + log::summarize(each));
  }
}

void print_torn_tail(const log::ReplayReport& report) {
  if (report.torn_file.empty()) return;
  print_line(log::describe_torn_tail(report) +
             ", and the next start drops them.");
}

std::string describe_contents(const log::Inspection& found) {
  std::string text = describe(take_inventory(*found.store)) + " in ";
  if (found.contents.snapshot != 0) {
    text += "a snapshot of " +
            base::counted(found.report.snapshot.bytes, "byte") + " and ";
  }
  return text + base::counted(found.contents.segments.size(), "segment") +
         " of " + base::counted(found.report.segment_bytes, "byte");
}

base::Result<bool, std::string> check(Folder* folder) {
  const Outcome opened = folder->open(Purpose::Read);
  if (!opened) return base::Unexpected{opened.error()};
  const auto found = folder->inspect();
  if (!found) return base::Unexpected{found.error()};
  if (found->is_intact()) {
    print_line(folder->path + " is intact: " + describe_contents(*found) + ".");
    print_torn_tail(found->report);
    return true;
  }
  print_line(folder->path + " is damaged:");
  print_damages(*found);
  print_line("Intact are " + describe_contents(*found) + ". `papo log repair " +
             folder->path + "` keeps them, and a copy of every file.");
  return false;
}

// ---- papo log repair

// The first name that is free.
base::Result<std::string, std::string> copy_all(const Folder& folder,
                                                const log::Inspection& found) {
  std::string path;
  for (std::uint64_t number = 1;; ++number) {
    path = folder.path + "/before-repair-";
    base::append_number(&path, number);
    const auto taken = sys::open_folder(path, false);
    if (!taken && taken.error().number == ENOENT) break;
  }
  auto copies = open_log_folder(path, true);
  if (!copies) return base::Unexpected{copies.error()};
  const auto copied =
      log::copy_log(folder.files.get(), found.contents, copies->get());
  if (copied) return path;
  return base::Unexpected{path + ": " + log::summarize(copied.error()) +
                          ". Nothing was changed."};
}

base::Result<bool, std::string> repair(Folder* folder) {
  const Outcome opened = folder->open(Purpose::Write);
  if (!opened) return base::Unexpected{opened.error()};
  const auto found = folder->inspect();
  if (!found) return base::Unexpected{found.error()};
  if (found->is_intact()) {
    print_line(folder->path + " is intact: there is nothing to repair.");
    return true;
  }
  const auto copies = copy_all(*folder, *found);
  if (!copies) return base::Unexpected{copies.error()};
  print_line("A copy of every file is in " + *copies + ".");
  print_line("Passed over:");
  print_damages(*found);
  const auto written =
      log::replace_log(folder->files.get(), found->contents, *found->store,
                       found->end.sequence, folder->key);
  if (!written) return base::Unexpected{folder->describe(written.error())};
  print_line(folder->path + " is repaired, and holds " +
             describe(take_inventory(*found->store)) + ".");
  return true;
}

// ---- papo export

class StandardOutput final : public LineSink {
 public:
  bool take(std::string_view lines) override {
    return std::fwrite(lines.data(), 1, lines.size(), stdout) == lines.size();
  }
};

base::Result<bool, std::string> export_log(Folder* folder) {
  const Outcome opened = folder->open(Purpose::Read);
  if (!opened) return base::Unexpected{opened.error()};
  const auto found = folder->inspect();
  if (!found) return base::Unexpected{found.error()};
  if (!found->is_intact()) {
    return base::Unexpected{
        folder->describe(found->report.passed_over.front())};
  }
  StandardOutput output;
  if (export_lines(*found->store, &output) && std::fflush(stdout) == 0) {
    return true;
  }
  return base::Unexpected{std::string("cannot write to standard output")};
}

// ---- papo import

// Gives the importer each line of standard input.
Outcome read_lines(Importer* importer) {
  std::string rest;
  std::string piece(kPieceBytes, '\0');
  for (;;) {
    const std::size_t count = std::fread(piece.data(), 1, kPieceBytes, stdin);
    rest.append(piece, 0, count);
    std::size_t begin = 0;
    for (std::size_t end = rest.find('\n'); end != std::string::npos;
         end = rest.find('\n', begin)) {
      Outcome taken =
          importer->take(std::string_view(rest).substr(begin, end - begin));
      if (!taken) return taken;
      begin = end + 1;
    }
    rest.erase(0, begin);
    if (rest.size() > kLineBytesMax) return importer->take(rest);
    if (count == kPieceBytes) continue;
    if (std::ferror(stdin) != 0) {
      return base::Unexpected{std::string("cannot read standard input")};
    }
    const Outcome taken =
        rest.empty() ? Outcome(base::Done{}) : importer->take(rest);
    return taken ? importer->finish() : taken;
  }
}

base::Result<bool, std::string> import_log(Folder* folder) {
  const Outcome opened = folder->open(Purpose::Create);
  if (!opened) return base::Unexpected{opened.error()};
  const auto contents = log::read_folder(folder->files.get());
  if (!contents) return base::Unexpected{folder->describe(contents.error())};
  if (!contents->segments.empty() || contents->snapshot != 0) {
    return base::Unexpected{folder->path +
                            " holds a log already: choose another folder"};
  }
  chat::RoomStore store({}, chat::Language::English, folder->key);
  Importer importer(&store);
  const Outcome read = read_lines(&importer);
  if (!read) return base::Unexpected{read.error()};
  const auto written =
      log::replace_log(folder->files.get(), *contents, store, 1, folder->key);
  if (!written) return base::Unexpected{folder->describe(written.error())};
  print_line(folder->path + " holds " + describe(take_inventory(store)) + ".");
  return true;
}

struct Command {
  std::string_view first;
  std::string_view second;  // empty: the folder comes next
  base::Result<bool, std::string> (*run)(Folder* folder);
};
constexpr Command kCommands[] = {
    {"log", "check", check},
    {"log", "repair", repair},
    {"export", "", export_log},
    {"import", "", import_log},
};

int complain(const std::string& what, int status) {
  std::fprintf(stderr, "papo: %s\n", what.c_str());
  return status;
}

int run(const Command& command, std::span<const std::string_view> words) {
  std::string name(command.first);
  if (!command.second.empty()) name.append(" ").append(command.second);
  if (words.size() != 1 || words[0].empty() || words[0].starts_with("-")) {
    return complain("usage: papo " + name + " DIR", kMisused);
  }
  Folder folder;
  folder.path = words[0];
  const auto done = command.run(&folder);
  if (!done) return complain(done.error(), kFailed);
  return *done ? 0 : kFailed;
}

}  // namespace

bool is_log_command(std::span<const std::string_view> arguments) {
  return !arguments.empty() &&
         (arguments[0] == "log" || arguments[0] == "export" ||
          arguments[0] == "import");
}

int run_log_command(std::span<const std::string_view> arguments) {
  PAPO_CHECK(is_log_command(arguments));
  // Who reads no more is an error of fwrite(), not a signal.
  std::signal(SIGPIPE, SIG_IGN);
  for (const Command& each : kCommands) {
    if (arguments[0] != each.first) continue;
    if (each.second.empty()) return run(each, arguments.subspan(1));
    if (arguments.size() > 1 && arguments[1] == each.second) {
      return run(each, arguments.subspan(2));
    }
  }
  return complain("usage: papo log check DIR, or papo log repair DIR",
                  kMisused);
}

}  // namespace papo::cli
