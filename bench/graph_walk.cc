// Walks alone: ours, and Boost's breadth-first search on its own graph and on our snapshot.
#include "bench/graph_cases.h"
#include "graph/boost_graph.h"

#include <fmt/format.h>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/reverse_graph.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace govlog::bench {

namespace {

constexpr std::uint64_t kGoalReached = 13'861;
constexpr std::size_t kHubs = 100;
constexpr std::size_t kOthers = 300;

using Csr = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property, boost::no_property,
                                               Vertex, std::uint32_t>;

/// The queue of a search; empty once all that is left is kDepth hops away.
class ShallowQueue {
 public:
  explicit ShallowQueue(const std::vector<std::uint32_t>& distance) : distance_(&distance) {}
  void push(Vertex vertex) { reached_.push_back(vertex); }
  void pop() { ++next_; }
  Vertex top() const { return reached_[next_]; }
  bool empty() const { return next_ == reached_.size() || (*distance_)[reached_[next_]] >= kDepth; }
  std::size_t reached() const { return reached_.size(); }

 private:
  const std::vector<std::uint32_t>* distance_;
  std::vector<Vertex> reached_;
  std::size_t next_ = 0;
};

class DistanceVisitor : public boost::default_bfs_visitor {
 public:
  explicit DistanceVisitor(std::vector<std::uint32_t>& distance) : distance_(&distance) {}
  template <class Edge, class Graph>
  void tree_edge(const Edge& edge, const Graph& graph) const {
    (*distance_)[target(edge, graph)] = (*distance_)[source(edge, graph)] + 1;
  }

 private:
  std::vector<std::uint32_t>* distance_;
};

/// All that a search needs is made anew, as our walk does.
template <class Graph>
std::size_t search(const Graph& graph, Vertex start) {
  std::vector<std::uint32_t> distance(num_vertices(graph));
  std::vector<boost::default_color_type> colors(num_vertices(graph));  // white
  ShallowQueue queue(distance);
  const auto color = boost::make_iterator_property_map(colors.begin(), boost::typed_identity_property_map<Vertex>());
  boost::breadth_first_visit(graph, start, queue, DistanceVisitor(distance), color);
  return queue.reached();
}

/// The same on our snapshot.
std::size_t search_snapshot(const Subject& subject, const Root& root, const AsOf& as_of) {
  const BoostGraph graph(subject.graph.view, as_of, kLinkRelations);
  if (root.direction == Direction::kDownstream) return search(graph, root.vertex);
  return search(boost::make_reverse_graph(graph), root.vertex);
}

template <class Visit>
void each_link(const GraphView& graph, Vertex vertex, Direction direction, const AsOf& as_of, Visit visit) {
  for (const GraphView::Edge& edge : direction == Direction::kDownstream ? graph.out(vertex) : graph.in(vertex)) {
    if (kLinkRelations.has(edge.relation) && as_of.holds(edge.interval)) visit(edge.other);
  }
}

Root measure(const Subject& subject, Vertex vertex) {
  Root best;
  for (const Direction direction : {Direction::kDownstream, Direction::kUpstream}) {
    Root root{vertex, direction, 0, 0};
    const Walk reached = walk_from(subject, root, subject.now());
    root.reached = reached.reached.size();
    for (const Vertex other : reached.reached) {
      if (reached.distance[other] == kDepth) continue;
      each_link(subject.graph.view, other, direction, subject.now(), [&](Vertex) { ++root.followed; });
    }
    if (root.reached > best.reached) best = root;
  }
  return best;
}

std::vector<std::pair<std::size_t, Vertex>> elements_by_degree(const GraphView& graph) {
  std::vector<std::pair<std::size_t, Vertex>> out;
  for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
    if (graph.node(vertex).label != Label::kElement) continue;
    std::size_t degree = 0;
    for (const Direction direction : {Direction::kDownstream, Direction::kUpstream}) {
      each_link(graph, vertex, direction, AsOf(std::nullopt), [&](Vertex) { ++degree; });
    }
    out.emplace_back(degree, vertex);
  }
  std::sort(out.rbegin(), out.rend());
  return out;
}

enum class By : std::uint8_t { kOurWalk, kBoostOnSnapshot };

