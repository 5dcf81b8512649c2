#pragma once
// Postings of one segment: the 4,096 positions of a fixed stretch of the log, in event order by rank.
//
// Segment s holds positions 4096 s + 1 to 4096 (s + 1). A rank is an event's place in event order within its segment, newest 0, so that
// sets of ranks intersect in the order of the answer. While a segment is open, each of its events has a forward row (engine/forward_row.h); the
// append that fills it seals it (engine/seal.h): one block a term, a column of times, a summary; the forward rows go. Boundaries are fixed, so a rebuild
// gives the same bytes, and events that come late need nothing done to other segments: a reader merges segments by time (engine/filtered_scan.cc).
//
//   block    kind u8, count u16, body
//              0  ranks as varint deltas
//              1  512 ranks or more: bitmap of 512 bytes, rank r is bit r % 8 of byte r / 8
//              2  greatest weight u8, ranks as in 0, then a weight u8 a rank
//              3  greatest weight u8, bitmap as in 1, then a weight u8 a rank
//   summary  count u16, flags u8 (1: in order), min t, max t
//   column   pieces of 256 ranks: t by rank, then offsets from the segment's first position by rank (u16), unless in order

#include "base/types.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

inline constexpr std::uint32_t kSegmentEvents = 4096;
inline constexpr std::uint32_t kColumnPieceRanks = 256;

inline std::uint32_t segments_sealed_at(Position last) { return static_cast<std::uint32_t>(last / kSegmentEvents); }
inline Position segment_first(std::uint32_t segment) { return Position{segment} * kSegmentEvents + 1; }

/// A set of ranks.
class RankSet {
 public:
  void insert(std::uint32_t rank) { words_[rank / 64] |= std::uint64_t{1} << (rank % 64); }
  bool contains(std::uint32_t rank) const { return (words_[rank / 64] >> (rank % 64) & 1) != 0; }
  /// All ranks below `count`.
  static RankSet first(std::uint32_t count);
  void insert_all(const RankSet& other);
  void keep_only(const RankSet& other);
  void remove_all(const RankSet& other);
  bool empty() const;
  std::uint32_t count() const;
  /// Least rank >= `from`; nothing where there is none.
  std::optional<std::uint32_t> next(std::uint32_t from) const;
  /// Greatest rank <= `from`.
  std::optional<std::uint32_t> previous(std::uint32_t from) const;

 private:
  friend class Block;
  std::array<std::uint64_t, kSegmentEvents / 64> words_{};
};

/// That the event of a rank has a term, and how much it says of it: 0 of terms without weights.
struct Posting {
  std::uint16_t rank = 0;
  std::uint8_t weight = 0;
};

/// `postings`: by rank, at least one. `weighted`: whether their weights are kept.
std::string encode_block(std::span<const Posting> postings, bool weighted);

/// The postings of a term in one segment.
class Block {
 public:
  /// Nothing where `bytes` are no block.
  static std::optional<Block> decode(std::string_view bytes);

  Block() = default;
  /// By rank.
  explicit Block(std::span<const Posting> postings);

  const RankSet& ranks() const { return ranks_; }
  /// 0 where the term has no weights.
  std::uint8_t greatest_weight() const { return greatest_; }
  /// By rank; empty where the term has none.
  const std::vector<std::uint8_t>& weights() const { return weights_; }

 private:
  bool take_bitmap(std::string_view& bytes);
  bool take_deltas(std::string_view& bytes, std::uint32_t count);

  RankSet ranks_;
  std::uint8_t greatest_ = 0;
  std::vector<std::uint8_t> weights_;
};

struct SegmentSummary {
  std::uint16_t count = 0;
  bool in_order = false;
  Timestamp first;  // least created_at
  Timestamp last;   // greatest created_at
};
std::string encode_summary(const SegmentSummary& summary);
std::optional<SegmentSummary> decode_summary(std::string_view bytes);

/// The keys of one piece, at most kColumnPieceRanks of them, by rank.
std::string encode_column_piece(std::span<const EventKey> newest_first, std::uint32_t segment, bool in_order);
/// `piece` of the segment's column. Nothing where `bytes` are not as long as the summary has it, or tell of a place outside the segment.
std::optional<std::vector<EventKey>> decode_column_piece(std::string_view bytes, std::uint32_t piece,
                                                         const SegmentSummary& summary, std::uint32_t segment);

}  // namespace govlog
