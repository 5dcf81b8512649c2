#pragma once
// Everything that is derived from the log, made from the log again: contract 6, "Rebuild".
//
// The log (family events, and the store's own names in meta) is written anew into a second database below DIR/rebuild, through the writer that appended it.
// Its hash tree must have the root that HEAD noted; else nothing is replaced. Then the two directories change places in one step, so a crash at any
// moment leaves the old database or the new one, and the next opening for writing removes DIR/rebuild.

#include "base/result.h"
#include "engine/row_difference.h"
#include "engine/store.h"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace govlog {

struct RebuildOptions {
  StoreOptions store;
  bool check_only = false;  // compare, and replace nothing
  std::function<void(Position done, Position last)> progress = {};
};

struct RebuildReport {
  bool exists = true;  // false where there is no store: then the rest is empty
  Position events = 0;
  std::vector<std::pair<std::string, std::uint64_t>> families;  // derived ones, and their rows as the log gives them
  std::optional<RowDifference> difference;                      // the first one; of a check alone
};

/// Takes the store for itself meanwhile. kLocked where somebody has it open, kDiskFull where there is no room for a second database, kCorruption where the log itself is
/// damaged, and as Store::open_for_writing. O(log), as an import.
Result<RebuildReport> rebuild(const RebuildOptions& options);

}  // namespace govlog
