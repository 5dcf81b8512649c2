// The table of write operations, and how one is run. What each makes of its arguments stands in api/write_make.cc.
#include "api/write.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "api/parameters.h"
#include "api/write_make.h"
#include "codec/event_json.h"
#include "codec/json_text.h"

#include <algorithm>
#include <array>
#include <map>

namespace govlog {

namespace {

constexpr std::int64_t kTitleMaximum = 500;
constexpr std::size_t kImpactsMaximum = 1000;
constexpr int kAttemptsMax = 1000;  // each loses to a writer that got on

Parameter id_parameter(std::string_view name, std::string_view help) {
  return positional(required(text_parameter(name, kIdMaximum, help)));
}

Parameter json_parameter(std::string_view name, std::string_view help) {
  return typed_parameter(name, ParameterType::kJson, help);
}

Parameter ids_parameter(std::string_view name, std::string_view help) {
  return repeatable(text_parameter(name, kIdMaximum, help), kImpactsMaximum);
}

Parameter link_type_parameter() {
  return with_default(choice_parameter("link_type", {"TRACES_TO", "REALIZES", "VALIDATES", "SERVES"}, "what the link says"),
                      "TRACES_TO");
}

Parameter further_fields() { return json_parameter("fields", "further fields of the event's data, a JSON object"); }

/// Adds what all write operations share.
std::vector<Parameter> with_envelope(std::vector<Parameter> parameters, std::string_view id_name = "event_id") {
  parameters.push_back(completing(text_parameter("actor", kIdMaximum, "who did it"), "actor"));
  parameters.push_back(text_parameter("created_at", kTimeMaximum, "when it happened, RFC 3339; now by default"));
  parameters.push_back(
      integer_parameter("expected_version", 0, kIntegerMaximum, "refuse unless the entity is at this version"));
  parameters.push_back(json_parameter("metadata", "what else is known of the event, a JSON object"));
  parameters.push_back(text_parameter(id_name, 36, "UUID of the event: with it a retry is harmless"));
  parameters.push_back(of_face(json_parameter(kFilledMetadata, "metadata that the face knows")));
  return parameters;
}

std::vector<Parameter> change_request_fields(std::vector<Parameter> parameters) {
  parameters.push_back(text_parameter("description", kTextMaximum, "what and why"));
  parameters.push_back(text_parameter("type", kIdMaximum, "kind of change"));
  parameters.push_back(text_parameter("priority", kIdMaximum, "how urgent"));
  parameters.push_back(ids_parameter("impacts", "element that it touches"));
  parameters.push_back(further_fields());
  return parameters;
}

WriteOperation create_change_request() {
  return {"create_change_request",
          "cr new",
          "Create change request",
          "Record a new change request.",
          with_envelope(change_request_fields({id_parameter("change_request_id", "id of the new change request"),
                                               required(text_parameter("title", kTitleMaximum, "in one line")),
                                               text_parameter("status", kIdMaximum, "first status")})),
          {R"(cr new CR-7 --title "Split the ledger" --impacts svc-ledger --actor ana)"},
          false,
          make_change_request};
}

WriteOperation update_change_request() {
  return {"update_change_request",
          "cr update",
          "Update change request",
          "Change fields or the status of a change request.",
          with_envelope(change_request_fields(
              {completing(id_parameter("change_request_id", "id of the change request"), "entity:change_request"),
               text_parameter("title", kTitleMaximum, "in one line"), text_parameter("status", kIdMaximum, "new status"),
               text_parameter("reason", kTextMaximum, "why the status changes")})),
          {"cr update CR-7 --priority high", R"(cr update CR-7 --status approved --reason "board of 3 March")"},
          true,
          make_change_request_update,
          true};
}

WriteOperation change_request_status() {
  return {"change_request_status",
          "cr status",
          "Change request status",
          "Change the status of a change request.",
          with_envelope({completing(id_parameter("change_request_id", "id of the change request"), "entity:change_request"),
                         id_parameter("status", "new status"), text_parameter("reason", kTextMaximum, "why")}),
          {R"(cr status CR-7 approved --reason "board of 3 March")"},
          false,
          make_change_request_update,
          true};
}

WriteOperation create_adr() {
  return {"create_adr",
          "adr new",
          "Create decision record",
          "Record a new architecture decision.",
          with_envelope({id_parameter("adr_id", "id of the new record"), text_parameter("title", kTitleMaximum, "in one line"),
                         text_parameter("status", kIdMaximum, "first status"),
                         text_parameter("decision", kTextMaximum, "what was decided"),
                         text_parameter("context", kTextMaximum, "why it had to be"),
                         text_parameter("change_request_id", kIdMaximum, "change request that called for it"),
                         ids_parameter("supersedes", "record that it replaces"), further_fields()}),
          {R"(adr new ADR-7 --title "Use RocksDB" --status proposed --actor ana)"},
          false,
          make_adr};
}

WriteOperation adr_status() {
  return {"adr_status",
          "adr status",
          "Decision record status",
          "Change the status of an architecture decision.",
          with_envelope({completing(id_parameter("adr_id", "id of the record"), "entity:adr"),
                         id_parameter("status", "new status"), text_parameter("reason", kTextMaximum, "why"),
                         text_parameter("old_status", kIdMaximum, "status before; by default what the record says"),
                         ids_parameter("superseded_by", "record that replaces it"), further_fields()}),
          {"adr status ADR-7 accepted --actor board"},
          false,
          make_adr_status,
          true};
}

WriteOperation adr_supersede() {
  return {
      "adr_supersede",
      "adr supersede",
      "Supersede decision record",
      "Replace one architecture decision by another, in both records at once.",
      with_envelope({completing(id_parameter("adr_id", "id of the record that is replaced"), "entity:adr"),
                     completing(required(text_parameter("by", kIdMaximum, "id of the record that replaces it")), "entity:adr"),
                     text_parameter("reason", kTextMaximum, "why")}),
      {"adr supersede ADR-3 --by ADR-7 --actor board"},
      true,
      make_adr_supersession};
}

WriteOperation add_link() {
  return {"add_traceability_link",
          "link add",
          "Add traceability link",
          "Link one element to another.",
          with_envelope({positional(text_parameter("link_id", kIdMaximum, "id of the link; FROM|TYPE|TO by default")),
                         required(text_parameter("from_element", kIdMaximum, "element that it leaves")),
                         required(text_parameter("to_element", kIdMaximum, "element that it points to")), link_type_parameter(),
                         further_fields()}),
          {"link add --from-element svc-ledger --to-element cap-payments --link-type REALIZES"},
          false,
          make_link};
}

WriteOperation remove_link() {
  return {"remove_traceability_link",
          "link rm",
          "Remove traceability link",
          "End a link between two elements.",
          with_envelope(
              {completing(positional(text_parameter("link_id", kIdMaximum, "id of the link; FROM|TYPE|TO by default")),
                          "entity:trace"),
               text_parameter("from_element", kIdMaximum, "element that it leaves"),
               text_parameter("to_element", kIdMaximum, "element that it points to"), link_type_parameter(), further_fields()}),
          {"link rm L-12", "link rm --from-element svc-ledger --to-element cap-payments --link-type REALIZES"},
          false,
          make_link_removal};
}

WriteOperation create_diagram_version() {
  return {
      "create_diagram_version",
      "diagram add",
      "Create diagram version",
      "Record a new version of a diagram and the elements that it declares.",
      with_envelope({completing(id_parameter("diagram_id", "id of the diagram"), "entity:diagram"),
                     text_parameter("version", kIdMaximum, "label of the version"),
                     text_parameter("name", kTitleMaximum, "name of the diagram"),
                     text_parameter("type", kIdMaximum, "kind of diagram"),
                     text_parameter("layer", kIdMaximum, "layer of what it shows"),
                     text_parameter("change_request_id", kIdMaximum, "change request that called for it"),
                     json_parameter("elements", R"(elements that it declares, a JSON array of {"id","name","type","layer"})"),
                     further_fields()}),
      {R"(diagram add D-1 --version 2 --layer technical --elements '[{"id":"svc-ledger"}]')"},
      false,
      make_diagram_version};
}

WriteOperation append_operation() {
  return {"store_governance_event",
          "append",
          "Store governance event",
          "Append any event.",
          with_envelope({required(completing(text_parameter("event_type", kIdMaximum, "type of the event"), "event_type")),
                         required(completing(text_parameter("entity_type", kTypeMaximum, "type of the entity"), "entity_type")),
                         required(text_parameter("entity_id", kIdMaximum, "id of the entity")),
                         required(json_parameter("data", "what the event says, a JSON object"))},
                        "id"),
          {R"(append --type ADRCreated --entity adr/ADR-7 --data '{"title":"Use RocksDB"}' --actor ana)"},
          false,
          make_any_event};
}

/// Events that the caller bound to no version are bound to the one that they were made from; true where there were any.
Result<bool> bind_to_state(const ReadView& view, std::vector<Event>& events) {
  bool bound = false;
  std::map<EntityRef, std::uint64_t> before;  // events of the entity before the next one
  for (Event& event : events) {
    const EntityRef entity{event.entity_type, event.entity_id};
    if (!before.contains(entity)) {
      const auto head = GOVLOG_TRY(view.head(entity));
      before[entity] = head ? head->version : 0;
    }
    if (!event.expected_version) {
      event.expected_version = before[entity];
      bound = true;
    }
    ++before[entity];
  }
  return bound;
}

}  // namespace

Status refuse_principal(std::string_view metadata) {
  if (!json_member(metadata, "principal")) return Ok{};
  return Error{Code::kForbidden, "metadata.principal is set by the server, from the token", {}};
}

std::span<const WriteOperation> write_operations() {
  static const std::array<WriteOperation, 10> kOperations{append_operation(),
                                                          create_change_request(),
                                                          update_change_request(),
                                                          change_request_status(),
                                                          create_adr(),
                                                          adr_status(),
                                                          adr_supersede(),
                                                          add_link(),
                                                          remove_link(),
                                                          create_diagram_version()};
  return kOperations;
}

const WriteOperation* find_write_operation(std::string_view command) {
  const auto all = write_operations();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const WriteOperation& operation) { return operation.command == command; });
  return found == all.end() ? nullptr : &*found;
}

