#include "graph/walk.h"

#include <limits>
#include <utility>

namespace govlog {

namespace {

/// What a walk leaves for the next one of its thread.
struct Leftover {
  std::vector<std::uint64_t> slots;
  std::uint64_t walk = 0;
};

thread_local Leftover leftover;

// So many nodes before a walk follows them; measured (bench/graph_walk.cc).
constexpr std::size_t kNodeAhead = 16;
constexpr std::size_t kEdgesAhead = 8;

}  // namespace

Distances::Distances(std::uint32_t size) : slots_(std::exchange(leftover.slots, {})), walk_(leftover.walk + 1) {
  if (slots_.empty() ||
      walk_ > std::numeric_limits<std::uint32_t>::max()) {  // another walk of this thread has them, or numbers have run out
    slots_.assign(size, 0);
    walk_ = 1;
  } else if (slots_.size() < size) {
    slots_.resize(size);
  }
}

Distances::~Distances() {
  if (slots_.size() > leftover.slots.size()) leftover = {std::move(slots_), walk_};
}

Walk walk(const GraphView& graph, std::span<const Vertex> starts, const WalkOptions& options, const AsOf& as_of) {
  Walk out{Distances(graph.size()), {}};
  const auto reach = [&out](Vertex vertex, std::uint32_t distance) {
    if (out.distance[vertex] != kUnreached) return;
    out.distance.set(vertex, distance);
    out.reached.push_back(vertex);
  };
  for (const Vertex start : starts) reach(start, 0);
  for (std::size_t next = 0; next < out.reached.size(); ++next) {
    const Vertex vertex = out.reached[next];
    // Two cache misses a node, one behind the other, are nine tenths of a walk: they are begun while earlier nodes are followed.
    if (next + kNodeAhead < out.reached.size()) graph.prefetch_node(out.reached[next + kNodeAhead]);
    if (next + kEdgesAhead < out.reached.size())
      graph.prefetch_edges(out.reached[next + kEdgesAhead], options.direction != Direction::kUpstream);
    const std::uint32_t distance = out.distance[vertex];
    if (distance >= options.depth || (options.until && out.distance[*options.until] <= distance)) break;
    const auto follow = [&](const GraphView::Edges& edges) {
      for (const GraphView::Edge& edge : edges) {
        if (options.relations.has(edge.relation) && as_of.holds(edge.interval)) reach(edge.other, distance + 1);
      }
    };
    if (options.direction != Direction::kUpstream) follow(graph.out(vertex));
    if (options.direction != Direction::kDownstream) follow(graph.in(vertex));
  }
  return out;
}

}  // namespace govlog