void add_walk(Subject& subject, const std::string& name, const Root& root, const AsOf& as_of, By by, const Effort& effort) {
  PairedWork work;
  work.name = name;
  work.ours = [&subject, &root, as_of] { (void)walk_from(subject, root, as_of); };
  if (by == By::kBoostOnSnapshot) work.ours = [&subject, &root, as_of] { (void)search_snapshot(subject, root, as_of); };
  auto bare = bare_search(subject, root, as_of);
  const std::size_t reached = walk_from(subject, root, as_of).reached.size();
  if (reached != bare() || reached != search_snapshot(subject, root, as_of))
    give_up(fmt::format("{}: Boost reaches others", name));
  work.bare = [bare] { (void)bare(); };
  work.times = times_for(work.ours);
  work.pairs = effort.pairs;
  work.afterwards = [&root, reached](benchmark::State& state) {
    set_counter(state, "reached", static_cast<double>(reached));
    set_counter(state, "followed", static_cast<double>(root.followed));
  };
  add_pairs(std::move(work));
}

/// The past beside the present.
void add_as_of(Subject& subject, const std::string& name, const Root& root, const Effort& effort) {
  PairedWork work;
  work.name = name;
  work.ours = [&subject, &root] { (void)walk_from(subject, root, subject.then()); };
  work.bare = [&subject, &root] { (void)walk_from(subject, root, subject.now()); };
  work.times = times_for(work.ours);
  work.pairs = effort.pairs;
  add_pairs(std::move(work));
}

}  // namespace

Walk walk_from(const Subject& subject, const Root& root, const AsOf& as_of) {
  return walk(subject.graph.view, {&root.vertex, 1}, {root.direction, kLinkRelations, kDepth, {}}, as_of);
}

std::function<std::size_t()> bare_search(const Subject& subject, const Root& root, const AsOf& as_of) {
  const GraphView& graph = subject.graph.view;
  std::vector<std::pair<Vertex, Vertex>> links;
  for (Vertex vertex = 0; vertex < graph.size(); ++vertex) {
    each_link(graph, vertex, root.direction, as_of, [&](Vertex other) { links.emplace_back(vertex, other); });
  }
  auto csr = std::make_shared<const Csr>(boost::edges_are_unsorted_multi_pass, links.begin(), links.end(), graph.size());
  return [csr, start = root.vertex] { return search(*csr, start); };
}

std::uint64_t times_for(const std::function<void()>& work) {
  work();
  const double once = cost_of(3, Cpu::kThread, work).cpu;
  return static_cast<std::uint64_t>(std::clamp(4000 / std::max(once, 1.0), 1.0, 400.0));
}

void choose_roots(Subject& subject) {
  const auto elements = elements_by_degree(subject.graph.view);
  if (elements.empty() || elements.front().first == 0) give_up("the graph has no links, expected some hundred");
  std::vector<Root> hubs;
  for (std::size_t i = 0; i < std::min(kHubs, elements.size()); ++i) hubs.push_back(measure(subject, elements[i].second));
  std::mt19937_64 random(5);
  std::vector<Root> others;
  for (std::size_t i = 0; i < kOthers; ++i) others.push_back(measure(subject, elements[random() % elements.size()].second));
  subject.hub = hubs.front();
  const auto middle = others.begin() + kOthers / 2;
  std::nth_element(others.begin(), middle, others.end(), [](const Root& a, const Root& b) { return a.reached < b.reached; });
  subject.middle = *middle;
  hubs.insert(hubs.end(), others.begin(), others.end());
  const auto off = [](const Root& root) { return std::max(root.reached, kGoalReached) - std::min(root.reached, kGoalReached); };
  std::sort(hubs.begin(), hubs.end(), [&](const Root& a, const Root& b) { return off(a) < off(b); });
  const auto there_then = [&](const Root& root) {  // one that reached little in the past says little of it
    return 2 * walk_from(subject, root, subject.then()).reached.size() >= root.reached;
  };
  const auto nearest = std::find_if(hubs.begin(), hubs.end(), there_then);
  subject.goal = nearest == hubs.end() ? subject.hub : *nearest;
}

void add_walks(Subject& subject, const Effort& effort) {
  add_walk(subject, "walk_hub", subject.hub, subject.now(), By::kOurWalk, effort);
  add_walk(subject, "walk_hub_past", subject.hub, subject.then(), By::kOurWalk, effort);
  add_walk(subject, "walk_goal", subject.goal, subject.now(), By::kOurWalk, effort);
  add_walk(subject, "walk_goal_past", subject.goal, subject.then(), By::kOurWalk, effort);
  add_walk(subject, "walk_middle", subject.middle, subject.now(), By::kOurWalk, effort);
  add_walk(subject, "boost_hub", subject.hub, subject.now(), By::kBoostOnSnapshot, effort);
  add_walk(subject, "boost_hub_past", subject.hub, subject.then(), By::kBoostOnSnapshot, effort);
  add_walk(subject, "boost_goal", subject.goal, subject.now(), By::kBoostOnSnapshot, effort);
  add_as_of(subject, "as_of_hub", subject.hub, effort);
  add_as_of(subject, "as_of_goal", subject.goal, effort);
}

}  // namespace govlog::bench
