#include "mcp/tools.h"

#include "api/diagram_elements.h"
#include "api/parameters.h"
#include "mcp/tool_outputs.h"
#include "mcp/tool_schema.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace govlog {
namespace {

constexpr std::string_view kElementSchema =
    R"({"type":"object","additionalProperties":false,"properties":{"id":{"type":"string","maxLength":100,"description":"id of the element"},"name":{"type":"string","maxLength":500,"description":"as people call it"},"type":{"type":"string","maxLength":100,"description":"kind of element"},"layer":{"type":"string","maxLength":100,"description":"else the diagram's"}},"required":["id"]})";

/// Where a tool's argument differs from the operation's parameter.
struct Change {
  std::string_view parameter;
  std::string_view name{};          // empty: as the operation has it
  std::string_view help{};          // empty: the operation's
  std::string_view default_text{};  // empty: the operation's
};

/// A row of the table. `operations`: of a write, the name of its one.
struct Row {
  std::string_view name;
  std::string_view title;
  std::string_view description;
  ToolKind kind = ToolKind::kRead;
  std::vector<std::string_view> operations;
  std::string_view output_schema;
  ToolSelector selector{};
  std::vector<Change> changes{};
};

/// What every tool says more shortly than the operation does, or without words of the command line.
constexpr std::array<Change, 5> kSharedChanges{{
    {.parameter = "known_at", .help = "answer as known then: a time, or a position"},
    {.parameter = "metadata", .help = "further metadata"},
    {.parameter = "fields", .help = "further fields of data"},
    {.parameter = "event_id", .help = "UUID; makes a retry harmless"},
    {.parameter = "id", .help = "UUID; makes a retry harmless"},
}};

std::vector<Row> read_rows() {
  return {
      {.name = "query_timeline",
       .title = "Timeline",
       .description = "What happened: events newest first, filtered by time, actor, type, entity and text; start here.",
       .operations = {"timeline"},
       .output_schema = kItemsOutput},
      {.name = "search_events",
       .title = "Search events",
       .description = "Full-text search over every event, best match first.",
       .operations = {"search"},
       .output_schema = kItemsOutput},
      {.name = "list_entities",
       .title = "List entities",
       .description =
           "Which entities there are, with title and status, now or at an instant: open changes, accepted decisions, "
           "what was in force on a date.",
       .operations = {"list"},
       .output_schema = kItemsOutput},
      {.name = "query_entity_history",
       .title = "Entity history",
       .description = "Every event of one entity in event order, with the state after each on request.",
       .operations = {"history", "replay"},
       .output_schema = kHistoryOutput,
       .selector = {"include_state", "give the state after each event too", {"false", "true"}, true}},
      {.name = "time_travel",
       .title = "State at a time",
       .description = "What one entity looked like at an instant, and optionally as then known.",
       .operations = {"at"},
       .output_schema = kStateOutput},
      {.name = "compare_versions",
       .title = "Compare versions",
       .description = "What changed between two versions, as JSON Patch and as a list of fields.",
       .operations = {"diff"},
       .output_schema = kDiffOutput,
       .changes = {{.parameter = "from", .help = "event id, ID@VERSION, TYPE/ID@VERSION or …@TIME, such as adr/ADR-7@1"}}},
      {.name = "query_impact",
       .title = "Impact of an element",
       .description = "What depends on a node, or what it depends on, by hops.",
       .operations = {"impact"},
       .output_schema = kImpactOutput,
       .changes = {{.parameter = "element", .name = "id", .help = "id of an element, or of any node with label"}}},
      {.name = "query_impact_chain",
       .title = "Impact chain",
       .description = "A change request with its assessments, affected and traced elements, decisions and mitigations.",
       .operations = {"chain"},
       .output_schema = kChainOutput,
       .changes = {{.parameter = "change_request", .name = "change_request_id"}}},
      {.name = "explain_path",
       .title = "Why connected",
       .description = "A shortest path between two nodes, with the event, person and time that made each link of it hold.",
       .operations = {"why"},
       .output_schema = kWhyOutput},
      {.name = "query_coverage",
       .title = "Coverage",
       .description = "How well each layer is traced; the untraced elements; the trend.",
       .operations = {"coverage", "orphans", "trend"},
       .output_schema = kCoverageOutput,
       .selector = {"view", "what is asked: layers, untraced elements, or the past", {"coverage", "orphans", "trend"}},
       .changes = {{.parameter = "at", .help = "as it was then (coverage, orphans)"},
                   {.parameter = "layer", .help = "of this layer alone (orphans)"},
                   {.parameter = "limit", .help = "items on a page (orphans)"},
                   {.parameter = "cursor", .help = "next_cursor of the page before (orphans)"},
                   {.parameter = "period", .help = "how far back: 30d, 12w, 36h (trend)"},
                   {.parameter = "bucket", .help = "how long each step is (trend)"}}},
      {.name = "verify_log",
       .title = "Verify the log",
       .description = "Checks every record, index and view against the log and the hash tree.",
       .operations = {"verify"},
       .output_schema = kVerifyOutput},
  };
}

std::vector<Row> write_rows() {
  return {
      {.name = "create_change_request",
       .title = "Create change request",
       .description = "Record a new change request (ChangeRequestCreated).",
       .kind = ToolKind::kWriteOnce,
       .operations = {"create_change_request"},
       .output_schema = kReceiptOutput,
       .changes = {{.parameter = "impacts", .help = "ids of elements that it touches"},
                   {.parameter = "expected_version", .help = "0: one that exists is refused", .default_text = "0"}}},
      {.name = "update_change_request",
       .title = "Update change request",
       .description = "Change fields or the status of a change request.",
       .kind = ToolKind::kWrite,
       .operations = {"update_change_request"},
       .output_schema = kReceiptsOutput,
       .changes = {{.parameter = "impacts", .help = "ids of elements that it touches"}}},
      {.name = "create_diagram_version",
       .title = "Create diagram version",
       .description = "Record a new version of a diagram and the elements it declares (DiagramVersionCreated).",
       .kind = ToolKind::kWrite,
       .operations = {"create_diagram_version"},
       .output_schema = kReceiptOutput,
       .changes = {{.parameter = "elements", .help = "elements that it declares"}}},
      {.name = "add_traceability_link",
       .title = "Add traceability link",
       .description = "Link one element to another across layers (TraceabilityLinkAdded).",
       .kind = ToolKind::kWrite,
       .operations = {"add_traceability_link"},
       .output_schema = kReceiptOutput,
       .changes = {{.parameter = "link_id", .help = "id of the link; by default FROM|TYPE|TO"}}},
      {.name = "store_governance_event",
       .title = "Store governance event",
       .description = "Append any event; the other write tools are shorthands for it.",
       .kind = ToolKind::kWrite,
       .operations = {"store_governance_event"},
       .output_schema = kReceiptOutput},
  };
}

/// The entity of one text that operations take, as the two arguments that tools have.
void add_entity(std::vector<ToolArgument>& arguments) {
  arguments.push_back(
      {.parameter = required(text_parameter("entity_id", kIdMaximum, "id of the entity")), .operation_name = "entity"});
  arguments.push_back({.parameter = text_parameter("entity_type", kTypeMaximum,
                                                   "its type, where several have that id; element for an architecture element"),
                       .operation_name = "entity"});
}

void change_parameter(Parameter& parameter, std::span<const Change> changes) {
  const auto change =
      std::find_if(changes.begin(), changes.end(), [&](const Change& c) { return c.parameter == parameter.name; });
  if (change == changes.end()) return;
  if (!change->name.empty()) parameter.name = change->name;
  if (!change->help.empty()) parameter.help = change->help;
  if (!change->default_text.empty()) parameter.default_text = change->default_text;
}

void add_parameter(std::vector<ToolArgument>& arguments, const Row& row, Parameter parameter) {
  const std::string_view operation_name = parameter.name;
  change_parameter(parameter, kSharedChanges);
  change_parameter(parameter, row.changes);
  ToolArgument argument{.parameter = std::move(parameter), .operation_name = operation_name};
  if (operation_name == "elements") {
    argument.items_schema = kElementSchema;
    argument.parameter.items_maximum = kElementsMaximum;
  }
  arguments.push_back(std::move(argument));
}

void add_parameters(std::vector<ToolArgument>& arguments, const Row& row, std::span<const Parameter> parameters) {
  for (const Parameter& parameter : parameters) {
    const bool there = std::any_of(arguments.begin(), arguments.end(),
                                   [&](const ToolArgument& other) { return other.operation_name == parameter.name; });
    if (there || parameter.of_face) continue;
    if (parameter.type == ParameterType::kEntity) {
      add_entity(arguments);
    } else {
      add_parameter(arguments, row, parameter);
    }
  }
}

ToolArgument selecting(const ToolSelector& selector) {
  Parameter parameter =
      with_default(choice_parameter(selector.name, selector.choices, selector.help), selector.choices.front());
  return {.parameter = std::move(parameter), .operation_name = selector.name, .boolean = selector.boolean};
}

const WriteOperation* write_operation_named(std::string_view name) {
  const auto all = write_operations();
  const auto found = std::find_if(all.begin(), all.end(), [&](const WriteOperation& o) { return o.name == name; });
  return found == all.end() ? nullptr : &*found;
}

Tool make_tool(const Row& row) {
  Tool tool{.name = row.name,
            .title = row.title,
            .description = row.description,
            .kind = row.kind,
            .selector = row.selector.name,
            .output_schema = row.output_schema};
  if (!row.selector.name.empty()) tool.arguments.push_back(selecting(row.selector));
  for (const std::string_view name : row.operations) {
    if (row.kind == ToolKind::kRead) {
      const Operation* operation = find_operation(name);
      GOVLOG_ASSERT(operation != nullptr, "{}", name);
      tool.operations.push_back(operation);
      add_parameters(tool.arguments, row, operation->parameters);
    } else {
      tool.write_operation = write_operation_named(name);
      GOVLOG_ASSERT(tool.write_operation != nullptr, "{}", name);
      add_parameters(tool.arguments, row, tool.write_operation->parameters);
    }
  }
  for (const ToolArgument& argument : tool.arguments) tool.parameters.push_back(argument.parameter);
  return tool;
}

std::vector<Tool> make_tools() {
  std::vector<Tool> all;
  for (const Row& row : read_rows()) all.push_back(make_tool(row));
  for (const Row& row : write_rows()) all.push_back(make_tool(row));
  return all;
}

}  // namespace

