#pragma once
// SHA-256 and the leaf and node hashes of RFC 9162 section 2.1.1; hex; CRC32C; XXH64.

#include "base/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

Hash sha256(std::string_view bytes);
/// SHA-256(0x00 ‖ bytes).
Hash leaf_hash(std::string_view bytes);
/// SHA-256(0x01 ‖ left ‖ right).
Hash node_hash(const Hash& left, const Hash& right);
/// The 32 bytes, as text; a slice of `hash`.
inline std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }
/// Lower case hex, 64 characters.
std::string format_hash(const Hash& hash);

/// 64 hexadecimal digits of either case; nothing where `text` is anything else.
std::optional<Hash> parse_hash(std::string_view text);
/// CRC-32C (Castagnoli, RFC 3720 appendix B.4) of `bytes`.
std::uint32_t crc32c(std::string_view bytes);
/// XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md): no cryptographic hash, the same on every machine.
std::uint64_t xxh64(std::string_view bytes, std::uint64_t seed);

}  // namespace govlog
