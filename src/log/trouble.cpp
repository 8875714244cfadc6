#include "log/trouble.h"

#include <cstring>

#include "base/text.h"

namespace papo::log {

std::string describe(const base::Error& error) {
  return std::string(error.doing) + ": " + std::strerror(error.number);
}

std::string describe(const Trouble& trouble, std::string_view folder) {
  std::string text(folder);
  if (!trouble.file.empty()) text.append("/").append(trouble.file);
  if (trouble.kind == Trouble::Kind::Damaged ||
      trouble.kind == Trouble::Kind::Newer) {
    text += " at byte ";
    base::append_number(&text, trouble.offset);
  }
  text.append(": ").append(trouble.what).append(".");
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
