#pragma once
// A file of somebody else's program, replaced whole or not at all.

#include "base/result.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

struct SettingsFile {
  std::filesystem::path path;           // symbolic links followed
  std::optional<std::string> contents;  // nothing where the file is not there yet
};

/// kIoError where it cannot be read, or is no file; kTooLarge over 64 MiB.
Result<SettingsFile> read_settings(const std::filesystem::path& path);

/// Where the old contents are kept: `FILE.bak`.
std::filesystem::path backup_of(const SettingsFile& file);

/// Puts `contents` in the place of `file`: a temporary file beside it, synced, with the mode of the old one, renamed over it. The old contents are
/// in backup_of(file) before that. A file that is new gets its directory made. kIoError, kDiskFull, also where the file says something else than
/// when it was read; then nothing has changed.
Status replace_settings(const SettingsFile& file, std::string_view contents);

}  // namespace govlog