Result<std::vector<Receipt>> run_write(const WriteOperation& operation, Store& store, const Arguments& arguments,
                                       const AppendOptions& options) {
  GOVLOG_TRY(store.writable());  // before anything is looked up: what is not found may be what was lost
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  for (int attempt = 1;; ++attempt) {
    const ReadView view = store.read();
    std::vector<Event> events = GOVLOG_TRY(operation.make({view, store.now(), arguments, operation.parameters}));
    const bool bound = operation.from_state && GOVLOG_TRY(bind_to_state(view, events));
    auto receipts = store.append(std::move(events), options);
    const bool overtaken = bound && !receipts.ok() && receipts.error().code == Code::kVersionConflict;
    if (!overtaken || attempt == kAttemptsMax) return receipts;
  }
}

Status try_write(const WriteOperation& operation, const ReadView& view, Timestamp now, const Arguments& arguments) {
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  (void)GOVLOG_TRY(operation.make({view, now, arguments, operation.parameters}));
  return Ok{};
}

std::string render_write(const WriteOperation& operation, std::span<const Receipt> receipts) {
  std::string answer = receipts.empty() ? "{}" : render_receipt(receipts.back());
  if (!operation.answers_receipts || receipts.empty()) return answer;
  answer.pop_back();
  answer += R"(,"receipts":)" + render_receipts(receipts) + '}';
  return answer;
}

Result<std::string> append_json(Store& store, std::string_view json) {
  ParsedBatch batch = GOVLOG_TRY(parse_batch(json, store.now(), EventLimits{}));
  const std::vector<Receipt> receipts = GOVLOG_TRY(store.append(std::move(batch.events)));
  return batch.array ? render_receipts(receipts) : render_receipt(receipts.front());
}

}  // namespace govlog
