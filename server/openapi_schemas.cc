#include "server/openapi_schemas.h"

#include "api/json_writer.h"
#include "base/assert.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

namespace govlog {

namespace {

constexpr std::string_view kText = R"({"type":"string"})";
constexpr std::string_view kTextOrNull = R"({"type":["string","null"]})";
constexpr std::string_view kBoolean = R"({"type":"boolean"})";
constexpr std::string_view kObject = R"({"type":"object"})";
constexpr std::string_view kAnything = "{}";
constexpr std::string_view kCount = R"({"type":"integer","minimum":0})";
constexpr std::string_view kOrdinal = R"({"type":"integer","minimum":1})";
constexpr std::string_view kOrdinalOrNull = R"({"type":["integer","null"],"minimum":1})";
constexpr std::string_view kTime = R"({"$ref":"#/components/schemas/Time"})";
constexpr std::string_view kTimeOrNull = R"({"oneOf":[{"$ref":"#/components/schemas/Time"},{"type":"null"}]})";
constexpr std::string_view kId = R"({"$ref":"#/components/schemas/Id"})";
constexpr std::string_view kHash = R"({"$ref":"#/components/schemas/Hash"})";
constexpr std::string_view kHashes = R"({"type":"array","items":{"$ref":"#/components/schemas/Hash"}})";
constexpr std::string_view kCounts = R"({"type":"array","items":{"type":"integer","minimum":0}})";
constexpr std::string_view kScalar = R"({"type":["string","number","boolean","null"]})";  // as somebody wrote it
constexpr std::string_view kLabel =
    R"({"enum":["Element","ChangeRequest","ImpactAssessment","Mitigation","ADR","DiagramVersion"]})";
constexpr std::string_view kRelation =
    R"({"enum":["TRACES_TO","REALIZES","VALIDATES","SERVES","TRIGGERS","AFFECTS","IMPACTS","REQUIRES","CREATES","UPDATES","PREVIOUS","SUPERSEDES"]})";

struct Member {
  std::string_view name;
  std::string schema;
  bool required = true;

