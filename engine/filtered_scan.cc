// Events that pass a filter, in event order or its reverse, without looking at the others.
//
// Each source gives keys in the order of the answer: a sealed segment (its terms' blocks united within a list, intersected over lists),
// the open segment, or the rows of one entity. The sources are merged by a heap. A segment is opened only when the next key could lie in it: segments
// wait in the order of their newest (oldest) time. Where times rose with positions, that is one segment at a time; in a history that was appended
// shuffled, all that overlap. Whatever the index says, the record has the last word (EventFilter::admits), but for words
// that it settles.

#include "codec/keys.h"
#include "engine/event_reader.h"
#include "engine/postings.h"
#include "engine/sealed_segments.h"
#include "engine/snapshot.h"
#include "engine/term_query.h"

#include <algorithm>
#include <functional>
#include <queue>

namespace govlog {

namespace {

/// Gives its keys one after the other, then nothing.
using Source = std::function<Result<std::optional<EventKey>>()>;

class Merge {
 public:
  explicit Merge(Order order) : order_(order), heap_(Later{order}) {}

  bool before(const EventKey& a, const EventKey& b) const { return order_ == Order::kDescending ? a > b : a < b; }

  Status add(Source source) {
    sources_.push_back(std::move(source));
    return push_next(sources_.size() - 1);
  }
  /// The key that pop() would give, or null.
  const EventKey* peek() const { return heap_.empty() ? nullptr : &heap_.top().key; }
  Result<EventKey> pop() {
    const Entry top = heap_.top();
    heap_.pop();
    (void)GOVLOG_TRY(push_next(top.source));
    return top.key;
  }

 private:
  struct Entry {
    EventKey key;
    std::size_t source;
  };
  struct Later {
    Order order;
    bool operator()(const Entry& a, const Entry& b) const {
      return order == Order::kDescending ? a.key < b.key : a.key > b.key;
    }
  };

  Status push_next(std::size_t source) {
    const auto key = GOVLOG_TRY(sources_[source]());
    if (key) heap_.push({*key, source});
    return Ok{};
  }

  Order order_;
  std::vector<Source> sources_;
  std::priority_queue<Entry, std::vector<Entry>, Later> heap_;
};

Source keys_source(std::vector<EventKey> keys) {
  return [keys = std::move(keys), at = std::size_t{0}]() mutable -> Result<std::optional<EventKey>> {
    if (at == keys.size()) return std::optional<EventKey>{};
    return std::optional(keys[at++]);
  };
}

class FilteredScan {
 public:
  FilteredScan(const ReadView::Snapshot& snapshot, const EventRange& range, Order order, const EventFilter& filter)
      : snapshot_(snapshot),
        range_(range),
        order_(order),
        filter_(filter),
        query_(filter),
        sealed_(snapshot, query_),
        merge_(order) {}

  Status start() { return filter_.entity_ids.empty() ? start_postings() : start_entities(); }

  /// The next key, or nothing.
  Result<std::optional<EventKey>> next() {
    while (true) {
      const EventKey* top = merge_.peek();
      if (!waiting_.empty() && (top == nullptr || may_hold_earlier(waiting_.back(), *top))) {
        const std::uint32_t segment = waiting_.back();
        waiting_.pop_back();
        (void)GOVLOG_TRY(open_segment(segment));
        continue;
      }
      if (top == nullptr) return std::optional<EventKey>{};
      return std::optional(GOVLOG_TRY(merge_.pop()));
    }
  }

  bool admits(const EventView& event) const {
    return filter_.admits_place(event) && (text_is_settled_ || filter_.admits_text(event)) && filter_.admits_data(event);
  }

 private:
  bool inside(const EventKey& key) const { return key >= range_.first && key <= range_.last && key.position <= known(); }
  Position known() const { return std::min(filter_.known, snapshot_.position); }

  bool may_hold_earlier(std::uint32_t segment, const EventKey& key) const {
    const Timestamp edge = sealed_.edge(segment, order_);
    return order_ == Order::kDescending ? edge >= key.created_at : edge <= key.created_at;
  }

