#include "wire/uri.h"

#include <algorithm>

#include "base/byte_block.h"
#include "base/text.h"

namespace papo::uri {

namespace {

// The byte that `text` encodes at its front, or -1 when it is not "%XX".
int encoded_byte(std::string_view text) {
  if (text.size() < 3 || text[0] != '%') return -1;
  const int high = base::hex_value(text[1]);
  const int low = base::hex_value(text[2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == '\x7F';
}

// True when the decoded `segment` names something below its directory.
bool is_file_segment(std::string_view segment) {
  return segment != "." && segment != ".." &&
         segment.find_first_of("/\\") == segment.npos &&
         std::none_of(segment.begin(), segment.end(), is_control);
}

bool is_encoded(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return c == '%' || c == '+'; });
}

// What has a meaning in a form.
struct FormMarks {
  static bool has(unsigned char byte) {
    return byte == '&' || byte == '=' || byte == '%' || byte == '+';
  }
  static auto marks(auto block) {
    return block.equal('&')
        .or_with(block.equal('='))
        .or_with(block.equal('%'))
        .or_with(block.equal('+'));
  }
};

// What stands before the first '&', or all there is, seen in one pass.
struct Sequence {
  std::size_t size;
  std::size_t name_size;  // before the first '='
  bool encoded;
};
Sequence sequence_of(std::string_view form) {
  std::size_t name_size = form.npos;
  bool encoded = false;
  for (std::size_t at = 0;; ++at) {
    at = base::find_first<FormMarks>(form.data(), at, form.size());
    if (at == form.size() || form[at] == '&') {
      return {at, std::min(name_size, at), encoded};
    }
    if (form[at] != '=') {
      encoded = true;
    } else if (name_size == form.npos) {
      name_size = at;
    }
  }
}

}  // namespace

void percent_decode(std::string_view text, std::string* out) {
  while (!text.empty()) {
    const int byte = encoded_byte(text);
    if (byte >= 0) {
      *out += static_cast<char>(byte);
      text.remove_prefix(3);
      continue;
    }
    const std::size_t plain = std::min(text.find('%', 1), text.size());
    out->append(text.substr(0, plain));
    text.remove_prefix(plain);
  }
}

bool decode_file_path(std::string_view path, std::string* out) {
  if (path.empty() || path.front() != '/') return false;
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t size = std::min(path.find('/'), path.size());
    if (size == 0) return false;
    const std::size_t begin = out->size();
    percent_decode(path.substr(0, size), out);
    if (!is_file_segment(std::string_view(*out).substr(begin))) return false;
    if (size < path.size()) *out += '/';
    path.remove_prefix(std::min(size + 1, path.size()));
  }
  return true;
}

FormReader::FormReader(std::string_view form, std::string* scratch)
    : rest_(form), scratch_(scratch) {
  scratch->clear();
}

bool FormReader::next(Pair* pair) {
  Sequence sequence{};
  while (sequence.size == 0) {
    if (rest_.empty()) return false;
    sequence = sequence_of(rest_);
    if (sequence.size == 0) rest_.remove_prefix(1);
  }
  const std::string_view text = rest_.substr(0, sequence.size);
  rest_.remove_prefix(std::min(sequence.size + 1, rest_.size()));
  pair->name = text.substr(0, sequence.name_size);
  pair->value = text.substr(std::min(sequence.name_size + 1, text.size()));
  if (!sequence.encoded) return true;
  // Room for all that may follow, at the first need: no view moves later.
  scratch_->reserve(scratch_->size() + text.size() + rest_.size());
  pair->name = decode(pair->name);
  pair->value = decode(pair->value);
  return true;
}

// The standard's order: '+' is a space before '%' is looked at, so that "%2B"
// is a plus.
std::string_view FormReader::decode(std::string_view text) {
  if (!is_encoded(text)) return text;
  const std::size_t begin = scratch_->size();
  while (!text.empty()) {
    const std::size_t plus = std::min(text.find('+'), text.size());
    percent_decode(text.substr(0, plus), scratch_);
    if (plus < text.size()) *scratch_ += ' ';
    text.remove_prefix(std::min(plus + 1, text.size()));
  }
  return std::string_view(*scratch_).substr(begin);
}

}  // namespace papo::uri
