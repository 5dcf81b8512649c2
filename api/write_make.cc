#include "api/write_make.h"

#include "api/arguments.h"
#include "api/diagram_elements.h"
#include "api/event_parts.h"
#include "api/parameters.h"
#include "codec/json_text.h"
#include "codec/state.h"
#include "query/names.h"
#include "query/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kLinkIdMaximum = 100;

std::string text(const WriteRequest& request, std::string_view name) { return argument(request.arguments, name).value_or(""); }

EventParts parts_of(const WriteRequest& request, std::string_view event_type, EntityRef entity, std::string data) {
  EventParts parts;
  parts.event_type = event_type;
  parts.entity = std::move(entity);
  parts.data = std::move(data);
  parts.id = argument(request.arguments, "event_id");
  parts.expected_version = integer_argument(request.arguments, "expected_version");
  return parts;
}

Result<std::vector<Event>> one_event(const WriteRequest& request, const EventParts& parts) {
  std::vector<Event> events;
  Event event = GOVLOG_TRY(make_event(request, parts));
  events.push_back(std::move(event));
  return events;
}

Result<std::string> state_now(const ReadView& view, const EntityRef& entity) {
  EntityState state = GOVLOG_TRY(view.state_at(entity, kEventKeyMax, kPositionMax));
  return std::move(state.state);
}

/// The status that a change begins from, as a JSON token, or empty: the stored event's where this is a retry, else the state's.
Result<std::string> old_status(const WriteRequest& request, const EntityRef& entity, const std::optional<std::string>& id) {
  const auto stored = GOVLOG_TRY(stored_data(request.view, id));
  if (stored) return std::string(json_member(*stored, "old_status").value_or(""));
  const std::string state = GOVLOG_TRY(state_now(request.view, entity));
  const auto token = json_member(state, "status");
  return token && json_kind(*token) == JsonKind::kString ? std::string(*token) : std::string();
}

/// `ids` of a member that holds one id or a list of them; what is no string is left out.
std::vector<std::string> id_tokens(std::string_view object, std::string_view name) {
  std::vector<std::string> ids;
  const auto token = json_member(object, name);
  if (!token) return ids;
  if (json_kind(*token) == JsonKind::kString) ids.emplace_back(*token);
  for (JsonCursor item(json_kind(*token) == JsonKind::kArray ? *token : "[]"); item.next();) {
    if (json_kind(item.value()) == JsonKind::kString) ids.emplace_back(item.value());
  }
  return ids;
}

/// One id as a string, several as a list: both forms are the contract's.
std::string ids_token(const std::vector<std::string>& ids) {
  if (ids.size() == 1) return ids.front();
  std::string out;
  append_array(out, ids, [](std::string& list, const std::string& id) { list += id; });
  return out;
}

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

Result<Event> change_request_fields(const WriteRequest& request, const EntityRef& entity) {
  DataWriter data(request);
  for (const std::string_view name : {"title", "description", "type", "priority"}) data.text(name);
  data.list("impacts");
  GOVLOG_TRY(data.fields());
  return make_event(request, parts_of(request, "ChangeRequestUpdated", entity, data.take()));
}

Result<Event> change_request_status(const WriteRequest& request, const EntityRef& entity, bool second) {
  EventParts parts = parts_of(request, "ChangeRequestStatusChanged", entity, "");
  if (second) {
    if (parts.id) parts.id = second_id(parts.id, "status");
    // The greatest number is never the version, and the first event says so.
    if (parts.expected_version && *parts.expected_version < static_cast<std::uint64_t>(kIntegerMaximum))
      ++*parts.expected_version;
  }
  const std::string old = GOVLOG_TRY(old_status(request, entity, parts.id));
  DataWriter data(request);
  data.token("new_status", json_quote(text(request, "status")));
  if (!old.empty()) data.token("old_status", old);
  data.text("reason");
  parts.data = data.take();
  return make_event(request, parts);
}

