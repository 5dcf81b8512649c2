#pragma once
// Roots that somebody signed: checkpoints of a transparency log (C2SP tlog-checkpoint) as signed notes with Ed25519 (C2SP signed-note, https://c2sp.org/signed-note).
//
//     example.org/governance
//     1000
//     n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=
//
//     — example.org/governance AAAAAAAA…=
//
// The lines are origin, size and root; a signature's bytes are the first four of SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), then Ed25519's 64 over the text up to the empty line.

#include "base/result.h"
#include "base/types.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// What signs: `PRIVATE+KEY+<name>+<hash>+<base64 of 0x01 ‖ seed>`.
struct SigningKey {
  std::string name;
  std::array<std::uint8_t, 32> seed{};
};

/// What checks a signature: `<name>+<hash>+<base64 of 0x01 ‖ public key>`.
struct VerifierKey {
  std::string name;
  std::array<std::uint8_t, 32> public_key{};
};

/// A checkpoint, and who signed it.
struct Checkpoint {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  std::string text;  // what is signed
  struct Signature {
    std::string name;
    std::string bytes;  // key hash, then the signature
  };
  std::vector<Signature> signatures;
};

/// A key of 32 random bytes. kInvalidArgument where `name` is empty or has white space or `+`.
Result<SigningKey> make_signing_key(std::string_view name);
VerifierKey verifier_of(const SigningKey& key);

std::string format_key(const SigningKey& key);
std::string format_key(const VerifierKey& key);
/// kInvalidArgument where `text` is no such key, its hash included. White space around it is passed over.
Result<SigningKey> parse_signing_key(std::string_view text);
Result<VerifierKey> parse_verifier_key(std::string_view text);

/// The whole note; its origin is the key's name.
std::string sign_checkpoint(const SigningKey& key, std::uint64_t size, const Hash& root);

/// kInvalidArgument where `note` is no checkpoint. Signatures are not checked here.
Result<Checkpoint> parse_checkpoint(std::string_view note);

/// Whether one of the signatures is the key's.
bool is_signed_by(const Checkpoint& checkpoint, const VerifierKey& key);

}  // namespace govlog
