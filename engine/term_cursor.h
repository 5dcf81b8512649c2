#pragma once
// The blocks of one term, segment by segment. Private to engine.

#include "base/result.h"
#include "codec/event_terms.h"
#include "engine/database.h"
#include "engine/postings.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace govlog {

/// A term's blocks stand in the order of their segments, newest first, so asking for one segment after the other downwards reads each block once and nothing
/// for segments that have none. Any other order costs a seek each. Threads: one at a time.
class TermCursor {
 public:
  /// `database` and `snapshot` must outlive it.
  TermCursor(const Database& database, const rocksdb::Snapshot* snapshot, const WantedTerm& term);

  /// The postings in `segment`, or null where it has none. They live until the next call. kCorruption.
  Result<const Block*> find(std::uint32_t segment);

 private:
  void seek(std::uint32_t segment);
  Status look();

  std::unique_ptr<rocksdb::Iterator> rows_;
  std::string prefix_;
  bool placed_ = false;
  std::uint32_t from_ = 0;  // the segments from here down to the one at which rows_ stands have no block but that one
  std::optional<std::uint32_t> here_;     // the segment at which rows_ stands; none: no block further down
  std::optional<std::uint32_t> decoded_;  // the segment that block_ is of
  Block block_;
};

}  // namespace govlog
