#include "codec/signed_note.h"

#include "base/assert.h"
#include "codec/base64.h"
#include "codec/hash.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

namespace govlog {

namespace {

constexpr char kEd25519 = 1;  // the algorithm's byte
constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";
constexpr std::string_view kDash = "\xE2\x80\x94 ";
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kKeyHashBytes = 4;

using Key32 = std::array<std::uint8_t, 32>;
using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* unsigned_bytes(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

std::string key_hash(std::string_view name, const Key32& public_key) {
  const Hash hash = sha256(fmt::format("{}\n{}{}", name, kEd25519, bytes_of(public_key)));
  return std::string(bytes_of(hash).substr(0, kKeyHashBytes));
}

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// White space of Unicode beyond ASCII, which C2SP forbids in a name.
constexpr std::array<std::string_view, 19> kWideSpaces{"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003",
                                                       "\u2004", "\u2005", "\u2006", "\u2007", "\u2008", "\u2009", "\u200A",
                                                       "\u2028", "\u2029", "\u202F", "\u205F", "\u3000"};

bool is_name(std::string_view name) {
  const auto has = [&](std::string_view space) { return name.contains(space); };
  return !name.empty() && simdjson::validate_utf8(name.data(), name.size()) && std::ranges::none_of(kWideSpaces, has) &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7F'; });
}

struct KeyText {
  std::string name;
  std::string hash;  // hex
  Key32 key{};
};

/// `<name>+<hash>+<base64 of 0x01 ‖ 32 bytes>`
std::optional<KeyText> split_key(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = text.find('+', first + 1);
  if (first == std::string_view::npos || second == std::string_view::npos) return std::nullopt;
  KeyText out{std::string(text.substr(0, first)), std::string(text.substr(first + 1, second - first - 1)), {}};
  const auto bytes = decode_base64(text.substr(second + 1));
  if (!bytes || bytes->size() != 33 || bytes->front() != kEd25519 || !is_name(out.name)) return std::nullopt;
  std::copy(bytes->begin() + 1, bytes->end(), out.key.begin());
  return out;
}

PrivateKey private_key(const SigningKey& key) {
  PrivateKey out(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, key.seed.data(), key.seed.size()), EVP_PKEY_free);
  GOVLOG_ASSERT(out != nullptr, "OpenSSL takes no Ed25519 key");
  return out;
}

Error no_checkpoint(std::string_view why) { return {Code::kInvalidArgument, fmt::format("no signed checkpoint: {}", why), {}}; }

/// Takes the first line from `text`, without its newline; nothing where there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

Result<SigningKey> make_signing_key(std::string_view name) {
  if (!is_name(name))
    return Error{Code::kInvalidArgument,
                 "a key's name is not empty and has no white space and no +, such as example.org/governance",
                 {}};
  SigningKey key{std::string(name), {}};
  if (RAND_priv_bytes(key.seed.data(), static_cast<int>(key.seed.size())) != 1)
    return Error{Code::kInternal, "OpenSSL gives no random bytes", {}};
  return key;
}

VerifierKey verifier_of(const SigningKey& key) {
  VerifierKey out{key.name, {}};
  std::size_t length = out.public_key.size();
  const int told = EVP_PKEY_get_raw_public_key(private_key(key).get(), out.public_key.data(), &length);
  GOVLOG_ASSERT(told == 1 && length == out.public_key.size(), "OpenSSL gives no public key");
  return out;
}

std::string format_key(const SigningKey& key) {
  return fmt::format("{}{}+{}+{}", kPrivatePrefix, key.name, hex_of(key_hash(key.name, verifier_of(key).public_key)),
                     encode_base64(fmt::format("{}{}", kEd25519, bytes_of(key.seed))));
}

std::string format_key(const VerifierKey& key) {
  return fmt::format("{}+{}+{}", key.name, hex_of(key_hash(key.name, key.public_key)),
                     encode_base64(fmt::format("{}{}", kEd25519, bytes_of(key.public_key))));
}

Result<SigningKey> parse_signing_key(std::string_view text) {
  text = trimmed(text);
  const auto parts = text.starts_with(kPrivatePrefix) ? split_key(text.substr(kPrivatePrefix.size())) : std::nullopt;
  if (parts) {
    SigningKey key{parts->name, parts->key};
    if (hex_of(key_hash(key.name, verifier_of(key).public_key)) == parts->hash) return key;
  }
  return Error{Code::kInvalidArgument, "no private key as `govlog keygen` makes it", {}};
}

Result<VerifierKey> parse_verifier_key(std::string_view text) {
  const auto parts = split_key(trimmed(text));
  if (parts && hex_of(key_hash(parts->name, parts->key)) == parts->hash) return VerifierKey{parts->name, parts->key};
  return Error{Code::kInvalidArgument, "no public key as `govlog keygen` prints it: NAME+HASH+BASE64", {}};
}

std::string sign_checkpoint(const SigningKey& key, std::uint64_t size, const Hash& root) {
  const std::string text = fmt::format("{}\n{}\n{}\n", key.name, size, encode_base64(bytes_of(root)));
  std::string signature(kSignatureBytes, '\0');
  std::size_t length = signature.size();
  const PrivateKey secret = private_key(key);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const bool done = EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, secret.get()) == 1 &&
                    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                                   unsigned_bytes(text), text.size()) == 1;
  GOVLOG_ASSERT(done && length == kSignatureBytes, "OpenSSL does not sign");
  return fmt::format("{}\n{}{} {}\n", text, kDash, key.name,
                     encode_base64(key_hash(key.name, verifier_of(key).public_key) + signature));
}

