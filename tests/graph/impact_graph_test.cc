#include "graph/impact_graph.h"

#include "graph/boost_graph.h"
#include "graph/checkpoint.h"
#include "graph/walk.h"

#include <doctest/doctest.h>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/strong_components.hpp>
#include <boost/graph/topological_sort.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <vector>

using namespace govlog;

namespace {

struct Made {
  std::string event_type;
  std::string entity_type;
  std::string entity_id;
  std::string data;
  EventKey key = {};
  std::uint64_t version = 0;

  EventView view() const {
    EventView event;
    event.position = key.position;
    event.created_at = key.created_at;
    event.version = version;
    event.event_type = event_type;
    event.entity_type = entity_type;
    event.entity_id = entity_id;
    event.data = data;
    return event;
  }
};

/// Few entities, whose events come in any order of time.
std::vector<Made> some_events(std::size_t count, std::uint64_t seed, bool late) {
  std::mt19937_64 random(seed);
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  const auto element = [&] { return "e" + std::to_string(below(6)); };
  std::map<std::string, std::uint64_t> versions;
  std::vector<Made> events;
  for (std::size_t i = 1; i <= count; ++i) {
    Made made;
    const std::string id = "x" + std::to_string(below(5));
    switch (below(4)) {
      case 0:
        made = {below(3) == 0 ? "TraceabilityLinkRemoved" : "TraceabilityLinkAdded", "trace", id,
                R"({"from_element":")" + element() + R"(","to_element":")" + element() + R"("})"};
        break;
      case 1:
        made = {"DiagramVersionCreated", "diagram", id,
                R"({"elements":[{"id":")" + element() + R"(","layer":"l)" + std::to_string(below(2)) + R"("},{"id":")" +
                    element() + R"(","name":"n)" + std::to_string(below(2)) + R"("}],"layer":"m"})"};
        break;
      case 2:
        made = {"ChangeRequestUpdated", "change_request", id,
                R"({"impacts":[")" + element() + R"("],"title":"t)" + std::to_string(below(2)) + R"("})"};
        break;
      default:
        made = {"ADRUpdated", "adr", id, R"({"supersedes":["x)" + std::to_string(below(5)) + R"("]})"};
        break;
    }
    made.version = ++versions[made.entity_type + made.entity_id];
    made.key = {{static_cast<std::int64_t>(late ? below(count) : i)}, i};
    events.push_back(made);
  }
  return events;
}

std::vector<Made> in_order(std::vector<Made> events) {
  std::sort(events.begin(), events.end(), [](const Made& a, const Made& b) { return a.key < b.key; });
  return events;
}

/// Of the first `known` events, folded in event order.
std::shared_ptr<ImpactGraph> folded(const std::vector<Made>& events, Position known) {
  ImpactGraphBuilder builder;
  for (const Made& event : in_order(events)) {
    if (event.key.position <= known) REQUIRE(builder.add(event.view()).ok());
  }
  return std::move(builder).finish(known);
}

std::string bytes_of(const ImpactGraph& graph, Position position) { return encode_checkpoint(GraphView(graph, position)); }

/// What the event at `position` changes, by telling its entity's past without it and with it.
GraphChanges change_at(const std::vector<Made>& events, Position position) {
  const Made& fresh = events[position - 1];
  ClaimHistory before;
  ClaimHistory after;
  GraphChanges named;
  for (ClaimHistory* history : {&before, &after}) {
    EntityClaims claims(fresh.entity_type, fresh.entity_id);
    for (const Made& event : in_order(events)) {
      const bool same = event.entity_type == fresh.entity_type && event.entity_id == fresh.entity_id;
      if (!same || event.key.position > position || (history == &before && event.key.position == position)) continue;
      GraphChanges changes;
      REQUIRE(claims.apply(event.view(), changes).ok());
      history->apply(changes);
      if (event.key.position == position) named.named = changes.named;
    }
  }
  GraphChanges changes = changes_between(before, after, position);
  changes.append(std::move(named));
  return changes;
}

}  // namespace

