#pragma once
// The impact graph at one position of the log. Reads what stands in an ImpactGraph, which its writer goes on to change meanwhile.

#include "graph/impact_graph.h"

#include <iterator>
#include <optional>
#include <span>
#include <string_view>

namespace govlog {

/// A node by label and id, as views show it. Lives as long as the graph.
struct NodeName {
  Label label = Label::kElement;
  std::string_view id;

  NodeRef ref() const { return {label, std::string(id)}; }
  friend auto operator<=>(const NodeName&, const NodeName&) = default;
};

/// Cheap to copy. Lives no longer than the snapshot of the store that it was had of. Threads: all of it may be called from many at once.
class GraphView {
 public:
  /// An edge as one of its ends sees it. Edges that several entities claim stand several times.
  struct Edge {
    Vertex other = 0;
    Relation relation = Relation::kTracesTo;
    Interval interval;
  };
  /// What a node is called and where it stands, as one entity has it: an Element as one version of a diagram does.
  struct Properties {
    Interval interval;
    std::uint32_t name = 0;  // see text()
    std::uint32_t layer = 0;
    std::uint32_t type = 0;
    bool listed_again = false;  // a version lists an element more than once: for its layers alone
  };
  /// Input range over Edge or Properties.
  template <class Entry, class Value>
  class Range;
  using Edges = Range<ImpactGraph::EdgeEntry, Edge>;
  using Declarations = Range<ImpactGraph::PropertyEntry, Properties>;

  /// What `graph` held at `position`, which is at least graph.begins_at(). O(log n).
  GraphView(const ImpactGraph& graph, Position position);

  /// Nodes that some event known then names are 0 to size() - 1.
  std::uint32_t size() const { return size_; }
  Position position() const { return position_; }
  NodeName node(Vertex vertex) const { return {graph_->nodes_[vertex].label, graph_->nodes_[vertex].id}; }
  std::optional<Vertex> find(Label label, std::string_view id) const;
  /// The first event, in event order, that names it.
  EventKey named_from(Vertex vertex) const;

  /// Hints that a walk will come by: prefetch_node some steps before prefetch_edges (`out` or in), and that before the edges are read.
  void prefetch_node(Vertex vertex) const { __builtin_prefetch(&graph_->nodes_[vertex].out); }
  void prefetch_edges(Vertex vertex, bool out) const {
    const ImpactGraph::Node& node = graph_->nodes_[vertex];
    (out ? node.out : node.in).prefetch();
  }

  /// Edges that leave it, and that come in, whenever they hold. O(degree).
  Edges out(Vertex vertex) const;
  Edges in(Vertex vertex) const;
  /// Of an Element one for each time that a version of a diagram lists it.
  Declarations properties(Vertex vertex) const;
  /// Positions of events of links that name the element, those of its every link among them; others than removals. In no order.
  std::vector<Position> links(Vertex vertex) const;

  /// The properties that hold: of an Element those of its latest declaration; nothing where it is not declared. O(declarations).
  std::optional<Properties> properties(Vertex vertex, const AsOf& as_of) const;

  /// A property's text; nothing where it is null.
  std::optional<std::string_view> text(std::uint32_t number) const;

 private:
  static constexpr std::uint32_t kOwnMask = (1U << ImpactGraph::kOwnBits) - 1;

  static void fill(Edge& out, const ImpactGraph::EdgeEntry& entry, std::uint32_t meta) {
    out.other = entry.other;
    out.relation = static_cast<Relation>(meta & kOwnMask);
  }
  static void fill(Properties& out, const ImpactGraph::PropertyEntry& entry, std::uint32_t meta) {
    out.name = entry.name;
    out.layer = entry.layer;
    out.type = entry.type;
    out.listed_again = (meta & ImpactGraph::kListedAgain) != 0;
  }
  /// Whether it is there at our position; then `out` says what it says.
  template <class Entry, class Value>
  bool see(const Entry& entry, Value& out) const {
    const std::uint32_t meta = entry.meta.load(std::memory_order_acquire);
    const std::uint32_t number = meta >> ImpactGraph::kOwnBits;
    out.interval = {entry.from, kEventKeyMax};
    if (number == 0) {
      if (entry.from.position > position_) return false;
    } else {
      const ImpactGraph::Span& span = graph_->spans_[number - 1];
      if (span.known_from > position_ || span.known_end.load(std::memory_order_relaxed) <= position_) return false;
      if (span.end_known <= position_) out.interval.to = span.end;
    }
    fill(out, entry, meta);
    return true;
  }

  const ImpactGraph* graph_;
  Position position_;
  std::uint32_t size_;
};

template <class Entry, class Value>
class GraphView::Range {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = const Value*;
    using reference = const Value&;

    Iterator() = default;
    Iterator(const GraphView* view, const Entry* at, const Entry* end) : view_(view), at_(at), end_(end) { settle(); }
    const Value& operator*() const { return value_; }
    const Value* operator->() const { return &value_; }
    Iterator& operator++() {
      ++at_;
      settle();
      return *this;
    }
    Iterator operator++(int) {
      Iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    void settle() {
      while (at_ != end_ && !view_->see(*at_, value_)) ++at_;
    }

    const GraphView* view_ = nullptr;
    const Entry* at_ = nullptr;
    const Entry* end_ = nullptr;
    Value value_;
  };

  Range(const GraphView* view, std::span<const Entry> entries) : view_(view), entries_(entries) {}
  Iterator begin() const { return {view_, entries_.data(), entries_.data() + entries_.size()}; }
  Iterator end() const {
    const Entry* last = entries_.data() + entries_.size();
    return {view_, last, last};
  }

 private:
  const GraphView* view_;
  std::span<const Entry> entries_;
};

inline GraphView::Edges GraphView::out(Vertex vertex) const { return {this, graph_->nodes_[vertex].out.read()}; }
inline GraphView::Edges GraphView::in(Vertex vertex) const { return {this, graph_->nodes_[vertex].in.read()}; }
inline GraphView::Declarations GraphView::properties(Vertex vertex) const {
  return {this, graph_->nodes_[vertex].properties.read()};
}

}  // namespace govlog
