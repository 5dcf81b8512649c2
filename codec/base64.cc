#include "codec/base64.h"

#include <openssl/evp.h>

namespace govlog {

namespace {

const unsigned char* data_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), data_of(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0 || text.size() > 4096) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), data_of(text), static_cast<int>(text.size())) < 0)
    return std::nullopt;
  out.resize(out.size() - static_cast<std::size_t>(text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0));
  return encode_base64(out) == text ? std::optional(out) : std::nullopt;
}

}  // namespace govlog
