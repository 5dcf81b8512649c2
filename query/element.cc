#include "query/element.h"

#include "codec/event_json.h"
#include "codec/event_types.h"
#include "codec/json_text.h"
#include "engine/graph_of_view.h"
#include "query/entity_text.h"
#include "query/graph_node.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace govlog {

namespace {

void append_text(std::string& out, const std::optional<std::string_view>& text) {
  if (text)
    append_json_string(out, *text);
  else
    out += "null";
}

/// Its live edges as JSON, by relation, direction, id.
void append_links(std::string& out, const GraphView& graph, Vertex vertex, const AsOf& as_of) {
  std::vector<std::tuple<Relation, std::string_view, std::string_view>> links;
  const auto add = [&](const GraphView::Edges& edges, std::string_view direction) {
    for (const GraphView::Edge& edge : edges) {
      if (as_of.holds(edge.interval)) links.emplace_back(edge.relation, direction, graph.node(edge.other).id);
    }
  };
  add(graph.out(vertex), "downstream");
  add(graph.in(vertex), "upstream");
  std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
  out += '[';
  for (const auto& [relation, direction, id] : links) {
    out += fmt::format(R"({}{{"relation":"{}","direction":"{}","id":)", out.back() == '[' ? "" : ",", relation_name(relation),
                       direction);
    append_json_string(out, id);
    out += '}';
  }
  out += ']';
}

std::string state_of(const GraphView& graph, Vertex vertex, const AsOf& as_of) {
  const auto properties = graph.properties(vertex, as_of);
  const auto text = [&](std::uint32_t GraphView::Properties::*member) {
    return properties ? graph.text((*properties).*member) : std::nullopt;
  };
  std::string out = R"({"name":)";
  append_text(out, text(&GraphView::Properties::name));
  out += R"(,"type":)";
  append_text(out, text(&GraphView::Properties::type));
  out += R"(,"layer":)";
  append_text(out, text(&GraphView::Properties::layer));
  out += properties ? R"(,"declared":true,"links":)" : R"(,"declared":false,"links":)";
  append_links(out, graph, vertex, as_of);
  out += '}';
  return out;
}

/// The links that ever named it, each once.
Result<std::vector<EntityRef>> links_of(const ReadView& view, const GraphView& graph, Vertex vertex) {
  std::vector<EntityRef> links;
  std::string buffer;
  for (const Position position : graph.links(vertex)) {
    const auto event = GOVLOG_TRY(view.event_at(position, buffer));
    if (!event) return Error{Code::kCorruption, fmt::format("the event at position {} is missing", position), {}};
    links.push_back({std::string(event->entity_type), std::string(event->entity_id)});
  }
  std::sort(links.begin(), links.end());
  links.erase(std::unique(links.begin(), links.end()), links.end());
  return links;
}

/// Keys of its history, in event order.
Result<std::vector<EventKey>> history_keys(const ReadView& view, const GraphView& graph, Vertex vertex, Position known) {
  std::vector<EventKey> keys;
  for (const GraphView::Properties& listed : graph.properties(vertex)) keys.push_back(listed.interval.from);
  for (const EntityRef& link : GOVLOG_TRY(links_of(view, graph, vertex))) {
    GOVLOG_TRY(view.scan_entity(link, {}, Order::kAscending, known, [&](const EventView& event) -> Result<bool> {
      keys.push_back(event.key());
      return true;
    }));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

bool holds(const std::vector<std::string>& wanted, const std::optional<std::string_view>& text) {
  return wanted.empty() || (text && std::find(wanted.begin(), wanted.end(), *text) != wanted.end());
}

/// The actor of the event with `key`.
Result<std::optional<std::string>> actor_of(const ReadView& view, const EventKey& key) {
  std::string buffer;
  const auto event = GOVLOG_TRY(view.event_at(key.position, buffer));
  std::optional<std::string> actor;
  if (event && event->actor) actor = std::string(*event->actor);
  return actor;
}

}  // namespace

Result<bool> is_element(const ReadView& view, std::string_view id) {
  const auto graph = GOVLOG_TRY(view.graph(view.log_position()));
  return graph.view.find(Label::kElement, id).has_value();
}

Status visit_elements(const ReadView& view, const std::function<bool(std::string_view)>& visit) {
  const auto graph = GOVLOG_TRY(view.graph(view.log_position()));
  for (Vertex vertex = 0; vertex < graph.view.size(); ++vertex) {
    const NodeName node = graph.view.node(vertex);
    if (node.label == Label::kElement && !visit(node.id)) break;
  }
  return Ok{};
}

Result<ElementAnswer> element_at(const ReadView& view, std::string_view id, const std::optional<Timestamp>& at,
                                 Position known) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, at, known));
  const auto vertex = graph.graph.find(Label::kElement, id);
  ElementAnswer answer;
  if (!vertex || !graph.as_of().holds_since(graph.graph.named_from(*vertex))) return answer;
  answer.exists = true;
  answer.state = state_of(graph.graph, *vertex, graph.as_of());
  for (const EventKey& key : GOVLOG_TRY(history_keys(view, graph.graph, *vertex, known))) {
    if (graph.as_of().holds_since(key)) answer.last = key;
  }
  return answer;
}

