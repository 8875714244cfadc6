// The files of the web client: which one a path means, which form of it the
// client takes, and whether it has it already (RFC 9110 §8.8, §12.5.3, §13,
// §14).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/shared_bytes.h"
#include "wire/http_request.h"

namespace papo::app {

// One file, as it lies in the binary or in a folder.
struct File {
  std::string_view bytes;    // empty where find() gave the other form alone
  std::string_view gzipped;  // empty: there is no such form
  std::string_view etag;     // strong, in quotes
  // What `bytes` are in, where they are not for ever.
  base::SharedBytes owner = {};
};

// Files that cannot be had at once: a disk, or a network behind it, is asked
// while everybody else is served.
class FileLookups {
 public:
  using Ticket = std::uint64_t;
  enum class Outcome : std::uint8_t { Pending, Found, None, TooLarge };

  virtual ~FileLookups() = default;
  // Begins to look for a file, as it is from now on. Never waits.
  virtual Ticket begin(std::string_view path) = 0;
  // Takes what has been found meanwhile. True when there was any.
  virtual bool advance() = 0;
  // What `file` views is valid until end(); its owner keeps its bytes longer.
  // REQUIRES: the ticket was not ended.
  virtual Outcome look(Ticket ticket, File* file) const = 0;
  // Once for each ticket, found or not.
  virtual void end(Ticket ticket) = 0;
};

// Where files come from. `path` is decoded and safe: relative, with slashes,
// without "." or ".." or hidden segments.
class FileSource {
 public:
  virtual ~FileSource() = default;
  // Where files are had when that is not at once: then find() knows none.
  virtual FileLookups* lookups() { return nullptr; }
  // False when there is no such file. What `file` views is valid until the
  // next call, or for ever when is_permanent().
  virtual bool find(std::string_view path, File* file) = 0;
  virtual bool is_permanent() const = 0;
  // Fills in the `bytes` of a file that find() gave gzipped alone.
  virtual void unpack(std::string_view, File*) {}
  // Changes when a file does, as far as is known: a page compares it to see
  // that it is stale. A few characters.
  virtual std::string_view fingerprint() const = 0;
};

// The files inside the binary. Most lie there gzipped; what a client wants
// otherwise is unpacked at its first wish, and kept.
class EmbeddedFiles final : public FileSource {
 public:
  EmbeddedFiles();
  bool find(std::string_view path, File* file) override;
  bool is_permanent() const override { return true; }
  void unpack(std::string_view path, File* file) override;
  std::string_view fingerprint() const override { return fingerprint_; }

 private:
  std::vector<std::string> unpacked_;  // as in embedded_files(); empty: not yet
  std::string fingerprint_;
};

// The path of the file that a request's path means: "index.html" for "/",
// decoded otherwise. False when it can be none: it leads out, or into a hidden
// file, or is malformed.
bool file_path_of(std::string_view request_path, std::string* path);

// True when the request is answered by the gzipped form, of which no ranges are
// given.
bool takes_gzip(const http::Request& request, const File& file);

// What to answer for a file.
struct FileAnswer {
  int status = 200;  // 200, 206, 304 or 416
  std::string_view content_type;
  std::string headers;    // each line with its CRLF
  std::string_view body;  // part of the file's bytes
};
// REQUIRES: takes_gzip(), or the file's bytes are there.
FileAnswer answer_file(const http::Request& request, std::string_view path,
                       const File& file);

// The Content-Type of a file by its name's ending.
std::string_view content_type_of(std::string_view path);

}  // namespace papo::app
