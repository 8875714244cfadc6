#include "log/trouble.h"

#include "base/phrases.h"
#include "base/text.h"

namespace papo::log {

std::string summarize(const Trouble& trouble) {
  std::string text = trouble.file;
  if (trouble.kind == Trouble::Kind::Damaged ||
      trouble.kind == Trouble::Kind::Newer) {
    text += " at byte ";
    base::append_number(&text, trouble.offset);
  }
  if (!text.empty()) text += ": ";
  return text + trouble.what;
}

std::string describe(const Trouble& trouble, std::string_view folder) {
  std::string text(folder);
  text += trouble.file.empty() ? ": " : "/";
  text.append(summarize(trouble)).append(".");
  switch (trouble.kind) {
    case Trouble::Kind::Damaged:
      text.append(" Nothing was changed. `papo log check ")
          .append(folder)
          .append("` tells what is intact; `papo log repair ")
          .append(folder)
          .append("` keeps all that is, and a copy of every file.");
      break;
    case Trouble::Kind::Newer:
      text += " A newer papo wrote it: use that one.";
      break;
    case Trouble::Kind::InUse:
    case Trouble::Kind::System:
      break;
  }
  return text;
}

Trouble system_trouble(std::string_view file, const base::Error& error) {
  return {Trouble::Kind::System, std::string(file), 0, describe(error)};
}

}  // namespace papo::log
