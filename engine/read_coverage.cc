// What a view tells of coverage. The rows: engine/coverage_rows.h.

#include "engine/coverage_rows.h"
#include "engine/read_view.h"
#include "engine/snapshot.h"

#include <algorithm>
#include <array>

namespace govlog {

namespace {

Error corrupt() { return {Code::kCorruption, "a row of coverage does not decode", {}}; }

class CoverageReader {
 public:
  explicit CoverageReader(const ReadView::Snapshot& snapshot)
      : rows_(snapshot.database->iterate(Family::kViews, snapshot.snapshot)) {}

  /// Every layer of which something was ever told.
  Result<std::vector<Layer>> layers() {
    std::vector<Layer> out;
    for (rows_->Seek(slice(kCoverageTag)); rows_->Valid() && view(rows_->key()).starts_with(kCoverageTag);) {
      auto key = decode_coverage_key(view(rows_->key()));
      if (!key) return corrupt();
      rows_->Seek(after_layer_key(kCoverageTag, key->layer));
      out.push_back(std::move(key->layer));
    }
    GOVLOG_TRY(ended());
    return out;
  }

  /// Of the layer up to `at`, that instant included: whole spans of each level before the one that `at` lies in, the widest first.
  Result<CoverageSum> sum_until(const Layer& layer, Timestamp at) {
    CoverageSum sum;
    constexpr std::array<std::int64_t, kCoverageLevels> kParts{0, 24, 32, 32, 0};  // of one span in the next wider one
    std::optional<std::int64_t> wider;
    for (std::uint8_t level = kCoverageLevels - 1; level > 0; --level) {
      const std::int64_t span = coverage_span(level, at);
      GOVLOG_TRY(add(layer, level, wider ? std::optional(*wider * kParts[level]) : std::nullopt, span, sum));
      wider = span;
    }
    GOVLOG_TRY(add(layer, 0, *wider * kMicrosPerHour + 1, at.micros + 1, sum));
    return sum;
  }

  /// Adds the rows of spans `from` to `to`, the last excluded; from the first where `from` is nothing.
  Status add(const Layer& layer, std::uint8_t level, std::optional<std::int64_t> from, std::int64_t to, CoverageSum& sum) {
    const std::string end = coverage_key(layer, level, to);
    for (rows_->Seek(from ? coverage_key(layer, level, *from) : coverage_key_prefix(layer, level));
         rows_->Valid() && view(rows_->key()) < end; rows_->Next()) {
      const auto row = decode_coverage_sum(view(rows_->value()));
      if (!row) return corrupt();
      sum.total += row->total;
      sum.traced += row->traced;
    }
    return ended();
  }

  rocksdb::Iterator& rows() { return *rows_; }
  Status ended() const { return rows_->status().ok() ? Status(Ok{}) : Status(to_error(rows_->status(), "reading coverage")); }

 private:
  std::unique_ptr<rocksdb::Iterator> rows_;
};

void add_layer(std::vector<LayerSum>& out, const Layer& layer, const CoverageSum& sum) {
  if (sum.total == 0) return;
  out.push_back({layer, static_cast<std::uint64_t>(sum.total), static_cast<std::uint64_t>(sum.traced)});
}

}  // namespace

Result<std::vector<LayerSum>> ReadView::coverage(const std::optional<Timestamp>& at) const {
  std::vector<LayerSum> out;
  if (!snapshot_->database) return out;
  CoverageReader reader(*snapshot_);
  if (at) {
    for (const Layer& layer : GOVLOG_TRY(reader.layers())) {
      add_layer(out, layer, GOVLOG_TRY(reader.sum_until(layer, *at)));
    }
    return out;
  }
  rocksdb::Iterator& rows = reader.rows();
  for (rows.Seek(slice(kTotalsTag)); rows.Valid() && view(rows.key()).starts_with(kTotalsTag); rows.Next()) {
    const auto layer = decode_totals_key(view(rows.key()));
    const auto sum = decode_coverage_sum(view(rows.value()));
    if (!layer || !sum) return corrupt();
    add_layer(out, *layer, *sum);
  }
  GOVLOG_TRY(reader.ended());
  return out;
}

Result<std::vector<std::vector<LayerSum>>> ReadView::coverage_at_each(const std::vector<Timestamp>& ends,
                                                                      CoverageGrain grain) const {
  std::vector<std::vector<LayerSum>> out(ends.size());
  if (!snapshot_->database || ends.empty()) return out;
  const std::uint8_t level = grain == CoverageGrain::kHour ? 1 : 2;
  CoverageReader reader(*snapshot_);
  for (const Layer& layer : GOVLOG_TRY(reader.layers())) {
    CoverageSum sum = GOVLOG_TRY(reader.sum_until(layer, ends.front()));
    add_layer(out.front(), layer, sum);
    rocksdb::Iterator& rows = reader.rows();
    rows.Seek(coverage_key(layer, level, coverage_span(level, ends.front()) + 1));
    for (std::size_t i = 1; i < ends.size(); ++i) {
      const std::string end = coverage_key(layer, level, coverage_span(level, ends[i]) + 1);
      for (; rows.Valid() && view(rows.key()) < end; rows.Next()) {
        const auto row = decode_coverage_sum(view(rows.value()));
        if (!row) return corrupt();
        sum.total += row->total;
        sum.traced += row->traced;
      }
      add_layer(out[i], layer, sum);
    }
    GOVLOG_TRY(reader.ended());
  }
  return out;
}

Status ReadView::scan_orphans(const std::optional<std::string>& layer,
                              const std::optional<std::pair<std::optional<std::string>, std::string>>& after,
                              const std::function<Result<bool>(const OrphanElement&)>& visit) const {
  if (!snapshot_->database) return Ok{};
  const std::string prefix = layer ? orphan_key_prefix(layer) : std::string(kOrphanTag);
  const std::string from = after ? orphan_key(after->first, after->second) : prefix;
  const auto rows = snapshot_->database->iterate(Family::kViews, snapshot_->snapshot);
  for (rows->Seek(std::max(from, prefix)); rows->Valid() && view(rows->key()).starts_with(prefix); rows->Next()) {
    if (after && view(rows->key()) == from) continue;
    auto row = decode_orphan_row(view(rows->key()), view(rows->value()));
    if (!row) return Error{Code::kCorruption, "a row of orphans does not decode", {}};
    const bool more =
        GOVLOG_TRY(visit({std::move(row->layer), std::move(row->element), std::move(row->name), std::move(row->type)}));
    if (!more) return Ok{};
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading orphans");
  return Ok{};
}

}  // namespace govlog
