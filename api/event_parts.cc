#include "api/event_parts.h"

#include "api/arguments.h"
#include "api/parameters.h"
#include "codec/canonical.h"
#include "codec/event_json.h"
#include "codec/json_text.h"
#include "codec/uuid.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

/// Whether the operation has an argument called `name`, so that `fields` may not name it (those that every write takes too).
bool has_argument_of_its_own(const WriteRequest& request, std::string_view name) {
  return std::any_of(request.parameters.begin(), request.parameters.end(), [&](const Parameter& p) { return p.name == name; });
}

/// The error with `details.parameter` in place of `details.pointer`, where an argument of the caller's is what it points to.
Error by_argument(const WriteRequest& request, Error error) {
  for (Detail& detail : error.details) {
    const auto* pointer = std::get_if<std::string>(&detail.value);
    if (detail.name != "pointer" || pointer == nullptr || pointer->empty()) continue;
    std::string_view name = std::string_view(*pointer).substr(1);
    if (name == "id" && !has_argument_of_its_own(request, "id")) name = "event_id";
    if (has_argument_of_its_own(request, name)) detail = {"parameter", std::string(name)};
  }
  return error;
}

/// Adds the members of `known` that `metadata` (canonical, or empty) lacks; their names. A `metadata` that is no object is left for parse_event.
std::vector<std::string> fill_in(std::string& metadata, std::string_view known) {
  std::vector<std::string> filled;
  if (!metadata.empty() && json_kind(metadata) != JsonKind::kObject) return filled;
  std::string members = metadata.size() > 2 ? metadata.substr(1, metadata.size() - 2) : std::string();
  for (JsonCursor member(known); member.next();) {
    if (json_member(metadata, member.key())) continue;
    filled.emplace_back(member.key());
    members += fmt::format("{}\"{}\":{}", members.empty() ? "" : ",", member.key(), member.value());
  }
  if (!filled.empty()) metadata = '{' + members + '}';
  return filled;
}

}  // namespace

Result<Event> make_event(const WriteRequest& request, const EventParts& parts) {
  std::string metadata = GOVLOG_TRY(json_argument(request, "metadata"));
  const std::string known = GOVLOG_TRY(json_argument(request, kFilledMetadata));
  std::vector<std::string> filled = fill_in(metadata, known);
  std::string json;
  ObjectWriter object(json);
  if (parts.id) object.text("id", std::string_view(*parts.id));
  object.text("event_type", parts.event_type);
  object.text("entity_type", std::string_view(parts.entity.entity_type));
  object.text("entity_id", std::string_view(parts.entity.entity_id));
  const auto actor = argument(request.arguments, "actor");
  if (actor) object.text("actor", std::string_view(*actor));
  object.token("data", parts.data);
  if (!metadata.empty()) object.token("metadata", metadata);
  const auto created_at = argument(request.arguments, "created_at");
  if (created_at) object.text("created_at", std::string_view(*created_at));
  if (parts.expected_version) object.number("expected_version", *parts.expected_version);
  object.close();
  auto event = parse_event(json, request.now, EventLimits{});
  if (!event.ok()) return by_argument(request, event.take_error());
  event->metadata_filled = std::move(filled);
  return event;
}

void DataWriter::text(std::string_view name) {
  const auto value = argument(request_.arguments, name);
  if (value) object_.text(name, std::string_view(*value));
}

void DataWriter::list(std::string_view name) {
  const auto values = request_.arguments.find(name);
  if (values == request_.arguments.end()) return;
  append_array(object_.begin(name), values->second,
               [](std::string& out, const std::string& value) { append_json_string(out, value); });
}

Status DataWriter::json(std::string_view name) {
  const std::string value = GOVLOG_TRY(json_argument(request_, name));
  if (!value.empty()) object_.token(name, value);
  return Ok{};
}

Status DataWriter::fields() {
  const std::string fields = GOVLOG_TRY(json_argument(request_, "fields"));
  if (fields.empty()) return Ok{};
  if (json_kind(fields) != JsonKind::kObject) return argument_error("fields", "fields is no JSON object");
  for (JsonCursor member(fields); member.next();) {
    if (has_argument_of_its_own(request_, member.key())) {
      return argument_error("fields",
                            fmt::format("fields names {}, which has an argument of its own: give it there", member.key()));
    }
    object_.token(json_unescape(fmt::format("\"{}\"", member.key())), member.value());
  }
  return Ok{};
}

std::string DataWriter::take() {
  object_.close();
  return std::move(data_);
}

Result<std::string> json_argument(const WriteRequest& request, std::string_view name) {
  const auto text = argument(request.arguments, name);
  if (!text) return std::string();
  auto canonical = canonicalize(*text, kJsonDepthMax);
  if (canonical.ok()) return canonical;
  Error error = canonical.take_error();
  error.message = fmt::format("{}: {}", name, error.message);
  return std::move(error).with("parameter", std::string(name));
}

Result<std::optional<std::string>> stored_data(const ReadView& view, const std::optional<std::string>& id) {
  std::optional<std::string> data;
  if (!id) return data;
  const auto uuid = parse_uuid(*id);
  if (!uuid.ok()) return data;  // make_event refuses it
  const auto position = GOVLOG_TRY(view.position_of(uuid.value()));
  if (!position) return data;
  std::string buffer;
  const auto event = GOVLOG_TRY(view.event_at(*position, buffer));
  if (event) data = std::string(event->data);
  return data;
}

std::optional<std::string> second_id(const std::optional<std::string>& id, std::string_view name) {
  if (!id) return std::nullopt;
  const auto uuid = parse_uuid(*id);
  if (!uuid.ok()) return std::nullopt;
  return format_uuid(make_uuid_v5(uuid.value(), name));
}

}  // namespace govlog
