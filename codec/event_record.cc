#include "codec/event_record.h"

#include "base/assert.h"
#include "codec/event_generated.h"
#include "codec/json_text.h"
#include "codec/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace govlog {

namespace {

record::Span span_of(std::string_view data, std::string_view token) {
  const auto offset = static_cast<std::size_t>(token.data() - data.data());
  GOVLOG_ASSERT(offset + token.size() <= data.size(), "a token outside its data: {} + {} of {}", offset, token.size(),
                data.size());
  return {static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(token.size())};
}

/// What the timeline shows of `data` (contract 3): `status` falls back on `new_status`, `risk_level` is a scalar.
struct Shown {
  std::optional<record::Span> description;
  std::optional<record::Span> status;
  std::optional<record::Span> risk_level;
};

Shown shown_fields(std::string_view data) {
  Shown shown;
  std::optional<record::Span> new_status;
  for (JsonCursor member(data); member.next();) {
    const JsonKind kind = json_kind(member.value());
    if (kind == JsonKind::kNull) continue;
    if (member.key() == "description") shown.description = span_of(data, member.value());
    if (member.key() == "status") shown.status = span_of(data, member.value());
    if (member.key() == "new_status") new_status = span_of(data, member.value());
    if (member.key() == "risk_level" && kind != JsonKind::kArray && kind != JsonKind::kObject) {
      shown.risk_level = span_of(data, member.value());
    }
  }
  if (!shown.status) shown.status = new_status;
  return shown;
}

std::uint8_t link_type_code(std::string_view token) {
  if (token == "\"REALIZES\"") return 2;
  if (token == "\"VALIDATES\"") return 3;
  if (token == "\"SERVES\"") return 4;
  return 1;
}

std::optional<record::Link> link_of(std::string_view event_type, std::string_view data) {
  if (event_type != "TraceabilityLinkAdded") return std::nullopt;
  const auto from = json_member(data, "from_element");
  const auto to = json_member(data, "to_element");
  if (!from || !to) return std::nullopt;
  return record::Link(span_of(data, *from), span_of(data, *to), link_type_code(json_member(data, "link_type").value_or("")));
}

std::string_view slice(const flatbuffers::String* text) { return {text->c_str(), text->size()}; }

Error corrupt(std::string_view what) {
  return Error{Code::kCorruption, fmt::format("an event record does not decode: {}", what), {}};
}

bool inside(const record::Span* span, std::string_view data) {
  return span == nullptr ||
         (span->offset() <= data.size() && span->length() <= data.size() - span->offset() && span->length() > 0);
}

std::string_view part(const record::Span* span, std::string_view data) {
  return span == nullptr ? std::string_view{} : data.substr(span->offset(), span->length());
}

}  // namespace

std::string encode_record(const EventView& event) {
  flatbuffers::FlatBufferBuilder builder(512 + event.data.size() + event.metadata.size());
  const auto event_type = builder.CreateString(event.event_type.data(), event.event_type.size());
  const auto data = builder.CreateString(event.data.data(), event.data.size());
  flatbuffers::Offset<flatbuffers::String> actor;
  flatbuffers::Offset<flatbuffers::String> metadata;
  if (event.actor) actor = builder.CreateString(event.actor->data(), event.actor->size());
  if (event.metadata != "{}") metadata = builder.CreateString(event.metadata.data(), event.metadata.size());
  const record::Fixed fixed(event.position, event.created_at.micros, event.recorded_at.micros, event.version,
                            flatbuffers::span<const std::uint8_t, 16>(event.id.bytes));
  const Shown shown = shown_fields(event.data);
  const auto link = link_of(event.event_type, event.data);
  record::EventRecordBuilder table(builder);
  table.add_fixed(&fixed);
  table.add_event_type(event_type);
  table.add_data(data);
  if (event.actor) table.add_actor(actor);
  if (event.metadata != "{}") table.add_metadata(metadata);
  if (shown.description) table.add_description(&*shown.description);
  if (shown.status) table.add_status(&*shown.status);
  if (shown.risk_level) table.add_risk_level(&*shown.risk_level);
  if (link) table.add_link(&*link);
  builder.Finish(table.Finish());
  return {reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()};
}

Result<EventView> decode_record(std::string_view key, std::string_view bytes) {
  const auto parts = decode_event_key(key);
  if (!parts) return corrupt("its key is malformed");
  flatbuffers::Verifier verifier(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), 8, 64);
  if (!record::VerifyEventRecordBuffer(verifier)) return corrupt("it is malformed");
  const record::EventRecord* table = record::GetEventRecord(bytes.data());
  const record::Fixed* fixed = table->fixed();
  EventView event;
  event.position = fixed->position();
  event.created_at = {fixed->created_at()};
  if (event.key() != parts->key) return corrupt("it disagrees with its key");
  event.recorded_at = {fixed->recorded_at()};
  event.version = fixed->version();
  std::copy(fixed->id()->begin(), fixed->id()->end(), event.id.bytes.begin());
  event.event_type = slice(table->event_type());
  event.entity_type = parts->entity_type;
  event.entity_id = parts->entity_id;
  if (table->actor() != nullptr) event.actor = slice(table->actor());
  event.data = slice(table->data());
  event.metadata = table->metadata() != nullptr ? slice(table->metadata()) : std::string_view("{}");
  if (!inside(table->description(), event.data) || !inside(table->status(), event.data) ||
      !inside(table->risk_level(), event.data)) {
    return corrupt("a span lies outside its data");
  }
  event.description = part(table->description(), event.data);
  event.status = part(table->status(), event.data);
  event.risk_level = part(table->risk_level(), event.data);
  return event;
}

}  // namespace govlog
