#pragma once
// The impact graph, with its whole past: every edge and every property with the interval of event order in which it holds. One structure
// answers for every instant, and, while one writer adds what appends change, for every position at which it was published.
//
// Time is kept twice. `from` and `end` are event order: when a fact holds. `known` are positions: when the log came to know it. A view at
// position S sees what was known then: an entry that is known from S or before, and not yet known to be wrong. So nothing that a reader
// sees ever changes, and the writer waits for no reader.
//
// Almost every entry says all in 24 bytes: known since the event that begins it, without an end. What an entry cannot say (an end, an event
// that came late) stands in a Span, whose number is put into the entry's atomic word `meta` after the span is filled, with release; readers load
// it with acquire. A reader at S that still sees the word from before lacks an end that became known after S, which it must not see anyway;
// one that sees the new word compares the span's positions with S. Later the span's own `known_end` is set, atomically: the same argument.
// The rest of the memory order stands in graph/shared_blocks.h, and how views are published in engine/published.h.

#include "base/types.h"
#include "graph/claims.h"
#include "graph/model.h"
#include "graph/shared_blocks.h"

#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace govlog {

using Vertex = std::uint32_t;

/// From the event `from` until the event `to`; kEventKeyMax where nothing ended it.
struct Interval {
  EventKey from;
  EventKey to = kEventKeyMax;
};

/// How much of event order counts: up to an instant, up to an event, or all.
class AsOf {
 public:
  /// Over every event, whenever it happened, where `at` is nothing.
  explicit AsOf(const std::optional<Timestamp>& at) : last_{at.value_or(kTimestampMax), at ? kPositionMax : kPositionMax - 1} {}
  /// After the event with this key.
  explicit AsOf(const EventKey& last) : last_(last) {}
  bool holds(const Interval& interval) const { return interval.from <= last_ && last_ < interval.to; }
  bool holds_since(const EventKey& from) const { return from <= last_; }

 private:
  EventKey last_;
};

class GraphView;

/// The graph of one log. One thread at a time may write; views are read by any thread meanwhile.
class ImpactGraph {
 public:
  ImpactGraph();
  ~ImpactGraph();
  ImpactGraph(const ImpactGraph&) = delete;
  ImpactGraph& operator=(const ImpactGraph&) = delete;

  /// Adds what became known, in the order in which it did. O(changes), and O(degree) for an edge that ends.
  void apply(const GraphChanges& changes);

  /// All that was added up to now is known at `position`: views are had from there on. While a graph is built its changes may come in any
  /// order of positions.
  void begin_at(Position position);
  Position begins_at() const { return begins_at_; }

  /// What was outgrown since the last call, and may still be read through views that are there.
  Garbage take_garbage() { return std::exchange(garbage_, {}); }

  /// Bytes that it takes, about. For reports.
  std::size_t bytes() const;

 private:
  friend class GraphView;
  friend class CheckpointReader;

  /// What an entry cannot say by itself.
  struct Span {
    Position known_from = 0;
    EventKey end = kEventKeyMax;
    Position end_known = 0;                          // before it there was no end
    std::atomic<Position> known_end = kPositionMax;  // from there on the entry is known to be wrong
  };
  /// The low bits of `meta` are the entry's own; the others are its span's number plus one, 0 where it has none.
  static constexpr unsigned kOwnBits = 4;
  struct Entry {
    EventKey from;
    std::atomic<std::uint32_t> meta = 0;

    Entry(const EventKey& since, std::uint32_t word) : from(since), meta(word) {}
    Entry(const Entry& other) : from(other.from), meta(other.meta.load(std::memory_order_relaxed)) {}
    Entry& operator=(const Entry&) = delete;
  };
  struct EdgeEntry : Entry {  // own bits: the relation
    Vertex other;

    EdgeEntry(const EventKey& since, std::uint32_t word, Vertex vertex) : Entry(since, word), other(vertex) {}
  };
  struct PropertyEntry : Entry {  // own bits: kListedAgain
    std::uint32_t name;           // see GraphView::text
    std::uint32_t layer;
    std::uint32_t type;

    PropertyEntry(const EventKey& since, std::uint32_t word, std::uint32_t its_name, std::uint32_t its_layer,
                  std::uint32_t its_type)
        : Entry(since, word), name(its_name), layer(its_layer), type(its_type) {}
  };
  static constexpr std::uint32_t kListedAgain = 1;
  /// An event that came late and names a node before all that were known.
  struct EarlierNaming {
    EventKey at;
    const EarlierNaming* next;
  };
  struct Node {
    Label label = Label::kElement;
    std::string_view id;
    Position known = 0;                                   // the first position at which some event names it
    EventKey named_from;                                  // that event, or the first one of those known when the graph began
    std::atomic<const EarlierNaming*> earlier = nullptr;  // the latest known first
    GrowingList<EdgeEntry> out;
    GrowingList<EdgeEntry> in;
    GrowingList<PropertyEntry> properties;
    GrowingList<Position> links;  // events of links that name the element, other than removals
  };
  struct Table;  // from label and id to vertex

  std::optional<Vertex> find(Label label, std::string_view id) const;
  Vertex vertex(Label label, std::string_view id, const EventKey& named_at);
  void grow_table();
  void index_nodes();
  void put_in_table(Table& table, Vertex vertex);
  void name(const Naming& naming);
  void apply(const ClaimChange<EdgeRef>& change);
  void apply(const ClaimChange<PropertyClaim>& change);
  std::uint32_t add_span(Position known_from, const EventKey& end, Position end_known, Position known_end);
  template <class What>
  std::uint32_t span_bits(const ClaimChange<What>& change);
  template <class What>
  bool settle(const ClaimChange<What>& change, Entry& entry, Entry* twin);
  bool is_open(const Entry& entry) const;
  std::uint32_t text(std::string_view text);
  std::uint32_t interned(const std::optional<std::string>& text);
  std::uint32_t name_number(const Node& node, const std::optional<std::string>& name);
  char* allocate(std::size_t bytes, std::size_t alignment);

  std::vector<std::unique_ptr<char[]>> arena_;  // outlives the lists, whose first blocks may lie in it
  StableArray<Node> nodes_;
  StableArray<Span> spans_;
  StableArray<std::string_view> texts_;  // number 1 is the first
  std::atomic<Table*> table_ = nullptr;
  Position begins_at_ = 0;
  Vertex first_nodes_ = 0;  // so many were there when it began

  // Of the writer alone.
  std::unordered_map<std::string_view, std::uint32_t> interned_;  // layers and types
  char* arena_next_ = nullptr;
  std::size_t arena_left_ = 0;
  std::size_t arena_bytes_ = 0;
  Garbage garbage_;
};

/// Makes a graph of all events of a log, read in event order.
///
///     ImpactGraphBuilder builder;
///     for (const EventView& event : events in event order) GOVLOG_TRY(builder.add(event));
///     const std::shared_ptr<ImpactGraph> graph = std::move(builder).finish(position);
class ImpactGraphBuilder {
 public:
  ImpactGraphBuilder() : graph_(std::make_shared<ImpactGraph>()) {}

  /// The next event in event order. kCorruption where its data do not decode.
  Status add(const EventView& event);
  /// `position` is the last of the log, or of that part of it that was added.
  std::shared_ptr<ImpactGraph> finish(Position position) &&;

 private:
  std::shared_ptr<ImpactGraph> graph_;
  std::unordered_map<std::string, EntityClaims> entities_;
  std::string key_;
  GraphChanges changes_;
};

}  // namespace govlog
