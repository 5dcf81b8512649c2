#include "server/cloud_events.h"

#include "api/json_writer.h"
#include "codec/canonical.h"
#include "codec/event_types.h"
#include "codec/json_compact.h"
#include "codec/json_text.h"
#include "codec/uuid.h"

#include <fmt/format.h>
#include <boost/url/parse.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace govlog {

namespace {

constexpr std::string_view kHeaderPrefix = "ce-";   // of attributes in binary mode
constexpr std::string_view kSource = "urn:govlog";  // of events that name none
/// Attributes that have a place of their own in our events, or none.
constexpr std::array<std::string_view, 9> kKnown{"specversion",     "type", "source", "subject", "id", "time",
                                                 "datacontenttype", "data", "actor"};

Error wrong(std::string_view pointer, std::string message) {
  return Error{Code::kInvalidEvent, std::move(message), {}}.with("pointer", std::string(pointer));
}

bool is_uri_reference(std::string_view text) {
  return !text.empty() && boost::urls::parse_uri_reference({text.data(), text.size()});
}

std::string id_of_foreign(std::string_view source, std::string_view id) {
  return format_uuid(make_uuid_v5(import_namespace(), fmt::format("{}\n{}", source, id)));
}

class CloudEvent {
 public:
  explicit CloudEvent(std::string_view object) : object_(object) {}

  /// The JSON of an event of ours.
  Result<std::string> event_json() {
    const std::string version = GOVLOG_TRY(text("specversion"));
    if (version != "1.0") return wrong("/specversion", fmt::format("specversion is {}, expected 1.0", version));
    if (json_member(object_, "data_base64"))
      return wrong("/data_base64", "data_base64 is given, expected data that is a JSON object");
    source_ = GOVLOG_TRY(text("source"));
    if (!is_uri_reference(source_)) return wrong("/source", fmt::format("source is {}, expected a URI reference", source_));
    const std::string type = GOVLOG_TRY(text("type"));
    const std::string subject = GOVLOG_TRY(text("subject"));
    const std::size_t slash = subject.find('/');
    if (slash == std::string::npos)
      return wrong("/subject", fmt::format("subject is {}, expected entity_type/entity_id", subject));
    std::string out;
    ObjectWriter event(out);
    const std::string id = GOVLOG_TRY(id_of());
    event.text("id", std::string_view(id));
    event.text("event_type", std::string_view(type));
    event.text("entity_type", std::string_view(subject).substr(0, slash));
    event.text("entity_id", std::string_view(subject).substr(slash + 1));
    for (const auto& [theirs, ours] :
         {std::pair("actor", "actor"), std::pair("time", "created_at"), std::pair("data", "data")}) {
      if (const auto token = json_member(object_, theirs)) event.token(ours, *token);
    }
    write_metadata(event.begin("metadata"));
    event.close();
    return out;
  }

 private:
  Result<std::string> text(std::string_view name) const {
    const auto token = json_member(object_, name);
    const std::string pointer = fmt::format("/{}", name);
    if (!token) return wrong(pointer, fmt::format("{} is missing, which every CloudEvent of ours has", name));
    if (json_kind(*token) != JsonKind::kString)
      return wrong(pointer, fmt::format("{} is {}, expected a string", name, kind_words(*token)));
    return json_unescape(*token);
  }

  Result<std::string> id_of() {
    const std::string id = GOVLOG_TRY(text("id"));
    if (id.empty()) return wrong("/id", "id is empty");
    if (parse_uuid(id).ok()) return id;
    foreign_id_ = id;
    return id_of_foreign(source_, id);
  }

  void write_metadata(std::string& out) const {
    ObjectWriter metadata(out);
    if (source_ != kSource) metadata.text("source", std::string_view(source_));
    if (!foreign_id_.empty()) metadata.text("id", std::string_view(foreign_id_));
    for (JsonCursor member(object_); member.next();) {
      if (std::find(kKnown.begin(), kKnown.end(), member.key()) == kKnown.end()) metadata.token(member.key(), member.value());
    }
    metadata.close();
  }

