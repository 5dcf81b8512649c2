#pragma once
// A stranger's verifier of proofs, which goes into evidence packs: scripts/verify-proof.py.

#include <string_view>

namespace govlog {

/// The text of the script.
std::string_view proof_verifier();

}  // namespace govlog