TEST_SUITE("impact graph") {
  TEST_CASE("a graph that is extended event by event is the one that the log gives, at every position and for good") {
    for (const bool late : {false, true}) {
      const std::vector<Made> events = some_events(60, late ? 5 : 6, late);
      ImpactGraph graph;
      std::vector<std::string> seen;
      for (Position position = 1; position <= events.size(); ++position) {
        graph.apply(change_at(events, position));
        seen.push_back(bytes_of(graph, position));
        CHECK(seen.back() == bytes_of(*folded(events, position), position));
      }
      for (Position position = 1; position <= events.size(); ++position) CHECK(bytes_of(graph, position) == seen[position - 1]);
    }
  }

  TEST_CASE("claims go on from their bytes as if they had never been put down") {
    const std::vector<Made> events = some_events(200, 9, false);
    std::map<std::pair<std::string, std::string>, std::string> kept;
    std::map<EventKey, const Made*> by_key;
    ImpactGraph graph;
    for (const Made& event : events) {
      by_key[event.key] = &event;
      EntityClaims claims(event.entity_type, event.entity_id);
      std::string& bytes = kept[{event.entity_type, event.entity_id}];
      if (!bytes.empty()) REQUIRE(claims.decode(bytes));
      if (claims.wants()) REQUIRE(claims.recall(by_key.at(*claims.wants())->view()).ok());
      GraphChanges changes;
      REQUIRE(claims.apply(event.view(), changes).ok());
      graph.apply(changes);
      bytes = claims.encode();
    }
    CHECK(bytes_of(graph, events.size()) == bytes_of(*folded(events, events.size()), events.size()));
  }

  TEST_CASE("a checkpoint gives the same graph, which can be extended; anything else gives none") {
    const std::vector<Made> events = some_events(80, 11, true);
    const std::string bytes = bytes_of(*folded(events, 60), 60);
    const auto graph = decode_checkpoint(bytes, 60);
    REQUIRE(graph);
    CHECK(bytes_of(*graph, 60) == bytes);
    for (Position position = 61; position <= events.size(); ++position) graph->apply(change_at(events, position));
    CHECK(bytes_of(*graph, 80) == bytes_of(*folded(events, 80), 80));
    CHECK(bytes_of(*graph, 60) == bytes);
    for (std::size_t length = 0; length < bytes.size(); ++length) CHECK_FALSE(decode_checkpoint(bytes.substr(0, length), 60));
    CHECK_FALSE(decode_checkpoint(bytes + '\0', 60));
    CHECK_FALSE(decode_checkpoint(bytes, 59));
    CHECK(decode_checkpoint(bytes_of(ImpactGraph(), 0), 0));
  }

  TEST_CASE("what a list outgrows is garbage, and a list in lent memory is not") {
    GrowingList<std::uint64_t> list;
    Garbage garbage;
    for (std::uint64_t i = 0; i < 9; ++i) list.append(i, garbage);
    CHECK(garbage.size() == 3);  // of 2, 4 and 8
    CHECK(list.read().size() == 9);
    GrowingList<std::uint64_t> lent;
    alignas(16) char memory[256];
    REQUIRE(decltype(lent)::bytes_for(2) <= sizeof memory);
    std::uint64_t* entries = lent.begin(memory, 2);
    entries[0] = 0;
    entries[1] = 1;
    Garbage none;
    lent.append(2, none);
    CHECK(none.size() == 0);
    for (std::uint64_t i = 0; i < 3; ++i) CHECK(lent.read()[i] == i);
  }

  TEST_CASE("items of a stable array stay where they are") {
    StableArray<std::uint32_t> array;
    const std::uint32_t* first = &array.grow();
    for (std::uint32_t i = 0; i < 10'000; ++i) {
      array.grow() = i;
      CHECK(array.publish() == i);
    }
    CHECK(first == &array[0]);
    for (std::uint32_t i = 0; i < 10'000; ++i) CHECK(array[i] == i);
  }

  TEST_CASE("Boost's algorithms run on it as they are") {
    BOOST_CONCEPT_ASSERT((boost::VertexListGraphConcept<BoostGraph>));
    BOOST_CONCEPT_ASSERT((boost::IncidenceGraphConcept<BoostGraph>));
    BOOST_CONCEPT_ASSERT((boost::BidirectionalGraphConcept<BoostGraph>));
    BOOST_CONCEPT_ASSERT((boost::AdjacencyGraphConcept<BoostGraph>));
    const std::vector<Made> events = some_events(80, 3, true);
    const auto made = folded(events, events.size());
    const GraphView view(*made, events.size());
    for (const auto& at : {std::optional<Timestamp>(), std::optional(Timestamp{40})}) {
      const BoostGraph graph(view, AsOf(at), kAllRelations);
      std::size_t outs = 0;
      std::size_t ins = 0;
      for (Vertex vertex = 0; vertex < view.size(); ++vertex) {
        outs += out_degree(vertex, graph);
        ins += in_degree(vertex, graph);
        std::vector<std::uint32_t> distances(view.size(), kUnreached);
        distances[vertex] = 0;
        boost::breadth_first_search(
            graph, vertex,
            boost::visitor(boost::make_bfs_visitor(boost::record_distances(distances.data(), boost::on_tree_edge()))));
        const Walk ours = walk(view, {&vertex, 1}, {}, AsOf(at));
        for (Vertex other = 0; other < view.size(); ++other) CHECK(distances[other] == ours.distance[other]);
      }
      CHECK(outs == ins);
      std::vector<std::size_t> components(view.size());
      CHECK(boost::strong_components(
                graph, boost::make_iterator_property_map(components.begin(), get(boost::vertex_index, graph))) <= view.size());
    }
  }
}