  std::string_view object_;
  std::string source_;
  std::string foreign_id_;  // where it is no UUID
};

Result<Event> read_one(std::string_view object, Timestamp now) {
  if (json_kind(object) != JsonKind::kObject)
    return wrong("", fmt::format("the CloudEvent is {}, expected an object", kind_words(object)));
  const std::string json = GOVLOG_TRY(CloudEvent(object).event_json());
  return parse_event(json, now, EventLimits{});
}

/// Whether a value in metadata is one that an extension may have: text, a truth, or an integer of 32 bits.
bool is_extension_value(std::string_view token) {
  if (json_kind(token) != JsonKind::kNumber)
    return json_kind(token) == JsonKind::kString || token == "true" || token == "false";
  std::int32_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc() && end == token.data() + token.size();
}

/// A header's value as it was meant: quotes around it are none of it, and %XX is a byte.
std::string attribute_of(std::string_view value) {
  if (value.size() > 1 && value.starts_with('"') && value.ends_with('"')) value = value.substr(1, value.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    unsigned char byte = 0;
    const char* const digits = value.data() + i + 1;
    const bool encoded =
        value[i] == '%' && i + 2 < value.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2;
    out += encoded ? static_cast<char>(byte) : value[i];
    if (encoded) i += 2;
  }
  return out;
}

bool is_extension_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

}  // namespace

bool is_cloud_events(std::string_view type) { return type == kCloudEvent || type == kCloudEventBatch; }

Result<ParsedBatch> read_cloud_events(std::string_view json, std::string_view type, Timestamp now) {
  const std::string compact = GOVLOG_TRY(compact_json(json, kJsonDepthMax));
  ParsedBatch batch;
  batch.array = type == kCloudEventBatch;
  if (!batch.array) {
    batch.events.push_back(GOVLOG_TRY(read_one(compact, now)));
    return batch;
  }
  if (json_kind(compact) != JsonKind::kArray)
    return wrong("", fmt::format("the body is {}, expected an array of CloudEvents", kind_words(compact)));
  const EventLimits limits;
  for (JsonCursor item(compact); item.next();) {
    const std::uint64_t line = batch.events.size() + 1;
    if (line > limits.batch_events_max)
      return Error{Code::kTooLarge, fmt::format("the batch holds more than {} events", limits.batch_events_max), {}};
    auto event = read_one(item.value(), now);
    if (!event.ok()) return event.take_error().with("line", line);
    batch.events.push_back(event.take());
  }
  return batch;
}

bool is_binary_cloud_event(const HttpRequest& request) { return request.header("ce-specversion") != nullptr; }

Result<std::string> structured_cloud_event(const HttpRequest& request) {
  std::string out;
  ObjectWriter event(out);
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with(kHeaderPrefix))
      event.text(std::string_view(name).substr(kHeaderPrefix.size()), std::string_view(attribute_of(value)));
  }
  const std::string data = request.body.empty() ? std::string() : GOVLOG_TRY(compact_json(request.body, kJsonDepthMax));
  if (!data.empty()) event.token("data", data);
  event.close();
  return out;
}

std::string cloud_event_of(std::string_view line) {
  const auto text = [&](std::string_view name) { return json_unescape(json_member(line, name).value_or("\"\"")); };
  const std::string_view metadata = json_member(line, "metadata").value_or("{}");
  const std::string own_id = text("id");
  const auto said = [&](std::string_view name) {
    const auto token = json_member(metadata, name);
    return token && json_kind(*token) == JsonKind::kString ? json_unescape(*token) : std::string();
  };
  std::string source = said("source");
  if (!is_uri_reference(source)) source = kSource;
  const std::string foreign_id = said("id");
  const bool ours_is_made_of_it = !foreign_id.empty() && id_of_foreign(source, foreign_id) == own_id;
  std::string out;
  ObjectWriter event(out);
  event.text("specversion", std::string_view("1.0"));
  event.text("id", std::string_view(ours_is_made_of_it ? foreign_id : own_id));
  event.text("source", std::string_view(source));
  event.token("type", *json_member(line, "event_type"));
  event.text("subject", std::string_view(fmt::format("{}/{}", text("entity_type"), text("entity_id"))));
  event.token("time", *json_member(line, "created_at"));
  event.text("datacontenttype", std::string_view("application/json"));
  if (const auto actor = json_member_not_null(line, "actor")) event.token("actor", *actor);
  for (JsonCursor member(metadata); member.next();) {
    const bool known = member.key() == "source" || member.key() == "id" ||
                       std::find(kKnown.begin(), kKnown.end(), member.key()) != kKnown.end();
    if (!known && is_extension_name(member.key()) && is_extension_value(member.value()))
      event.token(member.key(), member.value());
  }
  event.token("data", json_member(line, "data").value_or("{}"));
  event.close();
  return out;
}

}  // namespace govlog
