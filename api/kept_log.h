#pragma once
// A log that is kept outside a store, line by line: a backup, or the file of an export.

#include "api/backup_manifest.h"
#include "api/exported_line.h"
#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace govlog {

/// Gets each event in turn, and the line it stood in (without newline).
using KeptEventVisitor = std::function<Status(const EventView& event, std::string_view line)>;
/// Told how many bytes of how many were read.
using BytesProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// The events of a file of export lines (plain, gzip, zstd; `-` is stdin), which begins with position `first` and has no gap. kCorruption with `details.line`, and the errors of `visit`,
/// which get `details.line` too where they are kCorruption; kUnsupportedFormat; kIoError. Blank lines are passed over.
Status read_kept_file(const std::string& path, Position first, const KeptEventVisitor& visit, const BytesProgress& progress);

/// The events of a backup up to `last`. Errors name the segment's file.
Status read_backup(const std::filesystem::path& directory, const BackupManifest& manifest, Position last,
                   const KeptEventVisitor& visit, const BytesProgress& progress);

}  // namespace govlog
