#pragma once
// The newest events, which no block holds yet, by their terms. Private to engine.

#include "base/result.h"
#include "engine/forward_row.h"
#include "engine/postings.h"
#include "engine/term_query.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace govlog {

/// What an open segment holds for a filter.
struct OpenMatch {
  EventKey key;
  std::uint32_t score = 0;
};

/// Forward rows of one segment, turned round. Threads: as std::vector.
class OpenSegment {
 public:
  explicit OpenSegment(std::uint32_t segment) : segment_(segment) {}

  std::uint32_t segment() const { return segment_; }
  /// The position that is to be added next.
  Position next() const { return segment_first(segment_) + keys_.size(); }

  /// The row of position next(). O(its terms).
  void add(const ForwardRow& row);

  /// Events up to position `last` that may pass the query's filter, in event order, with their scores where they are asked for. O(terms of the query · their events).
  Result<std::vector<OpenMatch>> matches(const TermQuery& query, Position last, bool scored) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };

  std::uint32_t segment_;
  std::vector<EventKey> keys_;                                                             // by offset
  std::vector<std::uint16_t> in_order_;                                                    // offsets, in event order
  std::unordered_map<std::string, std::vector<Posting>, Hash, std::equal_to<>> postings_;  // by tag and text; ranks are offsets
};

}  // namespace govlog
