#pragma once
// Postings of one segment: the 4,096 positions of a fixed stretch of the log, in event order by rank.
//
// Segment s holds positions 4096 s + 1 to 4096 (s + 1). A rank is an event's place in event order within its segment, newest 0, so that
// sets of ranks intersect in the order of the answer. While a segment is open, each of its events has a forward row; the append that fills it
// seals it: one block a term, a column of times, a summary; the forward rows go. Boundaries are fixed, so a rebuild gives the same bytes,
// and events that come late need nothing done to other segments: a reader merges segments by time (engine/filtered_scan.cc).
//
//   block    kind u8, count u16, body; kind 0: ranks as varint deltas; kind 1 (512 ranks or more): bitmap of 512 bytes, rank r is
//            bit r % 8 of byte r / 8
//   summary  count u16, flags u8 (1: in order), min t, max t
//   column   t by rank (8 count bytes), then offsets from the segment's first position by rank (u16), unless in order

#include "base/types.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

inline constexpr std::uint32_t kSegmentEvents = 4096;

inline std::uint32_t segments_sealed_at(Position last) { return static_cast<std::uint32_t>(last / kSegmentEvents); }
inline Position segment_first(std::uint32_t segment) { return Position{segment} * kSegmentEvents + 1; }

/// What an event is found by: tag (codec/keys.h) and text.
struct Term {
  char tag = 0;
  std::string text;
  friend auto operator<=>(const Term&, const Term&) = default;
};

/// A set of ranks.
class RankSet {
 public:
  void insert(std::uint32_t rank) { words_[rank / 64] |= std::uint64_t{1} << (rank % 64); }
  void insert_all(const RankSet& other);
  void keep_only(const RankSet& other);
  bool empty() const;
  std::uint32_t count() const;
  /// Least rank >= `from`; nothing where there is none.
  std::optional<std::uint32_t> next(std::uint32_t from) const;
  /// Greatest rank <= `from`.
  std::optional<std::uint32_t> previous(std::uint32_t from) const;

 private:
  std::array<std::uint64_t, kSegmentEvents / 64> words_{};
};

std::string encode_block(const RankSet& ranks);
std::optional<RankSet> decode_block(std::string_view bytes);

struct SegmentSummary {
  std::uint16_t count = 0;
  bool in_order = false;
  Timestamp first;  // least created_at
  Timestamp last;   // greatest created_at
};
std::string encode_summary(const SegmentSummary& summary);
std::optional<SegmentSummary> decode_summary(std::string_view bytes);

/// The column's keys by rank.
std::string encode_column(const std::vector<EventKey>& newest_first, std::uint32_t segment, bool in_order);

/// A stored column, read where it is asked.
class SegmentColumn {
 public:
  /// Nothing where `bytes` are not as long as the summary has it.
  static std::optional<SegmentColumn> open(std::string bytes, const SegmentSummary& summary, std::uint32_t segment);

  /// The key of a rank; nothing where the segment has no such rank, or its row is damaged.
  std::optional<EventKey> at(std::uint32_t rank) const;

 private:
  SegmentColumn(std::string bytes, const SegmentSummary& summary, std::uint32_t segment)
      : bytes_(std::move(bytes)), summary_(summary), segment_(segment) {}

  std::string bytes_;
  SegmentSummary summary_;
  std::uint32_t segment_;
};

/// An event of the open segment.
struct ForwardRow {
  EventKey key;
  std::vector<Term> terms;  // sorted
};
std::string encode_forward(const ForwardRow& row);
std::optional<ForwardRow> decode_forward(Position position, std::string_view bytes);

/// What sealing writes: rows of family terms.
std::vector<std::pair<std::string, std::string>> seal_segment(std::uint32_t segment, const std::vector<ForwardRow>& rows);

}  // namespace govlog