  Member(std::string_view name_, std::string_view schema_, bool required_ = true)
      : name(name_), schema(schema_), required(required_) {}
};
using Members = std::vector<Member>;

Member optional(std::string_view name, std::string_view schema) { return {name, schema, false}; }

std::string array_of(std::string_view name) { return fmt::format(R"({{"type":"array","items":{}}})", schema_reference(name)); }

/// The object that has these members; `others`: what more it may hold, as `additionalProperties` takes it.
std::string object_of(const Members& members, std::string_view others = "false") {
  std::string out;
  ObjectWriter object(out);
  object.text("type", std::string_view("object"));
  std::vector<std::string_view> required;
  ObjectWriter properties(object.begin("properties"));
  for (const Member& member : members) {
    properties.token(member.name, member.schema);
    if (member.required) required.push_back(member.name);
  }
  properties.close();
  append_array(object.begin("required"), required,
               [](std::string& list, std::string_view name) { append_json_string(list, name); });
  object.token("additionalProperties", others);
  object.close();
  return out;
}

Members operator+(Members members, const Members& more) {
  members.insert(members.end(), more.begin(), more.end());
  return members;
}

/// What stands at the end of every answer.
Members answer(Members members) {
  return std::move(members) + Members{{"log_position", kCount}, optional("damaged", schema_reference("Damaged"))};
}

/// A page of these.
Members page(Members members, std::string_view item) {
  return answer(std::move(members) + Members{{"items", array_of(item)}, {"next_cursor", kTextOrNull}});
}

Members event_members() {
  return {{"position", kOrdinal}, {"id", kId},           {"event_type", kText},  {"entity_type", kText},
          {"entity_id", kText},   {"version", kOrdinal}, {"actor", kTextOrNull}, {"data", kObject},
          {"metadata", kObject},  {"created_at", kTime}, {"recorded_at", kTime}};
}
Members receipt_members() {
  return {{"position", kOrdinal}, {"id", kId},           {"entity_type", kText}, {"entity_id", kText},
          {"version", kOrdinal},  {"created_at", kTime}, {"recorded_at", kTime}, {"duplicate", kBoolean}};
}
Members timeline_members() {
  return {{"id", kId},
          {"position", kOrdinal},
          {"event_type", kText},
          {"entity_type", kText},
          {"entity_id", kText},
          {"actor", kTextOrNull},
          {"description", kTextOrNull},
          {"status", kTextOrNull},
          {"risk_level", kScalar},
          {"created_at", kTime}};
}
Members entity_members() { return {{"entity_type", kText}, {"entity_id", kText}}; }
Members node_reference() { return {{"label", kLabel}, {"id", kText}}; }

/// A node of any label, or of one, with the properties of that.
Members node(std::string_view label, const Members& properties = {}) {
  const std::string of_label = label.empty() ? std::string(kLabel) : fmt::format(R"({{"const":"{}"}})", label);
  return Members{{"label", of_label}, {"id", kText}, {"name", kTextOrNull}, {"layer", kTextOrNull}, {"declared", kBoolean}} +
         properties;
}

Members texts(std::initializer_list<std::string_view> names) {
  Members members;
  for (const std::string_view name : names) members.emplace_back(name, kTextOrNull);
  return members;
}

std::string one_of(std::initializer_list<std::string_view> names) {
  std::string out = R"({"oneOf":)";
  append_array(out, names, [](std::string& list, std::string_view name) { list += schema_reference(name); });
  return out + '}';
}

using Schemas = std::vector<std::pair<std::string_view, std::string>>;

Schemas words() {
  return {
      {"Time", R"({"type":"string","format":"date-time","pattern":"^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z$"})"},
      {"Id", R"({"type":"string","format":"uuid","pattern":"^[0-9a-f-]{36}$"})"},
      {"Hash", R"({"type":"string","pattern":"^[0-9a-f]{64}$"})"},
      {"Damaged", object_of({{"from", kOrdinal}, {"to", kOrdinalOrNull}})},
      {"Error",
       object_of({{"error", object_of({{"code", schema_reference("ErrorCode")}, {"message", kText}, {"details", kObject}})},
                  {"type", kText},
                  {"title", kText},
                  {"status", R"({"type":"integer","minimum":400,"maximum":599})"}})},
      {"ErrorCode",
       R"({"enum":["invalid_json","invalid_event","invalid_argument","future_timestamp","too_large","not_found","ambiguous_entity","id_conflict","version_conflict","unauthorized","forbidden","method_not_allowed","unsupported_media_type","timeout","overloaded","locked","clock_behind","unsupported_format","corruption","io_error","disk_full","internal"]})"},
      {"Alive", object_of({{"status", R"({"const":"ok"})"}})},
      {"Ready", object_of({{"status", R"({"const":"ready"})"}})},
  };
}

Schemas events() {
  return {
      {"Event", object_of(event_members() + Members{optional("damaged", schema_reference("Damaged"))})},
      {"NewEvent", object_of({optional("id", R"({"type":"string","format":"uuid"})"),
                              {"event_type", R"({"type":"string","minLength":1,"maxLength":100})"},
                              {"entity_type", R"({"type":"string","minLength":1,"maxLength":50})"},
                              {"entity_id", R"({"type":"string","minLength":1,"maxLength":100})"},
                              optional("actor", R"({"type":["string","null"],"maxLength":100})"),
                              {"data", kObject},
                              optional("metadata", kObject),
                              optional("created_at", R"({"type":"string","format":"date-time"})"),
                              optional("expected_version", kCount),
                              optional("position", R"({"description":"of an exported line: ignored"})"),
                              optional("version", R"({"description":"of an exported line: ignored"})"),
                              optional("recorded_at", R"({"description":"of an exported line: ignored"})")})},
      {"CloudEvent", object_of({{"specversion", R"({"const":"1.0"})"},
                                {"id", R"({"type":"string","minLength":1})"},
                                {"source", R"({"type":"string","minLength":1,"format":"uri-reference"})"},
                                {"type", R"({"type":"string","minLength":1})"},
                                {"subject", R"({"type":"string","description":"entity_type/entity_id","pattern":"^[^/]+/."})"},
                                optional("time", R"({"type":"string","format":"date-time"})"),
                                optional("datacontenttype", kText),
                                {"data", kObject}},
                               R"({"type":["string","boolean","integer"]})")},
      {"CloudEvents", array_of("CloudEvent")},
      {"Receipt", object_of(receipt_members())},
      {"Receipts", object_of({{"receipts", array_of("Receipt")}})},
      {"UpdateReceipt", object_of(receipt_members() + Members{{"receipts", array_of("Receipt")}})},
      {"ImportSummary", object_of({{"read", kCount},
                                   {"appended", kCount},
                                   {"duplicates", kCount},
                                   {"rejected", kCount},
                                   {"last_position", kCount},
                                   {"seconds", R"({"type":"number","minimum":0})"}})},
      {"EventPage", object_of(answer({{"items", array_of("Event")}, {"next_after", kCount}}))},
  };
}

Schemas views() {
  const Members layer{{"layer", kTextOrNull},
                      {"total_elements", kCount},
                      {"traced_elements", kCount},
                      {"coverage_pct", R"({"type":"number","minimum":0,"maximum":100})"},
                      {"orphan_count", kCount}};
  return {
      {"TimelineItem", object_of(timeline_members())},
      {"Timeline", object_of(page({}, "TimelineItem"))},
      {"SearchItem", object_of(timeline_members() + Members{{"score", R"({"type":["number","null"]})"},
                                                            {"snippet", R"({"type":["string","null"],"maxLength":160})"}})},
      {"Search", object_of(page({}, "SearchItem"))},
      {"ListedEntity", object_of(entity_members() + Members{{"title", kTextOrNull},
                                                            {"status", kTextOrNull},
                                                            {"head_version", kOrdinalOrNull},
                                                            {"created_at", kTimeOrNull},
                                                            {"updated_at", kTimeOrNull}})},
      {"EntityList", object_of(page({}, "ListedEntity"))},
      {"History", object_of(page(entity_members(), "Event"))},
      {"ReplayedEvent", object_of(event_members() + Members{{"state", kObject}})},
      {"Replay", object_of(page(entity_members(), "ReplayedEvent"))},
      {"TimeTravel", object_of(answer(entity_members() + Members{{"at", kTime},
                                                                 {"exists", kBoolean},
                                                                 {"version", kOrdinalOrNull},
                                                                 {"position", kOrdinalOrNull},
                                                                 {"head_version", kOrdinalOrNull},
                                                                 {"state", kObject}}))},
      {"Version", object_of(Members{{"ref", kText}} + entity_members() +
                            Members{{"version", kOrdinalOrNull}, {"position", kOrdinalOrNull}, {"created_at", kTimeOrNull}})},
      {"PatchOperation",
       object_of({{"op", R"({"enum":["add","remove","replace"]})"}, {"path", kText}, optional("value", kAnything)})},
      {"Change", object_of({{"path", kText},
                            {"op", R"({"enum":["add","remove","replace"]})"},
                            optional("from", kAnything),
                            optional("to", kAnything)})},
      {"Diff", object_of(answer({{"from", schema_reference("Version")},
                                 {"to", schema_reference("Version")},
                                 {"patch", array_of("PatchOperation")},
                                 {"changes", array_of("Change")}}))},
      {"LayerCoverage", object_of(layer)},
      {"Coverage", object_of(answer({{"at", kTime}, {"position", kCount}, {"layers", array_of("LayerCoverage")}}))},
      {"Orphan", object_of(Members{{"element_id", kText}} + texts({"name", "type", "layer"}))},
      {"Orphans", object_of(page({}, "Orphan"))},
      {"TrendPoint", object_of({{"at", kTime}, {"layers", array_of("LayerCoverage")}})},
      {"Trend", object_of(answer({{"bucket", R"({"enum":["hour","day","week"]})"}, {"points", array_of("TrendPoint")}}))},
      {"Week", object_of({{"week", R"({"type":"string","format":"date"})"},
                          {"crs_created", kCount},
                          {"crs_completed", kCount},
                          {"adrs_created", kCount},
                          {"adrs_accepted", kCount},
                          {"avg_risk_level", R"({"type":["number","null"]})"}})},
      {"Analytics", object_of(answer({{"weeks", array_of("Week")}}))},
  };
}

Schemas graph() {
  const Members edge{
      {"from", schema_reference("NodeReference")}, {"to", schema_reference("NodeReference")}, {"relation", kRelation}};
  const Members element = node("Element", texts({"type"}));
  const Members path{{"from", schema_reference("Node")},
                     {"to", schema_reference("Node")},
                     {"found", kBoolean},
                     {"direction", R"({"enum":["downstream","upstream",null]})"}};
  return {
      {"NodeReference", object_of(node_reference())},
      {"Node", object_of(node(""))},
      {"Element", object_of(element)},
      {"RelatedElement", object_of(element + Members{{"distance", kCount}})},
      {"ChangeRequest", object_of(node("ChangeRequest", texts({"title", "type", "description", "status", "priority"})))},
      {"ImpactAssessment",
       object_of(node("ImpactAssessment",
                      texts({"direction", "effort"}) + Members{{"risk_level", R"({"type":["integer","string","null"]})"}}))},
      {"Mitigation", object_of(node("Mitigation", texts({"action", "status", "owner"})))},
      {"ADR", object_of(node("ADR", texts({"title", "status", "decision"})))},
      {"DiagramVersion",
       object_of(
           node("DiagramVersion", texts({"diagram_id"}) + Members{{"version", R"({"type":["integer","string","null"]})"}}))},
      {"WholeNode", one_of({"Element", "ChangeRequest", "ImpactAssessment", "Mitigation", "ADR", "DiagramVersion"})},
      {"Edge", object_of(edge)},
      {"ReachedNode",
       object_of(node("", {{"distance", kOrdinal},
                           {"via", object_of(node_reference() + Members{{"relation", kRelation}, {"reverse", kBoolean}})}}))},
      {"Impact", object_of(answer({{"root", schema_reference("WholeNode")},
                                   {"direction", R"({"enum":["downstream","upstream","both"]})"},
                                   {"depth", kOrdinal},
                                   {"at", kTime},
                                   {"counts", kCounts},
                                   {"nodes", array_of("ReachedNode")},
                                   {"edges", array_of("Edge")},
                                   {"truncated", kBoolean}}))},
      {"ImpactChain", object_of(answer({{"change_request", schema_reference("ChangeRequest")},
                                        {"depth", kCount},
                                        {"at", kTime},
                                        {"assessments", array_of("ImpactAssessment")},
                                        {"affected", array_of("Element")},
                                        {"related", array_of("RelatedElement")},
                                        {"counts", kCounts},
                                        {"impacted", array_of("Element")},
                                        {"mitigations", array_of("Mitigation")},
                                        {"adrs", array_of("ADR")},
                                        {"diagram_versions", array_of("DiagramVersion")},
                                        {"edges", array_of("Edge")},
                                        {"truncated", kBoolean}}))},
      {"Path", object_of(answer(path + Members{{"steps", array_of("Edge")}}))},
      {"ExplainedEdge", object_of(edge + Members{{"event", object_of({{"position", kOrdinal},
                                                                      {"id", kId},
                                                                      {"event_type", kText},
                                                                      {"actor", kTextOrNull},
                                                                      {"created_at", kTime}})}})},
      {"ExplainedPath", object_of(answer(path + Members{{"steps", array_of("ExplainedEdge")}}))},
      {"CytoscapeElement", object_of({{"data", kObject}})},
      {"Cytoscape", object_of({{"data", object_of({{"title", kText}, {"at", kTime}}, "true")},
                               {"elements", object_of({{"nodes", array_of("CytoscapeElement")},
                                                       {"edges", array_of("CytoscapeElement")}})}})},
  };
}

Schemas record() {
  return {
      {"Root", object_of(answer({{"size", kCount}, {"root", kHash}}))},
      {"InclusionProof",
       object_of(answer({{"position", kOrdinal}, {"size", kOrdinal}, {"leaf", kHash}, {"path", kHashes}, {"root", kHash}}))},
      {"ConsistencyProof",
       object_of(answer({{"from", kOrdinal}, {"to", kOrdinal}, {"from_root", kHash}, {"to_root", kHash}, {"path", kHashes}}))},
      {"RpcReply", object_of({{"jsonrpc", R"({"const":"2.0"})"},
                              optional("id", R"({"type":["string","number"]})"),
                              optional("result", kObject),
                              optional("error", schema_reference("RpcError"))})},
      {"RpcError", object_of({{"code", R"({"type":"integer"})"}, {"message", kText}, optional("data", kAnything)})},
      {"RpcMessage",
       R"({"type":"object","properties":{"jsonrpc":{"const":"2.0"},"method":{"type":"string"},"params":{"type":"object"}},"required":["jsonrpc"]})"},
  };
}

}  // namespace

std::string schema_reference(std::string_view name) { return fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", name); }

std::string openapi_schemas() {
  std::string out;
  ObjectWriter object(out);
  for (const Schemas& some : {words(), events(), views(), graph(), record()}) {
    for (const auto& [name, schema] : some) object.token(name, schema);
  }
  object.close();
  return out;
}

std::string_view answer_schema(std::string_view operation) {
  using Row = std::pair<std::string_view, std::string_view>;
  static constexpr std::array<Row, 19> kRows{{{"timeline", "Timeline"},
                                              {"search", "Search"},
                                              {"analytics", "Analytics"},
                                              {"history", "History"},
                                              {"replay", "Replay"},
                                              {"at", "TimeTravel"},
                                              {"list", "EntityList"},
                                              {"path", "Path"},
                                              {"why", "ExplainedPath"},
                                              {"diff", "Diff"},
                                              {"impact", "Impact"},
                                              {"chain", "ImpactChain"},
                                              {"coverage", "Coverage"},
                                              {"orphans", "Orphans"},
                                              {"trend", "Trend"},
                                              {"event", "Event"},
                                              {"root", "Root"},
                                              {"prove", "InclusionProof"},
                                              {"consistency", "ConsistencyProof"}}};
  const auto* found = std::find_if(kRows.begin(), kRows.end(), [&](const Row& row) { return row.first == operation; });
  GOVLOG_ASSERT(found != kRows.end(), "no schema of what {} answers", operation);
  return found->second;
}

}  // namespace govlog
