#include "app/static_files.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "app/embedded_files.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/text.h"
#include "wire/gzip.h"
#include "wire/http_syntax.h"
#include "wire/uri.h"

namespace papo::app {
namespace {

// Scripts, styles and connections of our own origin and nothing else, so that
// a message that slipped through every escape could still run nothing. The
// page may be put in no frame.
constexpr std::string_view kPageHeaders =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; "
    "style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n";

// True when Accept-Encoding takes gzip (RFC 9110 §12.5.3): by name, or by "*"
// where the name is not there; not with a weight of zero.
bool accepts_gzip(const http::Request& request) {
  std::string_view list = request.field("accept-encoding");
  std::optional<bool> named;
  bool any = false;
  for (std::string_view element; http::take_element(&list, &element);) {
    const std::size_t semicolon = element.find(';');
    const std::string_view coding =
        base::trim_blanks(element.substr(0, semicolon));
    bool wanted = true;
    if (semicolon != std::string_view::npos) {
      std::string_view weight =
          base::trim_blanks(element.substr(semicolon + 1));
      if (weight.size() > 2 && base::to_lower(weight[0]) == 'q') {
        weight.remove_prefix(2);
        wanted = weight.find_first_not_of("0.") != std::string_view::npos;
      }
    }
    if (base::equals_ignoring_case(coding, "gzip")) named = wanted;
    if (coding == "*") any = wanted;
  }
  return named.value_or(any);
}

// If-None-Match compares weakly (RFC 9110 §13.1.2).
bool matches_any(std::string_view list, std::string_view etag) {
  if (base::trim_blanks(list) == "*") return true;
  for (std::string_view element; http::take_element(&list, &element);) {
    if (element.starts_with("W/")) element.remove_prefix(2);
    if (element == etag) return true;
  }
  return false;
}

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;  // exclusive
};
enum class RangeKind { None, Part, Unsatisfiable };

// One range of bytes (RFC 9110 §14.1.2). Several at once, other units and what
// is malformed are ignored: the whole is always a right answer (§14.2).
RangeKind read_range(std::string_view value, std::size_t size, Range* range) {
  if (!value.starts_with("bytes=")) return RangeKind::None;
  value = base::trim_blanks(value.substr(6));
  const std::size_t dash = value.find('-');
  if (dash == std::string_view::npos) return RangeKind::None;
  const std::string_view first_text = value.substr(0, dash);
  const std::string_view last_text = value.substr(dash + 1);
  const auto first = base::parse_unsigned(first_text);
  const auto last = base::parse_unsigned(last_text);
  if (first_text.empty()) {  // the last bytes: "-500"
    if (!last) return RangeKind::None;
    if (*last == 0 || size == 0) return RangeKind::Unsatisfiable;
    *range = {size - std::min<std::uint64_t>(*last, size), size};
    return RangeKind::Part;
  }
  if (!first || (!last && !last_text.empty())) return RangeKind::None;
  if (last && *last < *first) return RangeKind::None;
  if (*first >= size) return RangeKind::Unsatisfiable;
  const std::uint64_t end =
      last ? std::min<std::uint64_t>(*last, size - 1) + 1 : size;
  *range = {static_cast<std::size_t>(*first), static_cast<std::size_t>(end)};
  return RangeKind::Part;
}

// "…" becomes "…-gz": another form of a file is another representation.
std::string etag_of(const File& file, bool gzip) {
  std::string etag(file.etag);
  if (gzip) etag.insert(etag.size() - 1, "-gz");
  return etag;
}

// A range is of the bytes as they are, for GET alone (§14.2), and holds only
// for the form that If-Range names (§13.1.5).
bool wants_range(const http::Request& request, std::string_view etag) {
  if (request.method() != http::Method::Get) return false;
  if (request.field("range").data() == nullptr) return false;
  const std::string_view if_range = request.field("if-range");
  return if_range.data() == nullptr || if_range == etag;
}

void append_content_range(std::string* headers, const Range* range,
                          std::size_t size) {
  headers->append("Content-Range: bytes ");
  if (range == nullptr) {
    headers->append("*");
  } else {
    base::append_number(headers, range->begin);
    headers->append("-");
    base::append_number(headers, range->end - 1);
  }
  headers->append("/");
  base::append_number(headers, size);
  headers->append("\r\n");
}

// Larger than any file that could be embedded.
constexpr std::size_t kUnpackedBytesMax = std::size_t{64} * 1024 * 1024;

const EmbeddedFile* find_embedded(std::string_view path) {
  const auto files = embedded_files();
  const auto found =
      std::lower_bound(files.begin(), files.end(), path,
                       [](const EmbeddedFile& each, std::string_view wanted) {
                         return each.path < wanted;
                       });
  return found == files.end() || found->path != path ? nullptr : &*found;
}

}  // namespace

