#include "query/graph_node.h"

#include "codec/json_text.h"
#include "engine/graph_of_view.h"
#include "query/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <span>

namespace govlog {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::string_view kChangeRequestNames[] = {"title", "type", "description", "status", "priority"};
constexpr std::string_view kAssessmentNames[] = {"direction", "risk_level", "effort"};
constexpr std::string_view kMitigationNames[] = {"action", "status", "owner"};
constexpr std::string_view kAdrNames[] = {"title", "status", "decision"};
constexpr std::string_view kElementNames[] = {"type"};
constexpr std::string_view kVersionNames[] = {"diagram_id", "version"};  // and layer, which every node has

Names property_names(Label label) {
  switch (label) {
    case Label::kChangeRequest:
      return kChangeRequestNames;
    case Label::kImpactAssessment:
      return kAssessmentNames;
    case Label::kMitigation:
      return kMitigationNames;
    case Label::kAdr:
      return kAdrNames;
    case Label::kElement:
      return kElementNames;
    case Label::kDiagramVersion:
      return kVersionNames;
  }
  return {};
}

/// A 32-bit integer, or a string that holds one: digits, a sign before them (contract 2.1).
bool is_risk_level(std::string_view token) {
  std::string_view digits = token;
  if (json_kind(token) == JsonKind::kString) digits = token.substr(1, token.size() - 2);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() &&
         (digits.data() == token.data() || token.front() == '"');
}

/// A member of a state as a property: what is of the wrong kind counts as absent.
std::string property_token(std::string_view state, std::string_view name) {
  const std::string_view token = json_member(state, name).value_or("");
  const bool right = name == "risk_level" ? is_risk_level(token) : json_kind(token) == JsonKind::kString;
  return right ? std::string(token) : "null";
}

/// What a diagram version's own event says.
Status read_version(const GraphAt& graph, NodeView& node) {
  const std::size_t split = node.ref.id.rfind('@');
  const std::string diagram = node.ref.id.substr(0, split);
  const std::string number = node.ref.id.substr(split + 1);
  std::uint64_t version = 0;
  std::from_chars(number.data(), number.data() + number.size(), version);
  const auto key = GOVLOG_TRY(graph.view.event_of_version({"diagram", diagram}, version));
  std::string buffer;
  const auto event = key ? GOVLOG_TRY(graph.view.event_at(key->position, buffer)) : std::nullopt;
  if (!event) return Error{Code::kCorruption, fmt::format("version {} of diagram {} is missing", number, diagram), {}};
  const std::string_view given = json_member(event->data, "version").value_or("");
  const bool integer = json_kind(given) == JsonKind::kNumber && given.find_first_of(".eE") == std::string_view::npos;
  node.properties = {{"diagram_id", json_quote(diagram)},
                     {"version", integer || json_kind(given) == JsonKind::kString ? std::string(given) : number}};
  return Ok{};
}

}  // namespace

Result<GraphAt> graph_at(const ReadView& view, const std::optional<Timestamp>& at, Position known) {
  GraphOfView graph = GOVLOG_TRY(view.graph(known));
  return GraphAt{view, std::move(graph.graph), graph.view, at, known};
}

Result<Vertex> find_node(const GraphAt& graph, const NodeRef& node) {
  const auto found = graph.graph.find(node.label, node.id);
  if (found) return *found;
  NearestNames nearest(node.id);
  for (Vertex vertex = 0; vertex < graph.graph.size(); ++vertex) {
    const NodeName other = graph.graph.node(vertex);
    if (other.label == node.label) nearest.offer(other.id, std::string(other.id));
  }
  std::vector<std::string> names = std::move(nearest).take();
  std::string message = fmt::format("no event ever named the {} {}", label_name(node.label), shorten(node.id));
  if (names.empty()) return Error{Code::kNotFound, std::move(message), {}};
  message += fmt::format("; nearest: {}", fmt::join(names, ", "));
  return Error{Code::kNotFound, std::move(message), {{"nearest", std::move(names)}}};
}

NodeView node_view(const GraphAt& graph, Vertex vertex) {
  NodeView out;
  out.ref = graph.graph.node(vertex).ref();
  const auto properties = graph.graph.properties(vertex, graph.as_of());
  if (!properties) return out;
  out.declared = true;
  out.name = graph.graph.text(properties->name);
  out.layer = graph.graph.text(properties->layer);
  return out;
}

Result<NodeView> node_with_properties(const GraphAt& graph, Vertex vertex) {
  NodeView out = node_view(graph, vertex);
  if (!out.declared) {
    for (const std::string_view name : property_names(out.ref.label)) out.properties.emplace_back(name, "null");
    return out;
  }
  if (out.ref.label == Label::kElement) {
    const auto type = graph.graph.text(graph.graph.properties(vertex, graph.as_of())->type);
    out.properties.emplace_back("type", type ? json_quote(*type) : "null");
    return out;
  }
  if (out.ref.label == Label::kDiagramVersion) {
    GOVLOG_TRY(read_version(graph, out));
    return out;
  }
  const EntityRef entity{std::string(entity_type_of_label(out.ref.label)), out.ref.id};
  const EventKey last = graph.at ? EventKey{*graph.at, kPositionMax} : kEventKeyMax;
  const EntityState state = GOVLOG_TRY(graph.view.state_at(entity, last, graph.known));
  for (const std::string_view name : property_names(out.ref.label)) {
    out.properties.emplace_back(name, property_token(state.state, name));
  }
  return out;
}

EdgeView edge_view(const GraphView& graph, Vertex from, Vertex to, Relation relation) {
  return {graph.node(from).ref(), graph.node(to).ref(), relation};
}

bool node_before(const GraphView& graph, Vertex a, Vertex b) { return graph.node(a) < graph.node(b); }

}  // namespace govlog
