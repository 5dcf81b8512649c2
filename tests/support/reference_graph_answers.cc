#include "codec/time.h"
#include "tests/support/reference_graph.h"

#include <algorithm>

namespace govlog::testing {
namespace {

const std::set<std::string> kLinks{"TRACES_TO", "REALIZES", "VALIDATES", "SERVES"};

Json reference_to(const NodeKey& key) {
  Json out = Json::object();
  out.set("label", Json::string(key.first));
  out.set("id", Json::string(key.second));
  return out;
}

Json described(const ReferenceGraph& graph, const NodeKey& key, bool properties) {
  const ReferenceNode* node = graph.find(key);
  const ReferenceNode unknown;
  if (node == nullptr) node = &unknown;
  Json out = reference_to(key);
  out.set("name", Json::maybe(node->name));
  out.set("layer", Json::maybe(node->layer));
  out.set("declared", Json::boolean(node->declared));
  if (!properties) return out;
  static const std::map<std::string, std::vector<std::string>> kNames{
      {"ChangeRequest", {"title", "type", "description", "status", "priority"}},
      {"ImpactAssessment", {"direction", "risk_level", "effort"}},
      {"Mitigation", {"action", "status", "owner"}},
      {"ADR", {"title", "status", "decision"}},
      {"Element", {"type"}},
      {"DiagramVersion", {"diagram_id", "version"}}};
  for (const std::string& name : kNames.at(key.first)) {
    const auto found = std::ranges::find(node->properties, name, &Json::Member::first);
    out.set(name, found == node->properties.end() ? Json::null() : found->second);
  }
  return out;
}

Json edge_json(const EdgeKey& edge) {
  Json out = Json::object();
  out.set("from", reference_to(std::get<0>(edge)));
  out.set("to", reference_to(std::get<1>(edge)));
  out.set("relation", Json::string(std::get<2>(edge)));
  return out;
}

Json all(const std::set<EdgeKey>& edges) {
  Json out = Json::array();
  for (const EdgeKey& edge : edges) out.items.push_back(edge_json(edge));
  return out;
}

bool walked(const Query& query, const std::string& root_label, const std::string& relation) {
  if (!query.relations.empty()) {
    return std::ranges::any_of(query.relations, [&](const std::string& name) { return name == "all" || name == relation; });
  }
  return root_label == "Element" ? kLinks.contains(relation) : relation != "PREVIOUS" && relation != "SUPERSEDES";
}

using Distances = std::map<NodeKey, std::uint64_t>;

/// Hops from the nearest start, by going over all edges again and again.
template <typename Walks>
Distances distances(const ReferenceGraph& graph, const std::vector<NodeKey>& starts, const std::string& direction,
                    std::uint64_t depth, Walks walks) {
  Distances out;
  for (const NodeKey& start : starts) out[start] = 0;
  for (std::uint64_t distance = 0; distance < depth; ++distance) {
    Distances next;
    for (const auto& [from, to, relation] : graph.edges()) {
      if (!walks(relation)) continue;
      const auto reach = [&](const NodeKey& at, const NodeKey& other) {
        const auto found = out.find(at);
        if (found != out.end() && found->second == distance && !out.contains(other)) next[other] = distance + 1;
      };
      if (direction != "upstream") reach(from, to);
      if (direction != "downstream") reach(to, from);
    }
    if (next.empty()) break;
    out.insert(next.begin(), next.end());
  }
  return out;
}

std::vector<std::pair<std::uint64_t, NodeKey>> by_distance(const Distances& found) {
  std::vector<std::pair<std::uint64_t, NodeKey>> out;
  for (const auto& [key, distance] : found) out.emplace_back(distance, key);
  std::ranges::sort(out);
  return out;
}

Json counts_of(const Distances& found, std::uint64_t first) {
  std::vector<std::uint64_t> counts;
  for (const auto& [key, distance] : found) {
    if (distance < first) continue;
    counts.resize(std::max<std::size_t>(counts.size(), distance - first + 1));
    ++counts[distance - first];
  }
  Json out = Json::array();
  for (const std::uint64_t count : counts) out.items.push_back(Json::number(count));
  return out;
}

}  // namespace

Json reference_coverage(const ReferenceGraph& graph) {
  std::map<std::pair<bool, std::string>, std::pair<std::uint64_t, std::uint64_t>> layers;  // null last
  for (const auto& [layer, element] : graph.declared()) {
    auto& [total, traced] = layers[{!layer, layer.value_or("")}];
    ++total;
    traced += graph.traced(element) ? 1 : 0;
  }
  Json out = Json::array();
  for (const auto& [layer, counts] : layers) {
    const auto& [total, traced] = counts;
    const std::uint64_t tenths = (2000 * traced + total) / (2 * total);
    Json item = Json::object();
    item.set("layer", layer.first ? Json::null() : Json::string(layer.second));
    item.set("total_elements", Json::number(total));
    item.set("traced_elements", Json::number(traced));
    item.set("coverage_pct", Json::number(std::to_string(tenths / 10) + "." + std::to_string(tenths % 10)));
    item.set("orphan_count", Json::number(total - traced));
    out.items.push_back(std::move(item));
  }
  return out;
}

std::vector<Json> reference_orphans(const ReferenceGraph& graph, const std::optional<std::string>& layer) {
  std::vector<std::tuple<bool, std::string, std::string>> found;
  for (const auto& [of, element] : graph.declared()) {
    if (!graph.traced(element) && (!layer || of == layer)) found.emplace_back(!of, of.value_or(""), element);
  }
  std::ranges::sort(found);
  std::vector<Json> out;
  for (const auto& [none, of, element] : found) {
    const Json node = described(graph, {"Element", element}, true);
    Json item = Json::object();
    item.set("element_id", Json::string(element));
    item.set("name", *node.find("name"));
    item.set("type", *node.find("type"));
    item.set("layer", none ? Json::null() : Json::string(of));
    out.push_back(std::move(item));
  }
  return out;
}

Json reference_impact(const ReferenceGraph& graph, const NodeKey& root, const Query& query) {
  const auto walks = [&](const std::string& relation) { return walked(query, root.first, relation); };
  Distances found = distances(graph, {root}, query.direction, query.depth, walks);
  Json nodes = Json::array();
  std::set<NodeKey> reported{root};
  bool truncated = false;
  for (const auto& [distance, key] : by_distance(found)) {
    Json node = described(graph, key, false);
    if (distance == 0) continue;
    if (!query.layers.empty() && node.find("layer")->canonical() != Json::string(query.layers.front()).canonical()) continue;
    if (nodes.items.size() == query.limit) {
      truncated = true;
      break;
    }
    std::set<std::tuple<NodeKey, std::string, bool>> candidates;
    for (const auto& [from, to, relation] : graph.edges()) {
      if (!walks(relation)) continue;
      const auto before = [&](const NodeKey& other) { return found.contains(other) && found.at(other) + 1 == distance; };
      if (query.direction != "upstream" && to == key && before(from)) candidates.insert({from, relation, false});
      if (query.direction != "downstream" && from == key && before(to)) candidates.insert({to, relation, true});
    }
    const auto& [other, relation, reverse] = *candidates.begin();
    Json via = reference_to(other);
    via.set("relation", Json::string(relation));
    via.set("reverse", Json::boolean(reverse));
    node.set("distance", Json::number(distance));
    node.set("via", std::move(via));
    nodes.items.push_back(std::move(node));
    reported.insert(key);
  }
  std::set<EdgeKey> edges;
  for (const EdgeKey& edge : graph.edges()) {
    if (walks(std::get<2>(edge)) && reported.contains(std::get<0>(edge)) && reported.contains(std::get<1>(edge)))
      edges.insert(edge);
  }
  Json out = Json::object();
  out.set("root", described(graph, root, true));
  out.set("direction", Json::string(query.direction));
  out.set("depth", Json::number(query.depth));
  out.set("at", Json::null());
  out.set("counts", counts_of(found, 1));
  out.set("nodes", std::move(nodes));
  out.set("edges", all(edges));
  out.set("truncated", Json::boolean(truncated));
  return out;
}

Json reference_chain(const ReferenceGraph& graph, const NodeKey& request, const Query& query) {
  std::set<EdgeKey> edges;
  const auto targets = [&](const std::set<NodeKey>& starts, const std::string& relation) {
    std::set<NodeKey> out;
    for (const EdgeKey& edge : graph.edges()) {
      if (std::get<2>(edge) != relation || !starts.contains(std::get<0>(edge))) continue;
      out.insert(std::get<1>(edge));
      edges.insert(edge);
    }
    return out;
  };
  const auto list = [&](const std::set<NodeKey>& keys) {
    Json out = Json::array();
    for (const NodeKey& key : keys) out.items.push_back(described(graph, key, true));
    return out;
  };
  const std::set<NodeKey> assessments = targets({request}, "TRIGGERS");
  const std::set<NodeKey> affected = targets(assessments, "AFFECTS");
  const Distances found = distances(graph, {affected.begin(), affected.end()}, "downstream", query.depth,
                                    [](const std::string& relation) { return relation == "TRACES_TO"; });
  Json related = Json::array();
  std::set<NodeKey> reported;
  for (const auto& [distance, key] : by_distance(found)) {
    if (related.items.size() == query.limit) break;
    Json node = described(graph, key, true);
    node.set("distance", Json::number(distance));
    related.items.push_back(std::move(node));
    reported.insert(key);
  }
  for (const EdgeKey& edge : graph.edges()) {
    if (std::get<2>(edge) == "TRACES_TO" && reported.contains(std::get<0>(edge)) && reported.contains(std::get<1>(edge)))
      edges.insert(edge);
  }
  Json out = Json::object();
  out.set("change_request", described(graph, request, true));
  out.set("depth", Json::number(query.depth));
  out.set("at", Json::null());
  out.set("assessments", list(assessments));
  out.set("affected", list(affected));
  out.set("related", std::move(related));
  out.set("counts", counts_of(found, 0));
  out.set("impacted", list(targets({request}, "IMPACTS")));
  out.set("mitigations", list(targets({request}, "REQUIRES")));
  out.set("adrs", list(targets({request}, "CREATES")));
  out.set("diagram_versions", list(targets({request}, "UPDATES")));
  out.set("edges", all(edges));
  out.set("truncated", Json::boolean(found.size() > query.limit));
  return out;
}

namespace {

/// Since which event the edge has held: the one after the last at which it did not.
const ReferenceEvent& held_since(const EdgeKey& edge, const std::vector<const ReferenceEvent*>& events) {
  std::size_t count = events.size();
  while (count > 0) {
    const std::vector<const ReferenceEvent*> first(events.begin(), events.begin() + static_cast<std::ptrdiff_t>(count) - 1);
    if (!ReferenceGraph(first).edges().contains(edge)) break;
    --count;
  }
  return *events[count - 1];
}

Json event_json(const ReferenceEvent& event) {
  Json out = Json::object();
  out.set("position", Json::number(event.position));
  out.set("id", Json::string(event.id));
  out.set("event_type", Json::string(event.event_type));
  out.set("actor", Json::maybe(event.actor));
  out.set("created_at", Json::string(format_time(event.created_at)));
  return out;
}

}  // namespace

Json reference_path(const ReferenceGraph& graph, const NodeKey& from, const NodeKey& to, const Query& query,
                    const std::vector<const ReferenceEvent*>& events) {
  const auto walks = [&](const std::string& relation) { return walked(query, from.first, relation); };
  Json out = Json::object();
  out.set("from", described(graph, from, false));
  out.set("to", described(graph, to, false));
  out.set("found", Json::boolean(false));
  out.set("direction", Json::null());
  Json steps = Json::array();
  for (const std::string direction : {"downstream", "upstream"}) {
    const bool along = direction == "downstream";
    const Distances left = distances(graph, {to}, along ? "upstream" : "downstream", graph.nodes().size() + 1, walks);
    if (!left.contains(from)) continue;
    out.set("found", Json::boolean(true));
    out.set("direction", Json::string(direction));
    for (NodeKey at = from; at != to;) {
      std::set<std::tuple<NodeKey, std::string, EdgeKey>> candidates;
      for (const EdgeKey& edge : graph.edges()) {
        const auto& [start, end, relation] = edge;
        const NodeKey& here = along ? start : end;
        const NodeKey& other = along ? end : start;
        if (here != at || !walks(relation) || !left.contains(other) || left.at(other) + 1 != left.at(at)) continue;
        candidates.insert({other, relation, edge});
      }
      Json step = edge_json(std::get<2>(*candidates.begin()));
      if (query.operation == "why") step.set("event", event_json(held_since(std::get<2>(*candidates.begin()), events)));
      steps.items.push_back(std::move(step));
      at = std::get<0>(*candidates.begin());
    }
    break;
  }
  out.set("steps", std::move(steps));
  return out;
}

Reference::Events Reference::events_until(Position known, const std::optional<Timestamp>& at) const {
  Events out;
  for (const ReferenceEvent& event : events_) {
    if (event.position <= known && (!at || event.created_at <= *at)) out.push_back(&event);
  }
  std::ranges::sort(out, {}, [](const ReferenceEvent* event) { return event->key(); });
  return out;
}

Answer Reference::graph(const Query& query, Position known, Timestamp now) const {
  const Events events = events_until(known, query.at);
  const ReferenceGraph graph(events);
  Answer out;
  if (query.operation == "orphans") {
    out.paged = true;
    out.items = reference_orphans(graph, query.layers.empty() ? std::nullopt : std::optional(query.layers.front()));
    return out;
  }
  const std::string at = format_time(query.at.value_or(now));
  if (query.operation == "coverage") {
    Position position = 0;
    for (const ReferenceEvent* event : events) position = std::max(position, event->position);
    out.body.set("at", Json::string(at));
    out.body.set("position", Json::number(position));
    out.body.set("layers", reference_coverage(graph));
    return out;
  }
  const std::set<NodeKey> named = named_nodes(events_until(known, std::nullopt));
  const bool is_path = query.operation == "path" || query.operation == "why";
  const NodeKey root = is_path ? NodeKey{query.label, query.from_ref} : NodeKey{query.label, query.entity};
  const NodeKey end{query.to_label, query.to_ref};
  if (!named.contains(root) || (is_path && !named.contains(end))) {
    out.code = "not_found";
  } else if (is_path) {
    out.body = reference_path(graph, root, end, query, events);
  } else {
    out.body = query.operation == "impact" ? reference_impact(graph, root, query) : reference_chain(graph, root, query);
    out.body.set("at", Json::string(at));
  }
  return out;
}

Answer Reference::trend(const std::string& bucket, Position known, Timestamp now) const {
  Json points = Json::array();
  const auto add = [&](Timestamp at, const std::optional<Timestamp>& cut) {
    Json point = Json::object();
    point.set("at", Json::string(format_time(at)));
    point.set("layers", reference_coverage(ReferenceGraph(events_until(known, cut))));
    points.items.push_back(std::move(point));
  };
  constexpr std::int64_t kHour = kMicrosPerDay / 24;
  constexpr std::int64_t kMonday = 4 * kMicrosPerDay;  // 1970-01-05
  const std::int64_t length = bucket == "hour" ? kHour : bucket == "day" ? kMicrosPerDay : 7 * kMicrosPerDay;
  const std::int64_t offset = bucket == "week" ? kMonday : 0;
  const std::int64_t period = bucket == "hour" ? 6 * kHour : bucket == "day" ? 5 * kMicrosPerDay : 21 * kMicrosPerDay;
  for (std::int64_t end = (now.micros - period - offset) / length + 1; end * length + offset < now.micros; ++end) {
    add({end * length + offset}, Timestamp{end * length + offset});
  }
  add(now, std::nullopt);
  Answer out;
  out.body.set("bucket", Json::string(bucket));
  out.body.set("points", std::move(points));
  return out;
}

}  // namespace govlog::testing
