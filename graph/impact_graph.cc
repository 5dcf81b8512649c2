#include "graph/impact_graph.h"

#include <algorithm>
#include <unordered_set>

namespace govlog {

std::optional<Vertex> ImpactGraph::find(Label label, std::string_view id) const {
  const auto found = index_.find(std::pair{label, id});
  return found == index_.end() ? std::nullopt : std::optional(found->second);
}

const ImpactGraph::Properties* ImpactGraph::properties(Vertex vertex, const AsOf& as_of) const {
  const Properties* latest = nullptr;
  for (const Properties& candidate : nodes_[vertex].properties) {
    if (candidate.listed_again || !as_of.holds(candidate.interval)) continue;
    if (latest == nullptr || latest->interval.from < candidate.interval.from) latest = &candidate;
  }
  return latest;
}

std::optional<std::string_view> ImpactGraph::text(std::uint32_t number) const {
  if (number == 0) return std::nullopt;
  return texts_[number - 1];
}

Vertex ImpactGraphBuilder::vertex(const NodeRef& ref) {
  const auto known = graph_.find(ref.label, ref.id);
  if (known) return *known;
  const auto fresh = static_cast<Vertex>(graph_.nodes_.size());
  graph_.nodes_.emplace_back().ref = ref;
  graph_.index_.emplace(std::pair{ref.label, std::string_view(graph_.nodes_.back().ref.id)}, fresh);
  return fresh;
}

std::uint32_t ImpactGraphBuilder::number(const std::optional<std::string>& text) {
  if (!text) return 0;
  const auto known = graph_.text_numbers_.find(*text);
  if (known != graph_.text_numbers_.end()) return known->second;
  graph_.texts_.push_back(*text);
  const auto fresh = static_cast<std::uint32_t>(graph_.texts_.size());
  graph_.text_numbers_.emplace(graph_.texts_.back(), fresh);
  return fresh;
}

void ImpactGraphBuilder::end_edge(const EdgeRef& edge, const EventKey& since, const EventKey& at) {
  const Vertex from = vertex(edge.from);
  const Vertex to = vertex(edge.to);
  const auto end = [&](std::vector<ImpactGraph::Edge>& edges, Vertex other) {
    // Lately begun edges stand last, and an event begins an edge once.
    const auto found = std::find_if(edges.rbegin(), edges.rend(), [&](const ImpactGraph::Edge& candidate) {
      return candidate.other == other && candidate.relation == edge.relation && candidate.interval.from == since;
    });
    found->interval.to = at;
  };
  end(graph_.nodes_[from].out, to);
  end(graph_.nodes_[to].in, from);
}

/// Whether the entity's own node has this name already.
bool ImpactGraphBuilder::is_called(const Folded& entity, const std::optional<std::string>& name) const {
  if (entity.properties.empty()) return false;
  const auto& [node, index] = entity.properties.front();
  return graph_.text(graph_.nodes_[node].properties[index].name) == name;
}

void ImpactGraphBuilder::end_properties(Folded& entity, const EventKey& at) {
  for (const auto& [node, index] : entity.properties) graph_.nodes_[node].properties[index].interval.to = at;
  entity.properties.clear();
}

void ImpactGraphBuilder::begin_properties(Folded& entity, const GraphStep& step, const EventKey& at) {
  const auto begin = [&](Vertex node, ImpactGraph::Properties properties) {
    properties.interval.from = at;
    graph_.nodes_[node].properties.push_back(properties);
    return std::pair{node, graph_.nodes_[node].properties.size() - 1};
  };
  if (step.node) {
    const auto begun = begin(vertex(*step.node), {{}, number(step.name), number(step.layer), 0, false});
    if (!step.declares) entity.properties.push_back(begun);  // a diagram version is what it is for ever
  }
  std::unordered_set<Vertex> listed;
  for (const Declaration& declaration : step.declarations) {
    const Vertex node = vertex({Label::kElement, declaration.element});
    const bool again = !listed.insert(node).second;
    entity.properties.push_back(
        begin(node, {{}, number(declaration.name), number(declaration.layer), number(declaration.type), again}));
  }
}

void ImpactGraphBuilder::note_link(Folded& entity, Vertex element, std::string_view id) {
  if (std::find(entity.named.begin(), entity.named.end(), element) != entity.named.end()) return;
  entity.named.push_back(element);
  graph_.nodes_[element].links.push_back(number(std::string(id)));
}

Status ImpactGraphBuilder::add(const EventView& event) {
  if (!EntityFold::concerns(event.entity_type)) return Ok{};
  std::string key(event.entity_type);
  key.push_back('\0');
  key += event.entity_id;
  auto place = entities_.find(key);
  if (place == entities_.end()) {
    place = entities_.emplace(std::move(key), Folded{EntityFold(event.entity_type, event.entity_id), {}, {}, {}}).first;
  }
  Folded& entity = place->second;
  const GraphStep step = GOVLOG_TRY(entity.fold.apply(event));
  const EventKey at = event.key();
  const bool link = event.entity_type == "trace" && event.event_type != "TraceabilityLinkRemoved";
  for (const NodeRef& node : step.named) {
    const Vertex named = vertex(node);
    graph_.nodes_[named].named_from = std::min(graph_.nodes_[named].named_from, at);
    if (link) note_link(entity, named, event.entity_id);
  }
  for (const EdgeRef& edge : step.ended) {
    const auto since = entity.since.find(edge);
    end_edge(edge, since->second, at);
    entity.since.erase(since);
  }
  for (const EdgeRef& edge : step.begun) {
    const Vertex from = vertex(edge.from);
    const Vertex to = vertex(edge.to);
    graph_.nodes_[from].out.push_back({to, edge.relation, {at}});
    graph_.nodes_[to].in.push_back({from, edge.relation, {at}});
    if (event.entity_type != "diagram") entity.since.emplace(edge, at);
  }
  if (step.node && (step.declares || !is_called(entity, step.name))) {
    end_properties(entity, at);
    begin_properties(entity, step, at);
  }
  return Ok{};
}

ImpactGraph ImpactGraphBuilder::finish() && { return std::move(graph_); }

}  // namespace govlog
