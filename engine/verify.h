#pragma once
// Whether a store is what it should be: contract 6, "Verify".
//
// In turn: the checksum of every table file; the families' heads and HEAD; every event, its place and its leaf of the hash tree, and every node above; then, with the log
// written anew into a second database, every row that is derived from it. Nothing is changed or repaired.

#include "base/result.h"
#include "engine/store.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

/// A root that somebody noted.
struct ExpectedRoot {
  Position size = 0;
  Hash root{};
};

struct VerifyOptions {
  StoreOptions store;             // `directory`: of a store that nobody writes meanwhile
  std::filesystem::path scratch;  // an empty place for the second database
  bool fast = false;              // checksums and tree alone
  Position since = 1;             // events before it are not read; above 1 nothing that is derived is compared
  Position until = kPositionMax;  // events behind it are left out; below the log's end nothing that is derived is compared
  std::optional<ExpectedRoot> expected_root{};
  /// `stage` is "files", "events" or "indexes".
  std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)> progress{};
  /// Asked now and then; true ends it with kInternal.
  std::function<bool()> stop{};
};

/// What is wrong in one place.
struct VerifyProblem {
  std::string family;  // empty where it is of none
  std::optional<Position> position;
  std::string file;  // below the store's directory, empty where it is not known
  std::string problem;
};

inline constexpr std::size_t kVerifyProblemsMax = 100;

struct VerifyReport {
  bool exists = true;  // false where there is no store: then the log is empty
  Position events = 0;
  Hash root{};
  std::vector<VerifyProblem> problems;  // at most kVerifyProblemsMax
};

/// Of a store that is not there: an empty log, which extends no root of more.
VerifyReport verify_nothing(const VerifyOptions& options);

/// Of a store of which no more is known than that it cannot be opened or copied: `error` is its one problem.
VerifyReport verify_failure(const Error& error);

/// Errors are those of looking, kInvalidArgument with `details.parameter` since where it lies beyond the log, kDiskFull where the second database does not fit, kIoError, kUnsupportedFormat; what is found is no error. O(log), with the memory of a rebuild; with `fast` O(bytes) and
/// no memory.
Result<VerifyReport> verify(const VerifyOptions& options);

}  // namespace govlog
