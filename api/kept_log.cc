#include "api/kept_log.h"

#include "api/byte_source.h"
#include "api/line_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

constexpr std::size_t kKeptLineBytesMax = std::size_t{64} << 20;  // what export writes of the largest event is far below

Error of_line(Error error, std::uint64_t line) {
  if (error.code != Code::kCorruption && error.code != Code::kUnsupportedFormat) return error;
  error.message = fmt::format("line {}: {}", line, error.message);
  return std::move(error).with("line", line);
}

Status check_next(const EventView& event, Position expected) {
  if (event.position == expected) return Ok{};
  return Error{
      Code::kCorruption,
      fmt::format("is of position {}, expected {}: lines are missing, or stand in another order", event.position, expected),
      {}};
}

std::uint64_t file_bytes(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  return error ? 0 : bytes;
}

Status read_segment(const std::filesystem::path& directory, const BackupSegment& segment, Position last,
                    const KeptEventVisitor& visit, const BytesProgress& progress) {
  Position seen = segment.from - 1;
  const Status read = read_kept_file((directory / segment.file).string(), segment.from,
                                     [&](const EventView& event, std::string_view line) -> Status {
                                       if (event.position > segment.to)
                                         return Error{Code::kCorruption, "the segment goes on beyond its end", {}};
                                       seen = event.position;
                                       return event.position > last ? Status(Ok{}) : visit(event, line);
                                     },
                                     progress);
  if (!read.ok()) {
    Error error = read.error();
    if (error.code == Code::kCorruption || error.code == Code::kUnsupportedFormat)
      error.message = fmt::format("{}: {}", segment.file, error.message);
    return error;
  }
  if (seen == segment.to) return Ok{};
  return Error{Code::kCorruption, fmt::format("{} ends at position {}, expected {}", segment.file, seen, segment.to), {}}.with(
      "position", seen + 1);
}

}  // namespace

Status read_kept_file(const std::string& path, Position first, const KeptEventVisitor& visit, const BytesProgress& progress) {
  const auto source = GOVLOG_TRY(ByteSource::open(path));
  LineReader lines(*source, kKeptLineBytesMax, {});
  const std::uint64_t total = path == "-" ? 0 : file_bytes(path);
  for (Position expected = first;; ++expected) {
    const auto line = lines.next();
    if (!line.ok()) {
      Error error = line.error();
      if (error.code == Code::kIoError || error.code == Code::kForbidden) return error;
      return Error{Code::kCorruption, std::move(error.message),
                   std::move(error.details)};  // a file that was cut off, or does not unpack
    }
    if (!*line) return Ok{};
    if ((*line)->too_long)
      return of_line({Code::kCorruption, fmt::format("is over {} MB, and no event is", kKeptLineBytesMax >> 20), {}},
                     (*line)->number);
    const auto event = ExportedEvent::parse((*line)->text);
    if (!event.ok()) return of_line(event.error(), (*line)->number);
    const EventView view = event->view();
    Status status = check_next(view, expected);
    if (status.ok()) status = visit(view, (*line)->text);
    if (!status.ok()) return of_line(status.error(), (*line)->number);
    if (progress && expected % 256 == 0) progress(source->bytes_read(), total);
  }
}

Status read_backup(const std::filesystem::path& directory, const BackupManifest& manifest, Position last,
                   const KeptEventVisitor& visit, const BytesProgress& progress) {
  std::uint64_t total = 0;
  for (const BackupSegment& segment : manifest.segments) total += segment.from <= last ? segment.bytes : 0;
  std::uint64_t before = 0;
  for (const BackupSegment& segment : manifest.segments) {
    if (segment.from > last) break;
    GOVLOG_TRY(check_segment(directory, segment));
    GOVLOG_TRY(read_segment(directory, segment, last, visit, [&](std::uint64_t done, std::uint64_t) {
      if (progress) progress(before + done, total);
    }));
    before += segment.bytes;
  }
  return Ok{};
}

}  // namespace govlog
