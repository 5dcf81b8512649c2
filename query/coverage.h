#pragma once
// How well each layer is traced: now, at an instant, over time, and which elements are not.

#include "base/result.h"
#include "engine/read_view.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct LayerCoverage {
  std::optional<std::string> layer;
  std::uint64_t total_elements = 0;
  std::uint64_t traced_elements = 0;

  std::uint64_t orphan_count() const { return total_elements - traced_elements; }
  /// Tenths of a per cent, rounded half away from zero.
  std::uint64_t per_mille() const { return (2000 * traced_elements + total_elements) / (2 * total_elements); }
};

struct CoverageQuery {
  std::optional<Timestamp> at;
  Position known = kPositionMax;
};

struct CoverageAnswer {
  Position position = 0;              // the highest of the events that count
  std::vector<LayerCoverage> layers;  // by layer, null last; those with an element alone
};

Result<CoverageAnswer> coverage(const ReadView& view, const CoverageQuery& query);

enum class Bucket : std::uint8_t { kHour, kDay, kWeek };

struct TrendQuery {
  Timestamp from;  // exclusive, as `to`
  Timestamp to;
  Bucket bucket = Bucket::kDay;
  Position known = kPositionMax;
};

struct TrendPoint {
  Timestamp at;
  std::vector<LayerCoverage> layers;
};

inline constexpr std::size_t kTrendPointsMax = 1000;

/// Coverage at the end of every bucket between `from` and `to`, oldest first, and last, as of `to`, over every event. Buckets end at full hours
/// and midnights UTC, weeks on Monday. kInvalidArgument over kTrendPointsMax points.
Result<std::vector<TrendPoint>> trend(const ReadView& view, const TrendQuery& query);

struct OrphanKey {
  std::optional<std::string> layer;
  std::string element;
};

struct OrphansQuery {
  std::optional<std::string> layer;
  std::optional<Timestamp> at;
  Position known = kPositionMax;
  std::size_t limit = 100;
  std::optional<OrphanKey> after;  // last item of the page before
};

struct Orphan {
  OrphanKey key;
  std::optional<std::string> name;
  std::optional<std::string> type;
};

struct OrphansPage {
  std::vector<Orphan> items;  // by layer (null last), id
  bool more = false;
};

/// Declared elements that no live link names, once for each layer they are declared in.
Result<OrphansPage> orphans(const ReadView& view, const OrphansQuery& query);

}  // namespace govlog
