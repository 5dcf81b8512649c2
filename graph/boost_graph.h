#pragma once
// The impact graph as Boost.Graph has graphs, so that its algorithms run on it as they are: a model of VertexListGraph, EdgeListGraph's traits aside,
// IncidenceGraph, BidirectionalGraph and AdjacencyGraph, with vertex_index as its property map (Boost.Graph documentation, "Graph Concepts").
// What it shows is what holds as of one instant, through some relations; edges that several entities claim stand several times.
//
//     const BoostGraph graph(view, AsOf(at), kLinkRelations);
//     boost::breadth_first_search(graph, root, boost::visitor(…));
//
// Govlog's own walks (graph/walk.h) do the same without generality.

#include "graph/graph_view.h"

#include <boost/graph/adjacency_iterator.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/property_map/property_map.hpp>

#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>

namespace govlog {

/// Cheap to copy; lives as long as the view.
struct BoostGraph {
  BoostGraph(const GraphView& its_view, const AsOf& its_instant, RelationSet its_relations)
      : view(&its_view), as_of(its_instant), relations(its_relations) {}

  const GraphView* view;
  AsOf as_of;
  RelationSet relations;
};

/// An edge as Boost's algorithms carry it around.
struct BoostEdge {
  Vertex source = 0;
  Vertex target = 0;
  Relation relation = Relation::kTracesTo;

  friend auto operator<=>(const BoostEdge&, const BoostEdge&) = default;
};

/// Edges of one vertex that hold; `kOut`: those that leave it.
template <bool kOut>
class BoostEdgeIterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = BoostEdge;
  using difference_type = std::ptrdiff_t;
  using pointer = const BoostEdge*;
  using reference = BoostEdge;

  BoostEdgeIterator() = default;
  BoostEdgeIterator(const BoostGraph* graph, Vertex vertex, GraphView::Edges::Iterator at, GraphView::Edges::Iterator end)
      : graph_(graph), vertex_(vertex), at_(at), end_(end) {
    settle();
  }
  BoostEdge operator*() const {
    return kOut ? BoostEdge{vertex_, at_->other, at_->relation} : BoostEdge{at_->other, vertex_, at_->relation};
  }
  BoostEdgeIterator& operator++() {
    ++at_;
    settle();
    return *this;
  }
  BoostEdgeIterator operator++(int) {
    BoostEdgeIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const BoostEdgeIterator& a, const BoostEdgeIterator& b) { return a.at_ == b.at_; }

 private:
  void settle() {
    while (at_ != end_ && !(graph_->relations.has(at_->relation) && graph_->as_of.holds(at_->interval))) ++at_;
  }

  const BoostGraph* graph_ = nullptr;
  Vertex vertex_ = 0;
  GraphView::Edges::Iterator at_;
  GraphView::Edges::Iterator end_;
};

struct BoostTraversal : boost::vertex_list_graph_tag, boost::bidirectional_graph_tag, boost::adjacency_graph_tag {};

}  // namespace govlog

template <>
struct boost::graph_traits<govlog::BoostGraph> {
  using vertex_descriptor = govlog::Vertex;
  using edge_descriptor = govlog::BoostEdge;
  using directed_category = boost::bidirectional_tag;
  using edge_parallel_category = boost::allow_parallel_edge_tag;
  using traversal_category = govlog::BoostTraversal;
  using vertices_size_type = std::size_t;
  using edges_size_type = std::size_t;
  using degree_size_type = std::size_t;
  using vertex_iterator = boost::counting_iterator<govlog::Vertex>;
  using out_edge_iterator = govlog::BoostEdgeIterator<true>;
  using in_edge_iterator = govlog::BoostEdgeIterator<false>;
  using adjacency_iterator = boost::adjacency_iterator_generator<govlog::BoostGraph, govlog::Vertex, out_edge_iterator>::type;

  static vertex_descriptor null_vertex() { return std::numeric_limits<vertex_descriptor>::max(); }
};

template <>
struct boost::property_map<govlog::BoostGraph, boost::vertex_index_t> {
  using type = boost::typed_identity_property_map<govlog::Vertex>;
  using const_type = type;
};

namespace govlog {

// Named as Boost names them, in our namespace, where its algorithms find them.

inline auto vertices(const BoostGraph& graph) {
  using Iterator = boost::counting_iterator<Vertex>;
  return std::pair{Iterator(0), Iterator(graph.view->size())};
}
inline std::size_t num_vertices(const BoostGraph& graph) { return graph.view->size(); }

inline std::pair<BoostEdgeIterator<true>, BoostEdgeIterator<true>> out_edges(Vertex vertex, const BoostGraph& graph) {
  const auto edges = graph.view->out(vertex);
  return {{&graph, vertex, edges.begin(), edges.end()}, {&graph, vertex, edges.end(), edges.end()}};
}
inline std::pair<BoostEdgeIterator<false>, BoostEdgeIterator<false>> in_edges(Vertex vertex, const BoostGraph& graph) {
  const auto edges = graph.view->in(vertex);
  return {{&graph, vertex, edges.begin(), edges.end()}, {&graph, vertex, edges.end(), edges.end()}};
}
inline std::size_t out_degree(Vertex vertex, const BoostGraph& graph) {
  const auto [first, last] = out_edges(vertex, graph);
  return static_cast<std::size_t>(std::distance(first, last));
}
inline std::size_t in_degree(Vertex vertex, const BoostGraph& graph) {
  const auto [first, last] = in_edges(vertex, graph);
  return static_cast<std::size_t>(std::distance(first, last));
}
inline std::size_t degree(Vertex vertex, const BoostGraph& graph) {
  return out_degree(vertex, graph) + in_degree(vertex, graph);
}
inline auto adjacent_vertices(Vertex vertex, const BoostGraph& graph) {
  using Iterator = boost::graph_traits<BoostGraph>::adjacency_iterator;
  const auto [first, last] = out_edges(vertex, graph);
  return std::pair{Iterator(first, &graph), Iterator(last, &graph)};
}
inline Vertex source(const BoostEdge& edge, const BoostGraph&) { return edge.source; }
inline Vertex target(const BoostEdge& edge, const BoostGraph&) { return edge.target; }

inline boost::typed_identity_property_map<Vertex> get(boost::vertex_index_t, const BoostGraph&) { return {}; }
inline Vertex get(boost::vertex_index_t, const BoostGraph&, Vertex vertex) { return vertex; }

}  // namespace govlog
