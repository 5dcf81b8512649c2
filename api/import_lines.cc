#include "api/import_lines.h"

#include "codec/event_json.h"
#include "codec/uuid.h"

#include <fmt/format.h>

#include <cstring>
#include <string_view>
#include <utility>

namespace govlog {

namespace {

/// A batch ends early where its lines are long, so that it stays far below the limit of an append.
constexpr std::size_t kBatchBytes = std::size_t{8} << 20;

Error too_long() {
  const std::size_t limit = EventLimits{}.raw_bytes_max;
  return Error{Code::kTooLarge, fmt::format("the line is over {} bytes", limit), {}};
}

}  // namespace

std::size_t ImportLines::UuidHash::operator()(const Uuid& id) const {
  std::size_t hash = 0;
  std::memcpy(&hash, id.bytes.data(), sizeof hash);
  return hash;
}

Result<std::unique_ptr<ImportLines>> ImportLines::open(const std::string& path, ImportLinesOptions options) {
  auto source = GOVLOG_TRY(ByteSource::open(path, options.stop));
  return std::unique_ptr<ImportLines>(new ImportLines(std::move(source), std::move(options)));
}

ImportLines::ImportLines(std::unique_ptr<ByteSource> source, ImportLinesOptions options)
    : source_(std::move(source)),
      options_(std::move(options)),
      reader_(*source_, EventLimits{}.raw_bytes_max, [this](std::string_view piece) {
        // Too long to be held, but a refused line is given back verbatim: it waits in a file that has no name.
        if (!options_.keep_raw) return;
        if (!overlong_)
          overlong_ = std::shared_ptr<std::FILE>(std::tmpfile(), [](std::FILE* file) {
            if (file != nullptr) std::fclose(file);
          });
        if (overlong_) std::fwrite(piece.data(), 1, piece.size(), overlong_.get());
      }) {}

ImportBatch ImportLines::next() {
  ImportBatch batch;
  std::size_t bytes = 0;
  while (batch.lines.size() < options_.batch_lines && bytes < kBatchBytes) {
    auto line = reader_.next();
    if (!line.ok()) batch.fault = line.take_error();
    if (batch.fault || !line.value() || source_->stopped()) {  // a line that was cut off by a stop is none
      batch.last = true;
      break;
    }
    bytes += line.value()->raw.size();
    batch.lines.push_back(parse(*line.value()));
    if (options_.stop_at_error && std::holds_alternative<Error>(batch.lines.back().parsed)) {
      batch.last = true;
      break;
    }
  }
  batch.bytes_read = source_->bytes_read();
  return batch;
}

ImportLine ImportLines::parse(const Line& line) {
  ImportLine out;
  out.number = line.number;
  if (line.too_long) {
    out.parsed = too_long();
    out.overlong = std::exchange(overlong_, nullptr);
    return out;
  }
  if (options_.keep_raw) out.raw = line.raw;
  std::string canonical;
  auto event = parse_event(line.text, options_.clock(), EventLimits{}, &canonical);
  if (!event.ok()) {
    out.parsed = event.take_error();
    return out;
  }
  if (!event->id) event->id = make_id(canonical);
  const Status prepared = options_.prepare ? options_.prepare(*event) : Status(Ok{});
  if (prepared.ok())
    out.parsed = event.take();
  else
    out.parsed = prepared.error();
  return out;
}

Uuid ImportLines::make_id(const std::string& canonical) {
  const Uuid first = make_uuid_v5(import_namespace(), canonical + "\n1");
  const std::uint64_t ordinal = ++ordinals_[first];
  if (ordinal == 1) return first;
  return make_uuid_v5(import_namespace(), fmt::format("{}\n{}", canonical, ordinal));
}

}  // namespace govlog
