// The files of static/, inside the program.
//
// scripts/embed-static writes the definition at build time: bytes by .incbin,
// so that the compiler never parses them, and a table that needs no start-up
// work. Everything here lives as long as the program.
#pragma once

#include <span>
#include <string_view>

namespace papo::app {

struct EmbeddedFile {
  // Relative, with slashes: "index.html", "js/feed.js".
  std::string_view path;
  // Empty where the gzipped form is there.
  std::string_view bytes;
  // The bytes as one gzip member (RFC 1952), made with the highest level. Empty
  // where gzip does not make them smaller, or was not there when the program
  // was built.
  std::string_view gzipped;
  // A strong entity tag of the bytes, quotes included (RFC 9110 §8.8.3): a hash
  // of the content. `gzipped` is another representation and needs another tag.
  std::string_view etag;
};

// Sorted by path, byte by byte, each path once.
std::span<const EmbeddedFile> embedded_files();

}  // namespace papo::app
