#pragma once
// Roots and proofs as contract 6 has them: hashes in lower-case hex.

#include "query/proof.h"

#include <string>

namespace govlog {

std::string render_root(const TreeRoot& root, Position log_position);
std::string render_inclusion_proof(const InclusionProof& proof, Position log_position);
std::string render_consistency_proof(const ConsistencyProof& proof, Position log_position);

}  // namespace govlog
