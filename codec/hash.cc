#include "codec/hash.h"

#include "base/assert.h"

#include <openssl/evp.h>

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

std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

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

std::uint32_t crc32c(std::string_view bytes) { return ~crc32c_step(~std::uint32_t{0}, bytes); }

}  // namespace govlog