// A hash of all entity tags, in hexadecimal.
EmbeddedFiles::EmbeddedFiles() {
  std::string tags;
  for (const EmbeddedFile& each : embedded_files()) tags.append(each.etag);
  const std::uint64_t hash = base::siphash13({}, tags);
  for (int shift = 60; shift >= 0; shift -= 4) {
    fingerprint_.push_back("0123456789abcdef"[hash >> shift & 0xF]);
  }
}

bool EmbeddedFiles::find(std::string_view path, File* file) {
  const EmbeddedFile* found = find_embedded(path);
  if (found == nullptr) return false;
  *file = {found->bytes, found->gzipped, found->etag};
  return true;
}

void EmbeddedFiles::unpack(std::string_view path, File* file) {
  const EmbeddedFile* found = find_embedded(path);
  if (found == nullptr || found->gzipped.empty()) return;
  const auto files = embedded_files();
  unpacked_.resize(files.size());
  std::string& bytes = unpacked_[static_cast<std::size_t>(found - &files[0])];
  if (bytes.empty()) {
    auto unpacked = gzip::unpack(found->gzipped, kUnpackedBytesMax);
    PAPO_CHECK(unpacked.has_value());
    bytes = std::move(*unpacked);
  }
  file->bytes = bytes;
}

bool file_path_of(std::string_view request_path, std::string* path) {
  path->clear();
  if (!uri::decode_file_path(request_path, path)) return false;
  if (path->empty() || path->back() == '/') path->append("index.html");
  return path->front() != '.' && path->find("/.") == std::string::npos;
}

bool takes_gzip(const http::Request& request, const File& file) {
  return !file.gzipped.empty() && accepts_gzip(request) &&
         !wants_range(request, etag_of(file, false));
}

FileAnswer answer_file(const http::Request& request, std::string_view path,
                       const File& file) {
  FileAnswer answer;
  answer.content_type = content_type_of(path);
  answer.headers =
      "Cache-Control: no-cache\r\n";  // may be kept, must be asked about
  if (answer.content_type.starts_with("text/html")) {
    answer.headers.append(kPageHeaders);
  }
  const bool gzip = takes_gzip(request, file);
  const bool ranged = !gzip && wants_range(request, etag_of(file, false));
  const std::string etag = etag_of(file, gzip);
  answer.headers.append("ETag: ").append(etag).append("\r\n");
  answer.headers.append("Accept-Ranges: bytes\r\n");
  if (!file.gzipped.empty()) {
    answer.headers.append("Vary: Accept-Encoding\r\n");
  }
  const std::string_view if_none_match = request.field("if-none-match");
  if (if_none_match.data() != nullptr && matches_any(if_none_match, etag)) {
    answer.status = 304;
    return answer;
  }
  answer.body = gzip ? file.gzipped : file.bytes;
  if (gzip) answer.headers.append("Content-Encoding: gzip\r\n");
  if (!ranged) return answer;
  Range range;
  switch (read_range(request.field("range"), file.bytes.size(), &range)) {
    case RangeKind::None:
      break;
    case RangeKind::Part:
      answer.status = 206;
      answer.body = file.bytes.substr(range.begin, range.end - range.begin);
      append_content_range(&answer.headers, &range, file.bytes.size());
      break;
    case RangeKind::Unsatisfiable:
      answer.status = 416;
      answer.body = {};
      answer.headers.clear();
      append_content_range(&answer.headers, nullptr, file.bytes.size());
      break;
  }
  return answer;
}

std::string_view content_type_of(std::string_view path) {
  struct Type {
    std::string_view ending;
    std::string_view type;
  };
  static constexpr Type kTypes[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".ico", "image/x-icon"},
      {".webmanifest", "application/manifest+json"},
      {".txt", "text/plain; charset=utf-8"},
      {".woff2", "font/woff2"},
  };
  for (const Type& each : kTypes) {
    if (path.ends_with(each.ending)) return each.type;
  }
  return "application/octet-stream";
}

}  // namespace papo::app