  Status start_postings() {
    text_is_settled_ = query_.text_is_settled();
    waiting_ = GOVLOG_TRY(sealed_.within(range_, known(), order_));
    const SegmentIndex::Where where{*snapshot_.database, snapshot_.snapshot, snapshot_.position};
    std::vector<EventKey> keys;
    for (const OpenMatch& match : GOVLOG_TRY(snapshot_.segments->open_matches(where, query_, false))) {
      if (inside(match.key)) keys.push_back(match.key);
    }
    if (order_ == Order::kDescending) std::reverse(keys.begin(), keys.end());
    return merge_.add(keys_source(std::move(keys)));
  }

  Status open_segment(std::uint32_t segment) {
    const RankSet ranks = GOVLOG_TRY(query_.matches(sealed_.summary(segment).count, sealed_.blocks(segment)));
    if (ranks.empty()) return Ok{};
    const bool down = order_ == Order::kDescending;  // ranks rise from the newest
    const auto start = down ? ranks.next(0) : ranks.previous(kSegmentEvents - 1);
    return merge_.add(
        [this, down, ranks, rank = start, column = sealed_.column(segment)]() mutable -> Result<std::optional<EventKey>> {
          while (rank) {
            const EventKey key = GOVLOG_TRY(column.at(*rank));
            rank = down ? ranks.next(*rank + 1) : *rank == 0 ? std::nullopt : ranks.previous(*rank - 1);
            if (inside(key)) return std::optional(key);
          }
          return std::optional<EventKey>{};
        });
  }

  Status start_entities() {
    std::vector<std::string> types = filter_.entity_types;
    const ReadView view(std::shared_ptr<const ReadView::Snapshot>(std::shared_ptr<void>(), &snapshot_));
    std::vector<EntityRef> entities;
    for (const std::string& id : filter_.entity_ids) {
      if (types.empty()) {
        for (EntityRef& entity : GOVLOG_TRY(view.entities_with_id(id))) entities.push_back(std::move(entity));
      }
      for (const std::string& type : types) entities.push_back({type, id});
    }
    std::sort(entities.begin(), entities.end());
    entities.erase(std::unique(entities.begin(), entities.end()), entities.end());
    for (const EntityRef& entity : entities) (void)GOVLOG_TRY(add_entity(entity));
    return Ok{};
  }

  Status add_entity(const EntityRef& entity) {
    std::shared_ptr<rocksdb::Iterator> rows = snapshot_.database->iterate(Family::kEntities, snapshot_.snapshot);
    const std::string prefix = entity_prefix(entity.entity_type, entity.entity_id);
    if (order_ == Order::kAscending)
      rows->Seek(entity_key(entity.entity_type, entity.entity_id, range_.first));
    else
      rows->SeekForPrev(entity_key(entity.entity_type, entity.entity_id, range_.last));
    return merge_.add([this, rows, prefix, started = false]() mutable -> Result<std::optional<EventKey>> {
      for (;; started = true) {
        if (started && order_ == Order::kAscending) rows->Next();
        if (started && order_ == Order::kDescending) rows->Prev();
        if (!rows->status().ok()) return to_error(rows->status(), "reading an entity");
        if (!rows->Valid() || !govlog::view(rows->key()).starts_with(prefix)) return std::optional<EventKey>{};
        const auto key = decode_entity_key_tail(govlog::view(rows->key()));
        if (key < range_.first || key > range_.last) return std::optional<EventKey>{};
        started = true;
        if (inside(*key)) return key;
      }
    });
  }

  const ReadView::Snapshot& snapshot_;
  const EventRange& range_;
  Order order_;
  const EventFilter& filter_;
  TermQuery query_;
  SealedSegments sealed_;
  bool text_is_settled_ = false;  // of the keys that are given
  Merge merge_;
  std::vector<std::uint32_t> waiting_;  // segments not opened yet, the next one last
};

}  // namespace

Status scan_filtered(const ReadView::Snapshot& snapshot, const EventRange& range, Order order, const EventFilter& filter,
                     const EventVisitor& visit) {
  FilteredScan scan(snapshot, range, order, filter);
  (void)GOVLOG_TRY(scan.start());
  const auto rows = snapshot.database->iterate(Family::kEvents, snapshot.snapshot);
  EventBuffer buffer;
  while (true) {
    const auto key = GOVLOG_TRY(scan.next());
    if (!key) return Ok{};
    const EventView event = GOVLOG_TRY(seek_event(*rows, *key, buffer));
    if (!scan.admits(event)) continue;
    const bool more = GOVLOG_TRY(visit(event));
    if (!more) return Ok{};
  }
}

}  // namespace govlog