Result<Checkpoint> parse_checkpoint(std::string_view note) {
  const std::size_t split = note.find("\n\n");
  if (split == std::string_view::npos) return no_checkpoint("it has no signatures behind an empty line");
  Checkpoint out;
  out.text = note.substr(0, split + 1);
  std::string_view text = out.text;
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || origin->empty() || !size || !root)
    return no_checkpoint("its first three lines are not an origin, a size and a root");
  out.origin = *origin;
  const auto [end, error] = std::from_chars(size->data(), size->data() + size->size(), out.size);
  if (error != std::errc{} || end != size->data() + size->size() || (size->size() > 1 && size->front() == '0'))
    return no_checkpoint("its second line is no size");
  const auto bytes = decode_base64(*root);
  if (!bytes || bytes->size() != out.root.size()) return no_checkpoint("its third line is no root");
  std::copy(bytes->begin(), bytes->end(), out.root.begin());
  std::string_view rest = note.substr(split + 2);
  while (const auto line = take_line(rest)) {
    const std::size_t space = line->rfind(' ');
    const auto signature =
        line->starts_with(kDash) && space > kDash.size() ? decode_base64(line->substr(space + 1)) : std::nullopt;
    if (!signature || signature->size() < kKeyHashBytes) return no_checkpoint("a line of the signatures is none");
    out.signatures.push_back({std::string(line->substr(kDash.size(), space - kDash.size())), *signature});
  }
  if (!rest.empty() || out.signatures.empty()) return no_checkpoint("its last line is cut off, or nobody signed it");
  return out;
}

bool is_signed_by(const Checkpoint& checkpoint, const VerifierKey& key) {
  const PrivateKey shown(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.public_key.data(), key.public_key.size()),
                         EVP_PKEY_free);
  const std::string hash = key_hash(key.name, key.public_key);
  return shown != nullptr &&
         std::any_of(checkpoint.signatures.begin(), checkpoint.signatures.end(), [&](const Checkpoint::Signature& signature) {
           if (signature.name != key.name || !signature.bytes.starts_with(hash) ||
               signature.bytes.size() != kKeyHashBytes + kSignatureBytes)
             return false;
           const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
           return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, shown.get()) == 1 &&
                  EVP_DigestVerify(context.get(), unsigned_bytes(signature.bytes) + kKeyHashBytes, kSignatureBytes,
                                   unsigned_bytes(checkpoint.text), checkpoint.text.size()) == 1;
         });
}

}  // namespace govlog
