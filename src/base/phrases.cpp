#include "base/phrases.h"

#include <cstring>

#include "base/text.h"

namespace papo::base {

std::string describe(const Error& error) {
  if (error.number == 0) return error.doing;
  return std::string(error.doing) + ": " + std::strerror(error.number);
}

std::string counted(std::uint64_t count, std::string_view noun) {
  std::string text;
  append_number(&text, count);
  text.append(" ").append(noun);
  if (count != 1) text.append("s");
  return text;
}

}  // namespace papo::base
