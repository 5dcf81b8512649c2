#include "api/backup_manifest.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "base/system_error.h"
#include "codec/canonical.h"
#include "codec/hash.h"
#include "codec/json_text.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace govlog {

namespace {

constexpr std::uint64_t kManifestFormat = 1;
constexpr std::string_view kSumBefore = ",\n\"crc32c\":\"";
constexpr std::string_view kSumAfter = "\"}\n";

Error damaged(std::string_view why) {
  return {Code::kCorruption, fmt::format("the manifest {} of the backup is damaged: {}", kManifestName, why), {}};
}

/// Reads members of canonical JSON and remembers whether one was not what it should be.
class Reader {
 public:
  std::uint64_t number(std::string_view object, std::string_view name) {
    const auto value = parse_digits(member(object, name), kPositionMax);
    if (!value) failed_ = true;
    return value.value_or(0);
  }
  std::string text(std::string_view object, std::string_view name) { return text(member(object, name)); }
  std::string text(std::string_view token) {
    if (json_kind(token) != JsonKind::kString) failed_ = true;
    return json_unescape(token);
  }
  Hash hash(std::string_view text) {
    const auto hash = parse_hash(text);
    if (!hash) failed_ = true;
    return hash.value_or(Hash{});
  }
  /// The tokens of an array.
  std::vector<std::string_view> items(std::string_view object, std::string_view name) {
    std::vector<std::string_view> out;
    const std::string_view array = member(object, name);
    if (!array.starts_with('['))
      failed_ = true;
    else
      for (JsonCursor item(array); item.next();) out.push_back(item.value());
    return out;
  }
  bool failed() const { return failed_; }

 private:
  std::string_view member(std::string_view object, std::string_view name) {
    const auto value = object.starts_with('{') ? json_member(object, name) : std::nullopt;
    if (!value) failed_ = true;
    return value.value_or("null");
  }

  bool failed_ = false;
};

bool is_sound(const BackupManifest& manifest) {
  Position last = 0;
  for (std::size_t i = 0; i < manifest.segments.size(); ++i) {
    const BackupSegment& segment = manifest.segments[i];
    if (segment.from != last + 1 || segment.to < segment.from || segment.file != segment_file(i)) return false;
    last = segment.to;
  }
  if (manifest.tree.size() != last) return false;
  std::uint64_t id = 0;
  Position position = 0;
  for (const BackupPoint& point : manifest.backups) {
    if (point.id <= id || point.position < position || point.position > last) return false;
    id = point.id;
    position = point.position;
  }
  return manifest.backups.empty() || manifest.backups.back().position != last ||
         manifest.backups.back().root == manifest.tree.root();
}

void append_segment(std::string& out, const BackupSegment& segment) {
  out += "\n ";
  ObjectWriter object(out);
  object.text("file", std::string_view(segment.file));
  object.number("from", segment.from);
  object.number("to", segment.to);
  object.number("bytes", segment.bytes);
  object.close();
}

}  // namespace

std::string segment_file(std::size_t index) { return fmt::format("{:06}.ndjson.zst", index + 1); }