const ToolArgument* Tool::find(std::string_view argument) const {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(), [&](const ToolArgument& a) { return a.parameter.name == argument; });
  return found == arguments.end() ? nullptr : &*found;
}

std::span<const Tool> tools() {
  static const std::vector<Tool> kTools = make_tools();
  return kTools;
}

const Tool* find_tool(std::string_view name) {
  const auto all = tools();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Tool& tool) { return tool.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const Tool& body_of(std::string_view write_operation) {
  static const std::map<std::string_view, Tool> kBodies = [] {
    std::map<std::string_view, Tool> bodies;
    for (const WriteOperation& operation : write_operations()) {
      const Tool* tool = find_tool(operation.name);
      bodies.emplace(operation.name, tool != nullptr ? *tool
                                                     : make_tool({.name = operation.name,
                                                                  .title = operation.title,
                                                                  .description = operation.summary,
                                                                  .kind = ToolKind::kWrite,
                                                                  .operations = {operation.name},
                                                                  .output_schema = kReceiptOutput}));
    }
    return bodies;
  }();
  return kBodies.at(write_operation);
}

std::vector<std::string_view> tool_names() {
  std::vector<std::string_view> names;
  for (const Tool& tool : tools()) names.push_back(tool.name);
  return names;
}

const std::string& tools_list() {
  static const std::string kList = [] {
    std::string out = R"("tools":[)";
    for (const Tool& tool : tools()) {
      if (out.back() != '[') out += ',';
      append_tool(out, tool);
    }
    out += ']';
    return out;
  }();
  return kList;
}

}  // namespace govlog
