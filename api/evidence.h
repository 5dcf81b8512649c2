#pragma once
// What there is to show an auditor of one change request: its events and those of what belongs to it, with proofs that they are in the log, to be checked without Govlog.

#include "api/executor.h"
#include "base/result.h"
#include "codec/signed_note.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

struct EvidenceOptions {
  std::string change_request;  // its id
  std::filesystem::path out;   // the archive, which must not be there
  std::optional<SigningKey> key{};
  std::string_view verifier;  // text of scripts/verify-proof.py, which goes into it
};

struct EvidenceReport {
  Position events = 0;  // in the archive
  Position size = 0;    // of the log that they are proved to be in
  Hash root{};
};

/// Writes a ZIP archive: `events.ndjson` (the events whose entity is the change request, those that name it in `data.change_request_id`, and all of the entities of these, in position order, as export writes them),
/// `proofs.ndjson` (an inclusion proof for each), `root.json`, with a key `checkpoint` (a signed note), `chain.mmd` (mermaid), `verify-proof.py` and `README.txt`. All as of one position. kNotFound, kInvalidArgument with
/// `details.parameter` `out`, kCorruption of a damaged store, kDiskFull, kForbidden, kIoError.
Result<EvidenceReport> write_evidence(Executor& executor, const EvidenceOptions& options);

/// `{"events","size","root"}`.
std::string render_evidence(const EvidenceReport& report);

}  // namespace govlog