Result<HistoryPage> element_history(const ReadView& view, const HistoryQuery& query) {
  const GraphAt graph = GOVLOG_TRY(graph_at(view, std::nullopt, query.known));
  const auto vertex = graph.graph.find(Label::kElement, query.entity.entity_id);
  HistoryPage page;
  if (!vertex) return page;
  for (const EventKey& key : GOVLOG_TRY(history_keys(view, graph.graph, *vertex, query.known))) {
    if (query.after && key <= *query.after) continue;
    page.more = page.items.size() == query.limit;
    if (page.more) break;
    std::string buffer;
    const auto event = GOVLOG_TRY(view.event_at(key.position, buffer));
    if (!event) return Error{Code::kCorruption, fmt::format("the event at position {} is missing", key.position), {}};
    HistoryItem& item = page.items.emplace_back();
    item.key = key;
    if (query.with_states)
      append_event_json(item.event, *event, state_of(graph.graph, *vertex, AsOf(key)));
    else
      append_event_json(item.event, *event);
  }
  return page;
}

Status list_elements(const ReadView& view, const ListQuery& query, ListPage& page) {
  if (!query.statuses.empty()) return Ok{};  // an element has none
  const GraphAt graph = GOVLOG_TRY(graph_at(view, query.at, query.known));
  const AsOf as_of = graph.as_of();
  std::vector<Vertex> elements;
  for (Vertex vertex = 0; vertex < graph.graph.size(); ++vertex) {
    const NodeName node = graph.graph.node(vertex);
    if (node.label != Label::kElement || !as_of.holds_since(graph.graph.named_from(vertex))) continue;
    if (query.after && node.id <= query.after->entity_id) continue;
    const auto properties = graph.graph.properties(vertex, as_of);
    if (holds(query.layers, properties ? graph.graph.text(properties->layer) : std::nullopt)) elements.push_back(vertex);
  }
  std::sort(elements.begin(), elements.end(), [&](Vertex a, Vertex b) { return node_before(graph.graph, a, b); });
  for (const Vertex vertex : elements) {
    ListItem item;
    item.entity = {std::string(kElementType), std::string(graph.graph.node(vertex).id)};
    std::optional<EventKey> last;
    bool answers = !query.q;
    for (const EventKey& key : GOVLOG_TRY(history_keys(view, graph.graph, vertex, query.known))) {
      if (!as_of.holds_since(key)) break;
      if (!item.created_at) item.created_at = key.created_at;
      item.updated_at = key.created_at;
      last = key;
      if (!answers) answers = GOVLOG_TRY(event_answers(view, *query.q, key));
    }
    if (!answers) continue;
    if (!query.actors.empty()) {
      const auto actor = last ? GOVLOG_TRY(actor_of(view, *last)) : std::nullopt;
      if (!holds(query.actors, actor)) continue;
    }
    page.more = page.items.size() == query.limit;
    if (page.more) return Ok{};
    const auto properties = graph.graph.properties(vertex, as_of);
    if (properties && properties->name != 0) item.title = json_quote(*graph.graph.text(properties->name));
    page.items.push_back(std::move(item));
  }
  return Ok{};
}

}  // namespace govlog
