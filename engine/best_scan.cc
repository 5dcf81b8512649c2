// The best answers to a text query, without looking at the others.
//
// What an event scores stands in the index, as weights beside the postings, so that only those are read that come to stand among the best. A segment is
// passed over when the sum of its terms' greatest weights would not get one there: an upper bound, as in D. Okanohara and others' and S. Ding, T. Suel, "Faster
// top-k document retrieval using block-max indexes" (SIGIR 2011), with a segment for a block. Segments are taken newest first, so that among equals those
// stand there first which belong there.

#include "engine/event_reader.h"
#include "engine/sealed_segments.h"
#include "engine/snapshot.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <queue>

namespace govlog {

namespace {

class BestScan {
 public:
  BestScan(const ReadView::Snapshot& snapshot, const EventRange& range, const EventFilter& filter, std::size_t limit)
      : snapshot_(snapshot),
        range_(range),
        filter_(filter),
        limit_(limit),
        query_(filter),
        sealed_(snapshot, query_),
        rows_(snapshot.database->iterate(Family::kEvents, snapshot.snapshot)) {}

  void begin_after(const EventScore& after) { after_ = after; }

  Status search_open_segment() {
    const SegmentIndex::Where where{*snapshot_.database, snapshot_.snapshot, snapshot_.position};
    std::vector<OpenMatch> matches = GOVLOG_TRY(snapshot_.segments->open_matches(where, query_, true));
    for (auto match = matches.rbegin(); match != matches.rend(); ++match) (void)GOVLOG_TRY(offer({match->score, match->key}));
    return Ok{};
  }

  Status search_sealed_segments() {
    std::vector<std::uint32_t> waiting = GOVLOG_TRY(sealed_.within(range_, known(), Order::kDescending));
    for (; !waiting.empty(); waiting.pop_back()) (void)GOVLOG_TRY(search(waiting.back()));
    return Ok{};
  }

  /// Best first.
  std::vector<EventScore> take() {
    std::vector<EventScore> out;
    for (; !best_.empty(); best_.pop()) out.push_back(best_.top());
    std::reverse(out.begin(), out.end());
    return out;
  }

 private:
  Position known() const { return std::min(filter_.known, snapshot_.position); }

  /// Whether one of this score, and of this time at most, may come to stand among the best.
  bool in_question(std::uint32_t score, Timestamp latest) const {
    if (limit_ == 0) return false;
    if (best_.size() < limit_) return true;
    const EventScore& worst = best_.top();
    return score > worst.score || (score == worst.score && latest >= worst.key.created_at);
  }

  Status search(std::uint32_t segment) {
    const SegmentSummary& summary = sealed_.summary(segment);
    const BlockSource blocks = sealed_.blocks(segment);
    if (!in_question(GOVLOG_TRY(query_.greatest_score(blocks)), summary.last)) return Ok{};
    const RankSet ranks = GOVLOG_TRY(query_.matches(summary.count, blocks));
    if (ranks.empty()) return Ok{};
    *scores_ = {};
    GOVLOG_TRY(query_.add_scores(blocks, *scores_));
    SegmentColumn column = sealed_.column(segment);
    for (auto rank = ranks.next(0); rank; rank = ranks.next(*rank + 1)) {
      const std::uint32_t score = (*scores_)[*rank];
      if (after_ && score > after_->score) continue;
      if (!in_question(score, summary.last)) continue;
      const EventKey key = GOVLOG_TRY(column.at(*rank));
      (void)GOVLOG_TRY(offer({score, key}));
    }
    return Ok{};
  }

  Status offer(const EventScore& candidate) {
    if (after_ && candidate >= *after_) return Ok{};
    if (candidate.key < range_.first || candidate.key > range_.last || candidate.key.position > known()) return Ok{};
    if (best_.size() == limit_ && candidate < best_.top()) return Ok{};
    if (filter_.contains || !query_.text_is_settled()) {
      const EventView event = GOVLOG_TRY(seek_event(*rows_, candidate.key, buffer_));
      if (!filter_.admits(event)) return Ok{};
    }
    best_.push(candidate);
    if (best_.size() > limit_) best_.pop();
    return Ok{};
  }

  const ReadView::Snapshot& snapshot_;
  const EventRange& range_;
  const EventFilter& filter_;
  std::size_t limit_;
  TermQuery query_;
  SealedSegments sealed_;
  std::unique_ptr<rocksdb::Iterator> rows_;
  EventBuffer buffer_;
  std::optional<EventScore> after_;
  std::unique_ptr<Scores> scores_ = std::make_unique<Scores>();
  std::priority_queue<EventScore, std::vector<EventScore>, std::greater<>> best_;  // the worst of them on top
};

}  // namespace

Result<std::vector<EventScore>> ReadView::best_events(const EventRange& range, const EventFilter& filter,
                                                      const std::optional<EventScore>& after, std::size_t limit) const {
  std::vector<EventScore> out;
  if (log_position() == 0 || range.first > range.last) return out;
  if (filter.contains && !filter.contains->document().starts_with('{')) return out;  // data is an object
  if (filter.entity_ids.empty()) {
    BestScan scan(*snapshot_, range, filter, limit);
    if (after) scan.begin_after(*after);
    GOVLOG_TRY(scan.search_open_segment());
    GOVLOG_TRY(scan.search_sealed_segments());
    return scan.take();
  }
  GOVLOG_TRY(scan_events(range, Order::kDescending, filter, [&](const EventView& event) -> Result<bool> {
    const EventScore scored{score_of(event, *filter.q), event.key()};
    if (!after || scored < *after) out.push_back(scored);
    return true;
  }));
  std::sort(out.begin(), out.end(), std::greater<>());
  if (out.size() > limit) out.resize(limit);
  return out;
}

}  // namespace govlog
