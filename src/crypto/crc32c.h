// CRC-32C, Castagnoli's polynomial: the checksum of iSCSI (RFC 3720 §12.1),
// ext4 and most logs. It finds bytes that a disk lost or tore, and every burst
// of errors up to 32 bits long; it is no protection against an attacker.
#pragma once

#include <cstdint>
#include <string_view>

namespace papo::crypto {

// The checksum of `bytes` after bytes whose checksum is `seed`, so that
//   crc32c(crc32c(0, a), b) == crc32c(0, a + b)
// and 0 begins. With the processor's instruction where the build allows it
// (-msse4.2, -march=armv8-a+crc), else eight bytes a step with 8 KiB of
// tables: the same result.
std::uint32_t crc32c(std::uint32_t seed, std::string_view bytes);

}  // namespace papo::crypto
