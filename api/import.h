#pragma once
// NDJSON in and out of a store: plain, gzip or zstd, atomic batches.

#include "api/executor.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace govlog {

struct ImportProgress {
  std::uint64_t bytes_read = 0;   // of the file as it lies there, compressed or not
  std::uint64_t bytes_total = 0;  // 0 where it is not known (stdin)
  std::uint64_t lines_read = 0;
};

struct ImportOptions {
  bool skip_errors = false;  // contract: --on-error=skip
  std::string rejects_path;  // refused lines, verbatim; empty for none
  std::size_t batch_lines = 1000;
  std::function<void(const ImportProgress&)> progress;  // called after each few batches
  std::function<bool()>
      stop;  // true ends the import after what was read; asked from two threads, also while a pipe gives nothing
  std::function<Timestamp()> clock = system_clock_now;
  std::string shown_as;  // in errors, in place of a file's name; may be empty
  std::function<Status(Event&)>
      prepare;  // of each event before it is appended; what it refuses is a refused line. From several threads
};

struct ImportSummary {
  std::uint64_t read = 0;  // lines that were not blank
  std::uint64_t appended = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t rejected = 0;
  Position last_position = 0;  // of the log
  double seconds = 0;
};

/// Appends the lines of `files` in order (`-`: stdin), in atomic batches of at most `batch_lines` lines. A line without `id` gets the UUIDv5 of its canonical text
/// and its ordinal among equal lines of its file, so that a second run appends nothing. Blank lines, CR before LF and a leading byte order mark are
/// ignored. Compression is known by its magic bytes.
/// kIoError where a file cannot be read; kInvalidJson for a damaged gzip or zstd stream. A refused line ends the import, batches before it stay and the lines
/// before it in its own batch are appended (`details.line`, `details.appended`, `details.last_position`), or is counted and left out with `skip_errors`. Nothing is sent to
/// `executor` but what is to be appended, so no store is made for files without a sound line. Memory: O(batch).
Result<ImportSummary> import_files(Executor& executor, const std::vector<std::string>& files, const ImportOptions& options);

std::string render_import_summary(const ImportSummary& summary);

}  // namespace govlog
