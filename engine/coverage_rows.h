#pragma once
// Rows of family views that keep coverage: what each layer adds up to now and did at any instant, where each element stands now, and which
// are orphans. Private to engine.
//
//   02 layer level t   what events of this span of time add to the layer: total, traced, zigzag varints. None where both are 0
//   05 element         where the element stands (ElementHead); 1 alone where that is too large, and the graph tells it
//   06 layer element   it is declared in the layer and no link names it: name, type, each a length plus one as a varint (0: null) and bytes
//   07 layer           sums over all events: total, traced, varints. None where there is no element
//
// Spans lie inside each other: hours, days, 32 days, 1024 days of microseconds since 1970, each without its first microsecond and with the one that
// follows it, so that a sum up to a full hour is a sum of whole hours. `t` is the number of the span, or at level 0 the instant itself. So the sum
// up to an instant is a few rows of each level, and a change writes one row of each.

#include "base/types.h"
#include "graph/claims.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

using Layer = std::optional<std::string>;

/// Level 0 is the instant.
inline constexpr std::uint8_t kCoverageLevels = 5;
/// Number of the span of `level` that `time` lies in; of level 0 the time itself.
std::int64_t coverage_span(std::uint8_t level, Timestamp time);

std::string coverage_key(const Layer& layer, std::uint8_t level, std::int64_t span);
/// Before all rows of the layer at this level, and before those of every layer.
std::string coverage_key_prefix(const Layer& layer, std::uint8_t level);
inline constexpr std::string_view kCoverageTag{"\x02", 1};
struct CoverageKey {
  Layer layer;
  std::uint8_t level = 0;
  std::int64_t span = 0;
};
std::optional<CoverageKey> decode_coverage_key(std::string_view bytes);
/// Behind all rows of the layer.
std::string after_layer_key(std::string_view tag, const Layer& layer);

struct CoverageSum {
  std::int64_t total = 0;
  std::int64_t traced = 0;

  CoverageSum& operator+=(const CoverageSum& more) {
    total += more.total;
    traced += more.traced;
    return *this;
  }
  friend bool operator==(const CoverageSum&, const CoverageSum&) = default;
};
std::string encode_coverage_sum(const CoverageSum& sum);
std::optional<CoverageSum> decode_coverage_sum(std::string_view bytes);

inline constexpr std::string_view kTotalsTag{"\x07", 1};
std::string totals_key(const Layer& layer);
std::optional<Layer> decode_totals_key(std::string_view bytes);

struct OrphanRow {
  Layer layer;
  std::string element;
  std::optional<std::string> name;
  std::optional<std::string> type;

  friend bool operator==(const OrphanRow&, const OrphanRow&) = default;
};
inline constexpr std::string_view kOrphanTag{"\x06", 1};
std::string orphan_key(const Layer& layer, std::string_view element);
/// Before the orphans of the layer.
std::string orphan_key_prefix(const Layer& layer);
std::string encode_orphan_value(const OrphanRow& row);
std::optional<OrphanRow> decode_orphan_row(std::string_view key, std::string_view value);

/// Where an element stands after all events.
struct ElementHead {
  /// What is declared of it since `since`, and still is.
  struct Declared {
    EventKey since;
    bool listed_again = false;
    Layer layer;
    std::optional<std::string> name;
    std::optional<std::string> type;

    friend bool operator==(const Declared&, const Declared&) = default;
  };
  EventKey last = kEventKeyMin;    // the last event that began or ended a declaration or a link
  std::uint64_t links = 0;         // that hold and name it, both ends counted
  std::vector<Declared> declared;  // by event order

  /// The layers that it is declared in, each once, null last.
  std::vector<Layer> layers() const;
  /// A row for each layer where no link names it.
  std::vector<OrphanRow> orphans(std::string_view element) const;
};

/// Event order; of one event what counts for name and type first, then by layer.
bool stands_before(const ElementHead::Declared& a, const ElementHead::Declared& b);

inline constexpr std::size_t kElementHeadBytesMax = 4096;
std::string element_key(std::string_view element);
/// Of a head over kElementHeadBytesMax: that it is too large.
std::string encode_element_head(const ElementHead& head);
/// `too_large` is set where the row says so; then the head is empty.
std::optional<ElementHead> decode_element_head(std::string_view bytes, bool& too_large);

}  // namespace govlog
