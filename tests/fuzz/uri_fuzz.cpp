// Percent-decoding and forms: decoding never grows, a view never moves, and a
// path never leads out of its root.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/uri.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string decoded(std::string_view text) {
  std::string out;
  papo::uri::percent_decode(text, &out);
  return out;
}

void check_decoding(std::string_view text) {
  const std::string out = decoded(text);
  require(out.size() <= text.size());
  require(text.find('%') != text.npos || out == text);
}

// The standard's parser (URL Standard §5.1), as plainly as it can be written.
std::vector<std::pair<std::string, std::string>> plain_pairs(
    std::string_view form) {
  std::vector<std::pair<std::string, std::string>> pairs;
  std::size_t begin = 0;
  while (begin <= form.size()) {
    const std::size_t end = std::min(form.find('&', begin), form.size());
    std::string sequence(form.substr(begin, end - begin));
    begin = end + 1;
    if (sequence.empty()) continue;
    for (char& c : sequence) c = c == '+' ? ' ' : c;
    const std::size_t equals = sequence.find('=');
    pairs.emplace_back(
        decoded(sequence.substr(0, equals)),
        equals == sequence.npos ? "" : decoded(sequence.substr(equals + 1)));
  }
  return pairs;
}

void check_form(std::string_view form) {
  std::string scratch;
  std::vector<papo::uri::Pair> views;
  papo::uri::FormReader reader(form, &scratch);
  for (papo::uri::Pair pair; reader.next(&pair);) views.push_back(pair);
  const auto expected = plain_pairs(form);
  require(views.size() == expected.size());
  for (std::size_t i = 0; i < views.size(); ++i) {
    require(views[i].name == expected[i].first);
    require(views[i].value == expected[i].second);
  }
}

void check_file_path(std::string_view path) {
  std::string file;
  if (!papo::uri::decode_file_path(path, &file)) return;
  require(file.empty() || file.front() != '/');
  require(file.find('\0') == file.npos && file.find('\\') == file.npos);
  const std::string segments = "/" + file + "/";
  require(segments.find("/../") == segments.npos);
  require(segments.find("/./") == segments.npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_decoding(text);
  check_form(text);
  check_file_path(text);
  check_file_path("/" + std::string(text));
  return 0;
}
