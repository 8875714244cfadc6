// Unpacks gzip (RFC 1952, RFC 1951): the embedded files lie packed in the
// program, and few clients do not take them so.
//
// Made to be small, not fast: a bit at a time, some 20 MB/s.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace papo::gzip {

// The bytes in the one member that `packed` is. Nothing when it is none, is
// damaged, or holds more than `bytes_max`.
std::optional<std::string> unpack(std::string_view packed,
                                  std::size_t bytes_max);

}  // namespace papo::gzip