Result<BackupManifest> parse_manifest(std::string_view text) {
  const std::size_t at = text.rfind(kSumBefore);
  if (at == std::string_view::npos) return damaged("it has no checksum");
  const std::string_view summed = text.substr(0, at);
  if (text.substr(at) != fmt::format("{}{:08x}{}", kSumBefore, crc32c(summed), kSumAfter))
    return damaged("its checksum differs");
  const auto canonical = canonicalize(text, kJsonDepthMax);
  if (!canonical.ok()) return damaged(canonical.error().message);
  const std::string_view object = *canonical;
  Reader reader;
  const std::uint64_t format = reader.number(object, "format");
  if (format > kManifestFormat)
    return Error{
        Code::kUnsupportedFormat,
        fmt::format("the backup has format {}, and this govlog reads format {}: use a newer govlog", format, kManifestFormat),
        {}};
  BackupManifest manifest;
  for (const std::string_view point : reader.items(object, "backups")) {
    const auto made_at = parse_rfc3339(reader.text(point, "made_at"));
    manifest.backups.push_back({reader.number(point, "id"), made_at.ok() ? *made_at : Timestamp{},
                                reader.number(point, "position"), reader.hash(reader.text(point, "root"))});
  }
  for (const std::string_view segment : reader.items(object, "segments"))
    manifest.segments.push_back({reader.text(segment, "file"), reader.number(segment, "from"), reader.number(segment, "to"),
                                 reader.number(segment, "bytes")});
  std::vector<Hash> roots;
  for (const std::string_view root : reader.items(object, "tree")) roots.push_back(reader.hash(reader.text(root)));
  const auto tree = MerkleFrontier::resume(reader.number(object, "size"), roots);
  if (tree) manifest.tree = *tree;
  if (!tree || reader.failed() || !is_sound(manifest)) return damaged("it says what cannot be");
  return manifest;
}

void append_point(std::string& out, const BackupPoint& point) {
  ObjectWriter object(out);
  object.number("id", point.id);
  object.time("made_at", point.made_at);
  object.number("position", point.position);
  object.text("root", std::string_view(format_hash(point.root)));
  object.close();
}

std::string render_manifest(const BackupManifest& manifest) {
  std::string out = fmt::format("{{\"format\":{},\n\"backups\":", kManifestFormat);
  append_array(out, manifest.backups, [](std::string& into, const BackupPoint& point) {
    into += "\n ";
    append_point(into, point);
  });
  out += ",\n\"segments\":";
  append_array(out, manifest.segments, append_segment);
  out += fmt::format(",\n\"size\":{},\n\"tree\":", manifest.tree.size());
  append_array(out, manifest.tree.subtree_roots(),
               [](std::string& into, const Hash& root) { into += fmt::format("\"{}\"", format_hash(root)); });
  const std::uint32_t sum = crc32c(out);
  return out + fmt::format("{}{:08x}{}", kSumBefore, sum, kSumAfter);
}

Result<BackupManifest> read_manifest(const std::filesystem::path& directory) {
  constexpr std::size_t kBytesMax = std::size_t{64} << 20;
  const std::filesystem::path path = directory / kManifestName;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);  // a pipe in its place must not keep us
  if (file < 0) {
    const int error = errno;
    std::error_code unseen;
    if (error == ENOENT && !std::filesystem::exists(directory, unseen))
      return Error{Code::kNotFound, fmt::format("there is no directory {}, so no backup", directory.string()), {}};
    if (error == ENOENT || error == ENOTDIR)
      return Error{Code::kNotFound, fmt::format("{} holds no backup", directory.string()), {}};
    return system_error(error, fmt::format("reading {}", path.string()));
  }
  std::string text;
  char piece[65536];
  ssize_t count = 0;
  while (text.size() <= kBytesMax && (count = ::read(file, piece, sizeof piece)) > 0)
    text.append(piece, static_cast<std::size_t>(count));
  const int error = errno;
  (void)::close(file);  // nothing was written
  if (count < 0) return system_error(error, fmt::format("reading {}", path.string()));
  return parse_manifest(text);
}

Status check_segment(const std::filesystem::path& directory, const BackupSegment& segment) {
  std::error_code error;
  const std::filesystem::path path = directory / segment.file;
  const bool is_file = std::filesystem::is_regular_file(path, error);
  const std::uint64_t bytes = is_file ? std::filesystem::file_size(path, error) : 0;
  if (!error && is_file && bytes == segment.bytes) return Ok{};
  return Error{
      Code::kCorruption,
      is_file ? fmt::format("the backup is damaged: {} has {} bytes, and should have {}", path.string(), bytes, segment.bytes)
              : fmt::format("the backup is damaged: {} is missing, or no file", path.string()),
      {}}
      .with("file", segment.file);
}

}  // namespace govlog
