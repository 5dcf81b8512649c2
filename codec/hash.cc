#include "codec/hash.h"

#include "base/assert.h"

#include <openssl/evp.h>

#include <bit>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <memory>

#ifdef __SSE4_2__
#include <nmmintrin.h>
#endif

namespace govlog {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

/// SHA-256 of the parts one after another. The algorithm is fetched once and the context kept for each thread: fetching anew for
/// each hash, as the one-shot calls do, takes as long again as hashing an event.
Hash hash_parts(std::initializer_list<std::string_view> parts) {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  bool ok = EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1;
  for (const std::string_view part : parts) ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  Hash hash;
  ok = ok && EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) == 1;
  GOVLOG_ASSERT(ok, "SHA-256 of {} parts failed", parts.size());
  return hash;
}

#ifdef __SSE4_2__

std::uint32_t crc32c_step(std::uint32_t crc, std::string_view bytes) {
  std::uint64_t wide = crc;
  for (; bytes.size() >= sizeof(std::uint64_t); bytes.remove_prefix(sizeof(std::uint64_t))) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = static_cast<std::uint32_t>(wide);
  for (const char byte : bytes) crc = _mm_crc32_u8(crc, static_cast<unsigned char>(byte));
  return crc;
}

#else

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x82F63B78U : crc >> 1;
    table[byte] = crc;
  }
  return table;
}

constexpr std::array<std::uint32_t, 256> kCrcTable = make_crc_table();

std::uint32_t crc32c_step(std::uint32_t crc, std::string_view bytes) {
  for (const char byte : bytes) crc = crc >> 8 ^ kCrcTable[(crc ^ static_cast<unsigned char>(byte)) & 0xFF];
  return crc;
}

#endif

constexpr std::uint64_t kXxhPrime1 = 0x9E37'79B1'85EB'CA87;
constexpr std::uint64_t kXxhPrime2 = 0xC2B2'AE3D'27D4'EB4F;
constexpr std::uint64_t kXxhPrime3 = 0x1656'67B1'9E37'79F9;
constexpr std::uint64_t kXxhPrime4 = 0x85EB'CA77'C2B2'AE63;
constexpr std::uint64_t kXxhPrime5 = 0x27D4'EB2F'1656'67C5;

std::uint64_t take_little_endian(std::string_view& bytes, std::size_t size) {
  std::uint64_t value = 0;
  if (size == sizeof value) {
    std::memcpy(&value, bytes.data(), sizeof value);
  } else {
    std::uint32_t half = 0;
    std::memcpy(&half, bytes.data(), sizeof half);
    value = half;
  }
  static_assert(std::endian::native == std::endian::little);
  bytes.remove_prefix(size);
  return value;
}

std::uint64_t xxh64_round(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kXxhPrime2, 31) * kXxhPrime1;
}

std::uint64_t xxh64_stripes(std::string_view& bytes, std::uint64_t seed) {
  std::uint64_t lanes[4] = {seed + kXxhPrime1 + kXxhPrime2, seed + kXxhPrime2, seed, seed - kXxhPrime1};
  while (bytes.size() >= 32) {
    for (std::uint64_t& lane : lanes) lane = xxh64_round(lane, take_little_endian(bytes, 8));
  }
  std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) + std::rotl(lanes[3], 18);
  for (const std::uint64_t lane : lanes) hash = (hash ^ xxh64_round(0, lane)) * kXxhPrime1 + kXxhPrime4;
  return hash;
}

}  // namespace

Hash sha256(std::string_view bytes) { return hash_parts({bytes}); }

Hash leaf_hash(std::string_view bytes) { return hash_parts({std::string_view("\0", 1), bytes}); }

Hash node_hash(const Hash& left, const Hash& right) { return hash_parts({"\1", bytes_of(left), bytes_of(right)}); }

std::string format_hash(const Hash& hash) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 0x0F];
  }
  return out;
}

std::optional<Hash> parse_hash(std::string_view text) {
  Hash hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const auto [end, error] = std::from_chars(text.data() + 2 * i, text.data() + 2 * i + 2, hash[i], 16);
    if (error != std::errc{} || end != text.data() + 2 * i + 2) return std::nullopt;
  }
  return hash;
}

std::uint32_t crc32c(std::string_view bytes) { return ~crc32c_step(~std::uint32_t{0}, bytes); }

std::uint64_t xxh64(std::string_view bytes, std::uint64_t seed) {
  const std::size_t size = bytes.size();
  std::uint64_t hash = size >= 32 ? xxh64_stripes(bytes, seed) : seed + kXxhPrime5;
  hash += size;
  while (bytes.size() >= 8) {
    hash = std::rotl(hash ^ xxh64_round(0, take_little_endian(bytes, 8)), 27) * kXxhPrime1 + kXxhPrime4;
  }
  if (bytes.size() >= 4) hash = std::rotl(hash ^ take_little_endian(bytes, 4) * kXxhPrime1, 23) * kXxhPrime2 + kXxhPrime3;
  for (const char c : bytes) hash = std::rotl(hash ^ static_cast<unsigned char>(c) * kXxhPrime5, 11) * kXxhPrime1;
  hash = (hash ^ hash >> 33) * kXxhPrime2;
  hash = (hash ^ hash >> 29) * kXxhPrime3;
  return hash ^ hash >> 32;
}

}  // namespace govlog
