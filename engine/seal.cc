#include "engine/seal.h"

#include "base/assert.h"
#include "codec/keys.h"
#include "engine/postings.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <span>
#include <string>

namespace govlog {

namespace {

/// Numbers texts from 0, in the order in which they are first met. Open addressing, linear probing (Knuth, TAOCP volume 3, section 6.4).
class TermNumbers {
 public:
  explicit TermNumbers(std::size_t expected) : slots_(std::bit_ceil(2 * expected + 16)) {}

  std::uint32_t number_of(std::string_view text) {
    const std::size_t hash = std::hash<std::string_view>()(text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
      Slot& slot = slots_[i];
      if (slot.number == kFree) {
        slot = {hash, static_cast<std::uint32_t>(texts_.size())};
        texts_.push_back(text);
        if (2 * texts_.size() > slots_.size()) grow();
        return static_cast<std::uint32_t>(texts_.size() - 1);
      }
      if (slot.hash == hash && texts_[slot.number] == text) return slot.number;
    }
  }
  const std::vector<std::string_view>& texts() const { return texts_; }

 private:
  static constexpr std::uint32_t kFree = 0xFFFFFFFF;
  struct Slot {
    std::size_t hash = 0;
    std::uint32_t number = kFree;
  };

  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.number == kFree) continue;
      std::size_t i = slot.hash & mask;
      while (slots_[i].number != kFree) i = (i + 1) & mask;
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::vector<std::string_view> texts_;
};

/// The segment's postings, term by term.
class TermPostings {
 public:
  explicit TermPostings(std::size_t expected_terms) : numbers_(expected_terms) {}

  /// By rank.
  void add(std::uint32_t rank, const ForwardRow& row) {
    for (ForwardTerms term(row.terms); term.next();) {
      all_.push_back({numbers_.number_of(term.text()), {static_cast<std::uint16_t>(rank), term.weight()}});
    }
  }

  /// In the order of the terms' bytes.
  void for_each(const std::function<void(std::string_view text, std::span<const Posting> postings)>& use) const {
    const std::vector<std::string_view>& texts = numbers_.texts();
    std::vector<std::size_t> ends(texts.size() + 1);  // first where each term begins, then, once filled, where it ends
    for (const Entry& entry : all_) ++ends[entry.term + 1];
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    std::vector<Posting> by_term(all_.size());
    for (const Entry& entry : all_) by_term[ends[entry.term]++] = entry.posting;
    std::vector<std::uint32_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
    for (const std::uint32_t term : order) {
      const std::size_t begin = term == 0 ? 0 : ends[term - 1];
      use(texts[term], std::span(by_term).subspan(begin, ends[term] - begin));
    }
  }

 private:
  struct Entry {
    std::uint32_t term;
    Posting posting;
  };
  TermNumbers numbers_;
  std::vector<Entry> all_;
};

}  // namespace

void seal_segment(std::uint32_t segment, const std::vector<ForwardRow>& rows,
                  const std::function<void(std::string_view key, std::string_view value)>& put) {
  GOVLOG_ASSERT(rows.size() == kSegmentEvents, "{} rows", rows.size());
  std::vector<std::uint32_t> newest_first(rows.size());
  std::iota(newest_first.begin(), newest_first.end(), 0u);
  std::sort(newest_first.begin(), newest_first.end(),
            [&](std::uint32_t a, std::uint32_t b) { return rows[a].key > rows[b].key; });
  std::vector<EventKey> column;
  column.reserve(rows.size());
  TermPostings postings(4 * kSegmentEvents);
  bool in_order = true;
  for (std::uint32_t rank = 0; rank < newest_first.size(); ++rank) {
    const ForwardRow& row = rows[newest_first[rank]];
    in_order = in_order && newest_first[rank] == rows.size() - 1 - rank;
    column.push_back(row.key);
    postings.add(rank, row);
  }
  const SegmentSummary summary{static_cast<std::uint16_t>(rows.size()), in_order, column.back().created_at,
                               column.front().created_at};
  put(segment_summary_key(segment), encode_summary(summary));
  for (std::uint32_t piece = 0; piece < kSegmentEvents / kColumnPieceRanks; ++piece) {
    const auto keys = std::span(column).subspan(std::size_t{piece} * kColumnPieceRanks, kColumnPieceRanks);
    put(segment_column_key(segment, piece), encode_column_piece(keys, segment, in_order));
  }
  postings.for_each([&](std::string_view text, std::span<const Posting> of_term) {
    put(block_key(text.front(), text.substr(1), 0, segment), encode_block(of_term, text.front() == kTermWord));
  });
}

}  // namespace govlog
