#pragma once
// The impact graph over some events, with its whole past: every edge and every property with the interval of event order in which it holds.
// One structure answers for every instant.

#include "base/result.h"
#include "codec/event.h"
#include "graph/derive.h"
#include "graph/model.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
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

class ImpactGraph {
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
  struct Node {
    NodeRef ref;
    EventKey named_from = kEventKeyMax;  // the first event, in event order, that names it
    std::vector<Edge> out;
    std::vector<Edge> in;
    std::vector<Properties> properties;  // of an Element: one for each time that a version of a diagram lists it
    std::vector<std::uint32_t> links;    // of an Element: ids of the traces that ever named it, as numbers of texts
  };

  std::size_t size() const { return nodes_.size(); }
  const Node& node(Vertex vertex) const { return nodes_[vertex]; }
  std::optional<Vertex> find(Label label, std::string_view id) const;

  /// The properties that hold: of an Element those of its latest declaration; null where it is not declared.
  const Properties* properties(Vertex vertex, const AsOf& as_of) const;

  /// A property's text; nothing where it is null.
  std::optional<std::string_view> text(std::uint32_t number) const;

 private:
  friend class ImpactGraphBuilder;

  struct NodeHash {
    using is_transparent = void;
    std::size_t operator()(const std::pair<Label, std::string_view>& key) const {
      return std::hash<std::string_view>()(key.second) * 7 + static_cast<std::size_t>(key.first);
    }
  };

  std::deque<Node> nodes_;  // never move: the index points into them
  std::unordered_map<std::pair<Label, std::string_view>, Vertex, NodeHash> index_;
  std::deque<std::string> texts_;  // number 1 is the first
  std::unordered_map<std::string_view, std::uint32_t> text_numbers_;
};

/// Makes a graph of events.
///
///     ImpactGraphBuilder builder;
///     for (const EventView& event : events in event order) GOVLOG_TRY(builder.add(event));
///     const ImpactGraph graph = std::move(builder).finish();
class ImpactGraphBuilder {
 public:
  /// The next event in event order. kCorruption where its data do not decode.
  Status add(const EventView& event);
  ImpactGraph finish() &&;

 private:
  /// An entity whose events are being folded, and what it claims until a later one of them.
  struct Folded {
    EntityFold fold;
    std::map<EdgeRef, EventKey> since;
    std::vector<std::pair<Vertex, std::size_t>> properties;  // those that hold: node, index
    std::vector<Vertex> named;                               // elements that a trace has named
  };

  Vertex vertex(const NodeRef& ref);
  void note_link(Folded& entity, Vertex element, std::string_view id);
  std::uint32_t number(const std::optional<std::string>& text);
  void end_edge(const EdgeRef& edge, const EventKey& since, const EventKey& at);
  bool is_called(const Folded& entity, const std::optional<std::string>& name) const;
  void end_properties(Folded& entity, const EventKey& at);
  void begin_properties(Folded& entity, const GraphStep& step, const EventKey& at);

  ImpactGraph graph_;
  std::unordered_map<std::string, Folded> entities_;
};

}  // namespace govlog
