#pragma once
// A log that is kept outside a store becomes one again.

#include "base/result.h"
#include "engine/store.h"
#include "engine/verify.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace govlog {

struct RestoreOptions {
  StoreOptions store;                     // its directory is empty or not there
  std::string from;                       // a backup's directory, or a file of export lines (plain, gzip, zstd; `-` is stdin)
  std::optional<std::uint64_t> backup{};  // the point of a backup, else the newest
  std::optional<ExpectedRoot> expected_root{};
  std::function<void(std::uint64_t done, std::uint64_t total)> progress{};
};

struct RestoreReport {
  Position events = 0;
  Hash root{};
};

/// Positions, versions and times come out as they were. Everything is checked before anything is put into place: lines are what export writes and follow each other, the root is that of the backup's point, and the
/// one that is expected. kCorruption (with `details.line` where a line is at fault), kInvalidArgument, kNotFound, kUnsupportedFormat, kDiskFull, kForbidden, kIoError: then there is no store. O(log), as an import.
Result<RestoreReport> restore(const RestoreOptions& options);

/// `{"events","root","log_position"}`.
std::string render_restore(const RestoreReport& report);

}  // namespace govlog
