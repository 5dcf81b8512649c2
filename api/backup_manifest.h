#pragma once
// What a backup directory holds: `segments`, files of export lines one after the other, and `backups`, the positions to which one can go back.
//
//     BACKUP/backup.json                 this manifest, replaced in one step
//     BACKUP/000001.ndjson.zst           lines 1 to 5000 as `govlog export` writes them; `zstdcat *.ndjson.zst` gives the log
//     BACKUP/lock

#include "base/result.h"
#include "codec/merkle.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

struct BackupPoint {
  std::uint64_t id = 0;
  Timestamp made_at;
  Position position = 0;
  Hash root{};
};

struct BackupSegment {
  std::string file;
  Position from = 0;
  Position to = 0;
  std::uint64_t bytes = 0;
};

struct BackupManifest {
  std::vector<BackupPoint> backups;     // rising
  std::vector<BackupSegment> segments;  // gapless from position 1
  MerkleFrontier tree;                  // over all that the segments hold
};

inline constexpr std::string_view kManifestName = "backup.json";

/// The name of a backup's segment, by its place among them, from 0.
std::string segment_file(std::size_t index);

/// kCorruption where the text is not what render_manifest gives of sound content; kUnsupportedFormat of a later version.
Result<BackupManifest> parse_manifest(std::string_view text);

/// `{"id","made_at","position","root"}`.
void append_point(std::string& out, const BackupPoint& point);

/// JSON, a member a line, with a checksum.
std::string render_manifest(const BackupManifest& manifest);

/// Of the backup in `directory`. kNotFound where there is none, kCorruption, kForbidden, kIoError.
Result<BackupManifest> read_manifest(const std::filesystem::path& directory);

/// kCorruption where the segment is not a file of the size that its manifest tells; nothing in it is read.
Status check_segment(const std::filesystem::path& directory, const BackupSegment& segment);

}  // namespace govlog
