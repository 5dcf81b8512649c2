#pragma once
// What an event filter asks the index for: sets of ranks, united and intersected. Private to engine.

#include "base/result.h"
#include "codec/event_terms.h"
#include "engine/postings.h"
#include "engine/read_view.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace govlog {

/// The postings of a query's term in one segment, by its number among terms(); null where it has none.
using BlockSource = std::function<Result<const Block*>(std::size_t term)>;

/// By rank, the sum of the weights of the scored terms that the event has.
using Scores = std::array<std::uint32_t, kSegmentEvents>;

class TermQuery {
 public:
  explicit TermQuery(const EventFilter& filter);

  const std::vector<WantedTerm>& terms() const { return terms_; }

  /// False where the index leaves no event out.
  bool selects() const { return !required_.empty() || !lists_.empty() || !alternatives_.empty(); }

  /// Whether the index settles the filter's text, so that no event's need be read for it.
  bool text_is_settled() const { return text_is_settled_; }

  /// Of the first `count` ranks of a segment, those that may pass the filter: all that do, and where hashes collide or words must follow each other, others.
  Result<RankSet> matches(std::uint32_t count, const BlockSource& block) const;

  /// The most that an event of the segment may score.
  Result<std::uint32_t> greatest_score(const BlockSource& block) const;
  Status add_scores(const BlockSource& block, Scores& scores) const;

 private:
  struct Alternative {
    std::vector<std::size_t> wanted;
    std::vector<std::size_t> unwanted;  // those that the index settles
  };

  std::size_t number_of(char tag, std::string_view text);
  void add_list(char tag, const std::vector<std::string>& values);
  void add_text(const TextQuery& query);
  Alternative make_alternative(const TextAlternative& terms);
  Result<RankSet> matches(const Alternative& alternative, const RankSet& within, const BlockSource& block) const;

  std::vector<WantedTerm> terms_;
  std::vector<std::size_t> required_;
  std::vector<std::vector<std::size_t>> lists_;  // any of each
  std::vector<Alternative> alternatives_;        // any, where there are some
  std::vector<std::size_t> scored_;
  bool text_is_settled_ = true;
};

/// What `event` scores for `query`, as add_scores has it. O(text of the event).
std::uint32_t score_of(const EventView& event, const TextQuery& query);

}  // namespace govlog
