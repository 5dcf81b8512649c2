#pragma once
// CloudEvents 1.0 as events of ours and back: structured mode and batches (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md), and binary
// mode (…/bindings/http-protocol-binding.md, section 3.1) as they come in.
//
//   type = event_type, subject = entity_type/entity_id, time = created_at, id, data; the extension `actor` is ours. An id that is no UUID becomes the UUIDv5 of source, a
//   newline and id. metadata keeps that id, `source`, and the extensions that we do not know.

#include "base/result.h"
#include "codec/event_json.h"
#include "server/http.h"

#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::string_view kCloudEvent = "application/cloudevents+json";
inline constexpr std::string_view kCloudEventBatch = "application/cloudevents-batch+json";

/// Whether `type` is one of the two.
bool is_cloud_events(std::string_view type);

/// One CloudEvent, or a batch of them. kInvalidJson, kInvalidEvent with `details.pointer` (into the CloudEvent) and, in a batch, `details.line`; and what parse_event
/// refuses.
Result<ParsedBatch> read_cloud_events(std::string_view json, std::string_view type, Timestamp now);

/// Whether the attributes stand in headers (`ce-id: …`), so that the body is the data alone.
bool is_binary_cloud_event(const HttpRequest& request);

/// Such a request in structured mode. kInvalidJson where the body is none.
Result<std::string> structured_cloud_event(const HttpRequest& request);

/// An exported line as a CloudEvent. `source` is `urn:govlog` where the event has none that is a URI reference; `id` is the one that came where ours was made of it.
std::string cloud_event_of(std::string_view line);

}  // namespace govlog
