// The operations on graph and coverage, as rows of the one table.
#include "api/operations_graph.h"

#include "api/parameters.h"
#include "api/run.h"

namespace govlog {

namespace {

constexpr std::int64_t kNodeIdMaximum = 220;
constexpr std::int64_t kDepthMaximum = 64;
constexpr std::int64_t kNodesMaximum = 100'000;

Parameter label_parameter(std::string_view name) {
  return with_default(
      choice_parameter(name, {"Element", "ChangeRequest", "ImpactAssessment", "Mitigation", "ADR", "DiagramVersion"},
                       "what kind of node that is"),
      "Element");
}

Parameter relations_parameter() {
  return repeatable(
      choice_parameter("relations",
                       {"TRACES_TO", "REALIZES", "VALIDATES", "SERVES", "TRIGGERS", "AFFECTS", "IMPACTS", "REQUIRES", "CREATES",
                        "UPDATES", "PREVIOUS", "SUPERSEDES", "all"},
                       "walk these; from an Element the first four without it, else all but PREVIOUS and SUPERSEDES"),
      12);
}

Parameter at_parameter() { return typed_parameter("at", ParameterType::kTime, "as it was then; without it over every event"); }

Parameter depth_parameter(std::int64_t minimum) {
  return with_default(integer_parameter("depth", minimum, kDepthMaximum, "hops at most"), "5");
}

Parameter nodes_parameter() { return with_default(integer_parameter("limit", 1, kNodesMaximum, "nodes at most"), "1000"); }

Parameter format_parameter() {
  return with_default(choice_parameter("format", {"json", "mermaid", "dot", "graphml", "cytoscape"}, "a picture instead"),
                      "json");
}

std::vector<Parameter> path_parameters() {
  return {required(text_parameter("from", kNodeIdMaximum, "id of a node")),
          required(text_parameter("to", kNodeIdMaximum, "id of another")),
          label_parameter("from_label"),
          label_parameter("to_label"),
          relations_parameter(),
          at_parameter(),
          known_at_parameter()};
}

}  // namespace

Operation impact_operation() {
  return {"impact",
          "Impact of an element",
          "What depends on a node, or what it depends on, by hops.",
          {positional(required(text_parameter("element", kNodeIdMaximum, "id of an element, or of any node with --label"))),
           label_parameter("label"),
           with_default(
               choice_parameter("direction", {"downstream", "upstream", "both"}, "along the arrows, against them, or both"),
               "downstream"),
           depth_parameter(1), relations_parameter(), text_parameter("layer", kIdMaximum, "report nodes of this layer alone"),
           at_parameter(), nodes_parameter(), format_parameter(), known_at_parameter()},
          {"impact svc-ledger", "impact svc-ledger --format mermaid > ledger.mmd",
           "impact svc-ledger --direction upstream --depth 3 --at 2025-06-30",
           "impact CR-7 --label ChangeRequest --relations IMPACTS --relations TRACES_TO"},
          run_impact};
}

Operation chain_operation() {
  return {"chain",
          "Impact chain",
          "A change request with its assessments, affected and traced elements, decisions and mitigations.",
          {completing(positional(required(text_parameter("change_request", kIdMaximum, "id of a change request"))),
                      "entity:change_request"),
           depth_parameter(0), at_parameter(), nodes_parameter(), format_parameter(), known_at_parameter()},
          {"chain CR-7", "chain CR-7 --format dot | dot -Tsvg > chain.svg", "chain CR-7 --depth 2 --at 2025-06-30"},
          run_chain};
}

Operation path_operation() {
  return {"path",
          "Path between nodes",
          "A shortest path from one node to another, along the arrows or else against them.",
          path_parameters(),
          {"path --from svc-ledger --to cap-payments", "path --from CR-7 --from-label ChangeRequest --to db-main --at 30d"},
          run_path};
}

Operation why_operation() {
  return {"why",
          "Why connected",
          "A shortest path between two nodes, with the event, person and time that made each link of it hold.",
          path_parameters(),
          {"why --from svc-ledger --to cap-payments", "why CR-7 svc-ledger --from-label ChangeRequest --at 2025-06-30"},
          run_why};
}

Operation coverage_operation() {
  return {"coverage",
          "Coverage",
          "How well each layer is traced: its elements that a live link names.",
          {at_parameter(), known_at_parameter()},
          {"coverage", "coverage --at 2025-11-15"},
          run_coverage};
}

Operation orphans_operation() {
  return {"orphans",
          "Orphans",
          "Declared elements that no live link names.",
          {text_parameter("layer", kIdMaximum, "of this layer alone"), at_parameter(), limit_parameter(), cursor_parameter(),
           known_at_parameter()},
          {"orphans", "orphans --layer technical --at 30d"},
          run_orphans};
}

Operation trend_operation() {
  return {
      "trend",
      "Coverage trend",
      "Coverage at the end of each day, week or hour of a period, and now.",
      {with_default(text_parameter("period", 16, "how far back: 30d, 12w, 36h"), "30d"),
       with_default(choice_parameter("bucket", {"hour", "day", "week"}, "how long each step is"), "day"), known_at_parameter()},
      {"trend", "trend --period 52w --bucket week"},
      run_trend};
}

}  // namespace govlog
