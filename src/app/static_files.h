// The files of the web client: which one a path means, which form of it the
// client takes, and whether it has it already (RFC 9110 §8.8, §12.5.3, §13,
// §14).
#pragma once

#include <string>
#include <string_view>

#include "wire/http_request.h"

namespace papo::app {

// One file, as it lies in the binary or in a folder.
struct File {
  std::string_view bytes;
  std::string_view gzipped;  // empty: there is no such form
  std::string_view etag;     // strong, in quotes
};

// Where files come from. `path` is decoded and safe: relative, with slashes,
// without "." or ".." or hidden segments.
class FileSource {
 public:
  virtual ~FileSource() = default;
  // False when there is no such file. What `file` views is valid until the
  // next call, or for ever when is_permanent().
  virtual bool find(std::string_view path, File* file) = 0;
  virtual bool is_permanent() const = 0;
  // Changes when a file does, as far as is known: a page compares it to see
  // that it is stale. A few characters.
  virtual std::string_view fingerprint() const = 0;
};

// The files inside the binary.
class EmbeddedFiles final : public FileSource {
 public:
  EmbeddedFiles();
  bool find(std::string_view path, File* file) override;
  bool is_permanent() const override { return true; }
  std::string_view fingerprint() const override { return fingerprint_; }

 private:
  std::string fingerprint_;
};

// The path of the file that a request's path means: "index.html" for "/",
// decoded otherwise. False when it can be none: it leads out, or into a hidden
// file, or is malformed.
bool file_path_of(std::string_view request_path, std::string* path);

// What to answer for a file.
struct FileAnswer {
  int status = 200;  // 200, 206, 304 or 416
  std::string_view content_type;
  std::string headers;    // each line with its CRLF
  std::string_view body;  // part of the file's bytes
};
FileAnswer answer_file(const http::Request& request, std::string_view path,
                       const File& file);

// The Content-Type of a file by its name's ending.
std::string_view content_type_of(std::string_view path);

}  // namespace papo::app