Result<std::string> link_id(const WriteRequest& request) {
  auto given = argument(request.arguments, "link_id");
  if (given) return std::move(*given);
  const auto from = argument(request.arguments, "from_element");
  const auto to = argument(request.arguments, "to_element");
  if (!from || !to) return argument_error("link_id", "link_id is missing: give it, or from_element and to_element");
  std::string id = fmt::format("{}|{}|{}", *from, argument(request.arguments, "link_type").value_or("TRACES_TO"), *to);
  if (from->find('|') != std::string::npos || to->find('|') != std::string::npos) {
    return argument_error("link_id", "an element id holds |, so the link cannot be named after its ends: give link_id");
  }
  if (count_code_points(id).value_or(0) > kLinkIdMaximum) {
    return argument_error("link_id", fmt::format("{} is over {} characters, too long to name the link: give link_id",
                                                 shorten(id), kLinkIdMaximum));
  }
  return id;
}

/// The event on the old record: its data as it is stored where this is a retry.
Result<Event> superseded_event(const WriteRequest& request, const EntityRef& old_adr, const std::string& new_id) {
  EventParts parts = parts_of(request, "ADRStatusChanged", old_adr, "");
  const auto stored = GOVLOG_TRY(stored_data(request.view, parts.id));
  const bool retry = stored && contains(id_tokens(*stored, "superseded_by"), new_id);
  const std::string state = retry ? *stored : GOVLOG_TRY(state_now(request.view, old_adr));
  const std::string status = GOVLOG_TRY(old_status(request, old_adr, parts.id));
  std::vector<std::string> by = id_tokens(state, "superseded_by");
  if (!contains(by, new_id)) by.push_back(new_id);
  DataWriter data(request);
  data.token("new_status", R"("superseded")");
  if (!status.empty()) data.token("old_status", status);
  data.text("reason");
  data.token("superseded_by", ids_token(by));
  parts.data = data.take();
  return make_event(request, parts);
}

/// The event on the new record, or nothing where its state says already that it supersedes the old.
Result<std::optional<Event>> supersedes_event(const WriteRequest& request, const EntityRef& new_adr,
                                              const std::string& old_id) {
  std::optional<Event> event;
  EventParts parts = parts_of(request, "ADRUpdated", new_adr, "");
  parts.expected_version = std::nullopt;
  if (parts.id) parts.id = second_id(parts.id, "supersedes");
  const auto stored = GOVLOG_TRY(stored_data(request.view, parts.id));
  if (stored) {
    parts.data = *stored;
    event = GOVLOG_TRY(make_event(request, parts));
    return event;
  }
  // A retry: the first event is there, and they came as one batch, so this one was not needed.
  const auto first = GOVLOG_TRY(stored_data(request.view, argument(request.arguments, "event_id")));
  if (first) return event;
  const std::string state = GOVLOG_TRY(state_now(request.view, new_adr));
  std::vector<std::string> supersedes = id_tokens(state, "supersedes");
  if (contains(supersedes, old_id)) return event;
  supersedes.push_back(old_id);
  DataWriter data(request);
  data.token("supersedes", ids_token(supersedes));
  parts.data = data.take();
  event = GOVLOG_TRY(make_event(request, parts));
  return event;
}

}  // namespace

Result<std::vector<Event>> make_change_request(const WriteRequest& request) {
  DataWriter data(request);
  for (const std::string_view name : {"title", "description", "type", "priority", "status"}) data.text(name);
  data.list("impacts");
  GOVLOG_TRY(data.fields());
  EventParts parts =
      parts_of(request, "ChangeRequestCreated", {"change_request", text(request, "change_request_id")}, data.take());
  if (!parts.expected_version) parts.expected_version = 0;
  return one_event(request, parts);
}

Result<std::vector<Event>> make_change_request_update(const WriteRequest& request) {
  static constexpr std::array<std::string_view, 5> kFields{"title", "description", "type", "priority", "impacts"};
  const std::string further = GOVLOG_TRY(json_argument(request, "fields"));
  const bool has_fields =
      (!further.empty() && further != "{}") ||
      std::any_of(kFields.begin(), kFields.end(), [&](std::string_view name) { return request.arguments.contains(name); });
  const bool has_status = argument(request.arguments, "status").has_value();
  if (!has_status && argument(request.arguments, "reason"))
    return argument_error("reason", "reason is that of a status change: give status too");
  if (!has_fields && !has_status) return argument_error("status", "nothing to change: give a field or a status");
  const EntityRef entity{"change_request", text(request, "change_request_id")};
  GOVLOG_TRY(require_entity(request.view, entity));
  std::vector<Event> events;
  if (has_fields) {
    Event event = GOVLOG_TRY(change_request_fields(request, entity));
    events.push_back(std::move(event));
  }
  if (has_status) {
    Event event = GOVLOG_TRY(change_request_status(request, entity, has_fields));
    events.push_back(std::move(event));
  }
  return events;
}

