#include "api/render_graph.h"

#include "api/json_writer.h"

#include <fmt/format.h>

namespace govlog {

namespace {

void append_reference(std::string& out, const NodeRef& node) {
  ObjectWriter object(out);
  object.text("label", label_name(node.label));
  object.text("id", std::string_view(node.id));
  object.close();
}

void append_node_members(ObjectWriter& object, const NodeView& node) {
  object.text("label", label_name(node.ref.label));
  object.text("id", std::string_view(node.ref.id));
  object.text("name", node.name);
  object.text("layer", node.layer);
  object.boolean("declared", node.declared);
  for (const auto& [name, token] : node.properties) object.token(name, token);
}

void append_node(std::string& out, const NodeView& node) {
  ObjectWriter object(out);
  append_node_members(object, node);
  object.close();
}

void append_impacted(std::string& out, const ImpactedNode& node) {
  ObjectWriter object(out);
  append_node_members(object, node.node);
  object.number("distance", std::uint64_t{node.distance});
  ObjectWriter via(object.begin("via"));
  via.text("label", label_name(node.via.label));
  via.text("id", std::string_view(node.via.id));
  via.text("relation", relation_name(node.via_relation));
  via.boolean("reverse", node.via_reverse);
  via.close();
  object.close();
}

void append_related(std::string& out, const RelatedNode& node) {
  ObjectWriter object(out);
  append_node_members(object, node.node);
  object.number("distance", std::uint64_t{node.distance});
  object.close();
}

void append_edge_members(ObjectWriter& object, const EdgeView& edge) {
  append_reference(object.begin("from"), edge.from);
  append_reference(object.begin("to"), edge.to);
  object.text("relation", relation_name(edge.relation));
}

void append_edge(std::string& out, const EdgeView& edge) {
  ObjectWriter object(out);
  append_edge_members(object, edge);
  object.close();
}

void append_step(std::string& out, const PathStep& step) {
  ObjectWriter object(out);
  append_edge_members(object, step.edge);
  if (step.event) {
    ObjectWriter event(object.begin("event"));
    event.number("position", step.event->position);
    event.id("id", step.event->id);
    event.text("event_type", std::string_view(step.event->event_type));
    event.text("actor", step.event->actor);
    event.time("created_at", step.event->created_at);
    event.close();
  }
  object.close();
}

void append_count(std::string& out, std::uint64_t count) { out += fmt::format_int(count).c_str(); }

void append_layer(std::string& out, const LayerCoverage& layer) {
  ObjectWriter object(out);
  object.text("layer", layer.layer);
  object.number("total_elements", layer.total_elements);
  object.number("traced_elements", layer.traced_elements);
  object.token("coverage_pct", fmt::format("{}.{}", layer.per_mille() / 10, layer.per_mille() % 10));
  object.number("orphan_count", layer.orphan_count());
  object.close();
}

void append_trend_point(std::string& out, const TrendPoint& point) {
  ObjectWriter object(out);
  object.time("at", point.at);
  append_array(object.begin("layers"), point.layers, append_layer);
  object.close();
}

void append_orphan(std::string& out, const Orphan& orphan) {
  ObjectWriter object(out);
  object.text("element_id", std::string_view(orphan.key.element));
  object.text("name", orphan.name);
  object.text("type", orphan.type);
  object.text("layer", orphan.key.layer);
  object.close();
}

}  // namespace

std::string_view direction_name(Direction direction) {
  switch (direction) {
    case Direction::kDownstream:
      return "downstream";
    case Direction::kUpstream:
      return "upstream";
    case Direction::kBoth:
      return "both";
  }
  return "";
}

std::string_view bucket_name(Bucket bucket) {
  switch (bucket) {
    case Bucket::kHour:
      return "hour";
    case Bucket::kDay:
      return "day";
    case Bucket::kWeek:
      return "week";
  }
  return "";
}

std::string render_impact(const ImpactQuery& query, const ImpactAnswer& answer, Timestamp at, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  append_node(object.begin("root"), answer.root);
  object.text("direction", direction_name(query.direction));
  object.number("depth", std::uint64_t{query.depth});
  object.time("at", at);
  append_array(object.begin("counts"), answer.counts, append_count);
  append_array(object.begin("nodes"), answer.nodes, append_impacted);
  append_array(object.begin("edges"), answer.edges, append_edge);
  object.boolean("truncated", answer.truncated);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_chain(const ChainQuery& query, const ChainAnswer& answer, Timestamp at, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  append_node(object.begin("change_request"), answer.change_request);
  object.number("depth", std::uint64_t{query.depth});
  object.time("at", at);
  append_array(object.begin("assessments"), answer.assessments, append_node);
  append_array(object.begin("affected"), answer.affected, append_node);
  append_array(object.begin("related"), answer.related, append_related);
  append_array(object.begin("counts"), answer.counts, append_count);
  append_array(object.begin("impacted"), answer.impacted, append_node);
  append_array(object.begin("mitigations"), answer.mitigations, append_node);
  append_array(object.begin("adrs"), answer.adrs, append_node);
  append_array(object.begin("diagram_versions"), answer.diagram_versions, append_node);
  append_array(object.begin("edges"), answer.edges, append_edge);
  object.boolean("truncated", answer.truncated);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_path(const PathAnswer& answer, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  append_node(object.begin("from"), answer.from);
  append_node(object.begin("to"), answer.to);
  object.boolean("found", answer.found);
  object.text("direction", answer.direction ? std::optional<std::string>(direction_name(*answer.direction)) : std::nullopt);
  append_array(object.begin("steps"), answer.steps, append_step);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_coverage(const CoverageAnswer& answer, Timestamp at, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.time("at", at);
  object.number("position", answer.position);
  append_array(object.begin("layers"), answer.layers, append_layer);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_trend(Bucket bucket, const std::vector<TrendPoint>& points, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.text("bucket", bucket_name(bucket));
  append_array(object.begin("points"), points, append_trend_point);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_orphans(const OrphansPage& page, std::string_view next_cursor, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  append_array(object.begin("items"), page.items, append_orphan);
  object.token("next_cursor", next_cursor);
  object.number("log_position", log_position);
  object.close();
  return out;
}

}  // namespace govlog
