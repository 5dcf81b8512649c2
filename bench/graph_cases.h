#pragma once
// What the cases of graph_bench share: the store that is asked, and the nodes that are asked about.

#include "bench/graph_events.h"
#include "bench/support.h"
#include "engine/database.h"
#include "engine/graph_of_view.h"
#include "engine/store.h"
#include "graph/walk.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace govlog::bench {

inline constexpr std::uint32_t kDepth = 5;

/// A node to walk from, the way that leads to more nodes.
struct Root {
  Vertex vertex = 0;
  Direction direction = Direction::kDownstream;
  std::uint64_t reached = 0;   // nodes within kDepth hops, itself among them
  std::uint64_t followed = 0;  // edges on the way
};

/// What is asked, of a closed store that is read.
struct Subject {
  Subject(GraphStore its_store, std::filesystem::path its_scratch);

  GraphStore made;
  std::filesystem::path scratch;
  std::unique_ptr<Store> store;
  std::unique_ptr<Database> raw;  // its files below it
  ReadView view;
  GraphOfView graph;
  std::uint64_t edges = 0;  // of the whole past
  Timestamp past;           // an eighth of the events happened later
  Root hub;                 // of the most links
  Root middle;              // of some hundred elements the one that reaches the middle number of nodes
  Root goal;                // the one whose walk is nearest to the size that the goals speak of
  std::string request;      // the change request with the most assessments and affected elements; empty where there is none
  std::string answer;
  std::string bare;

  std::string id(const Root& root) const { return std::string(graph.view.node(root.vertex).id); }
  AsOf now() const { return AsOf(std::nullopt); }
  AsOf then() const { return AsOf(past); }
};

/// How often each case runs.
struct Effort {
  std::uint64_t pairs = 25;
  std::uint64_t rounds = 7;      // of what takes a second
  std::uint64_t appends = 2000;  // pairs of them
};

/// Chooses hub, middle and goal.
void choose_roots(Subject& subject);

Walk walk_from(const Subject& subject, const Root& root, const AsOf& as_of);

/// Boost's breadth-first search, as deep as ours, over a compressed sparse row graph of the links that hold as of then: what a program would do that
/// knows this instant alone. Gives how many nodes it reaches.
std::function<std::size_t()> bare_search(const Subject& subject, const Root& root, const AsOf& as_of);

/// So that the two sides of a pair take some milliseconds.
std::uint64_t times_for(const std::function<void()>& work);

void add_walks(Subject& subject, const Effort& effort);
void add_questions(Subject& subject, const Effort& effort);
void add_store_work(Subject& subject, const Effort& effort);

}  // namespace govlog::bench