Result<std::vector<Event>> make_adr(const WriteRequest& request) {
  DataWriter data(request);
  for (const std::string_view name : {"title", "status", "decision", "context", "change_request_id"}) data.text(name);
  data.list("supersedes");
  GOVLOG_TRY(data.fields());
  EventParts parts = parts_of(request, "ADRCreated", {"adr", text(request, "adr_id")}, data.take());
  if (!parts.expected_version) parts.expected_version = 0;
  return one_event(request, parts);
}

Result<std::vector<Event>> make_adr_status(const WriteRequest& request) {
  EventParts parts = parts_of(request, "ADRStatusChanged", {"adr", text(request, "adr_id")}, "");
  GOVLOG_TRY(require_entity(request.view, parts.entity));
  const auto given = argument(request.arguments, "old_status");
  const std::string old = given ? json_quote(*given) : GOVLOG_TRY(old_status(request, parts.entity, parts.id));
  DataWriter data(request);
  data.token("new_status", json_quote(text(request, "status")));
  if (!old.empty()) data.token("old_status", old);
  data.text("reason");
  data.list("superseded_by");
  GOVLOG_TRY(data.fields());
  parts.data = data.take();
  return one_event(request, parts);
}

Result<std::vector<Event>> make_adr_supersession(const WriteRequest& request) {
  const EntityRef old_adr{"adr", text(request, "adr_id")};
  const EntityRef new_adr{"adr", text(request, "by")};
  if (old_adr == new_adr)
    return argument_error(
        "by", fmt::format("{} cannot supersede itself: give the record that replaces it", shorten(new_adr.entity_id)));
  GOVLOG_TRY(require_entity(request.view, old_adr));
  GOVLOG_TRY(require_entity(request.view, new_adr));
  std::vector<Event> events;
  Event first = GOVLOG_TRY(superseded_event(request, old_adr, json_quote(new_adr.entity_id)));
  events.push_back(std::move(first));
  auto second = GOVLOG_TRY(supersedes_event(request, new_adr, json_quote(old_adr.entity_id)));
  if (second) events.push_back(std::move(*second));
  return events;
}

Result<std::vector<Event>> make_link(const WriteRequest& request) {
  std::string id = GOVLOG_TRY(link_id(request));
  DataWriter data(request);
  for (const std::string_view name : {"from_element", "to_element", "link_type"}) data.text(name);
  GOVLOG_TRY(data.fields());
  return one_event(request, parts_of(request, "TraceabilityLinkAdded", {"trace", std::move(id)}, data.take()));
}

Result<std::vector<Event>> make_link_removal(const WriteRequest& request) {
  std::string id = GOVLOG_TRY(link_id(request));
  DataWriter data(request);
  for (const std::string_view name : {"from_element", "to_element", "link_type"}) data.text(name);
  GOVLOG_TRY(data.fields());
  return one_event(request, parts_of(request, "TraceabilityLinkRemoved", {"trace", std::move(id)}, data.take()));
}

Result<std::vector<Event>> make_diagram_version(const WriteRequest& request) {
  DataWriter data(request);
  for (const std::string_view name : {"version", "name", "type", "layer", "change_request_id"}) data.text(name);
  if (request.arguments.contains("elements")) GOVLOG_TRY(check_elements(GOVLOG_TRY(json_argument(request, "elements"))));
  GOVLOG_TRY(data.json("elements"));
  GOVLOG_TRY(data.fields());
  return one_event(request, parts_of(request, "DiagramVersionCreated", {"diagram", text(request, "diagram_id")}, data.take()));
}

Result<std::vector<Event>> make_any_event(const WriteRequest& request) {
  const std::string event_type = text(request, "event_type");
  EventParts parts;
  parts.event_type = event_type;
  parts.entity = {text(request, "entity_type"), text(request, "entity_id")};
  parts.data = GOVLOG_TRY(json_argument(request, "data"));
  parts.id = argument(request.arguments, "id");
  parts.expected_version = integer_argument(request.arguments, "expected_version");
  return one_event(request, parts);
}

}  // namespace govlog
