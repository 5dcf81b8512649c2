#include "query/version_ref.h"

#include "codec/canonical.h"
#include "codec/event_types.h"
#include "codec/time.h"
#include "codec/uuid.h"
#include "query/element.h"
#include "query/known_at.h"
#include "query/names.h"
#include "query/resolve.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace govlog {

namespace {

Error bad_reference(std::string_view text, std::string_view why) {
  return Error{Code::kInvalidArgument,
               fmt::format("{} is no version: {}; expected an event id, ENTITY@VERSION or ENTITY@TIME", shorten(text), why),
               {}};
}

/// No entity has so many versions, so a number with more digits is one that is not there.
std::uint64_t parse_version(std::string_view digits) {
  std::uint64_t version = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), version);
  return parsed.ec == std::errc{} ? version : std::numeric_limits<std::uint64_t>::max();
}

Result<VersionPoint> point_after(const ReadView& view, const VersionRef& ref, EntityRef entity, EventKey last, Position known) {
  EntityState state = GOVLOG_TRY(view.state_at(entity, last, known));
  VersionPoint point;
  point.ref = ref.text;
  point.entity = std::move(entity);
  if (state.exists) {
    point.key = state.last;
    point.version = state.version;
  }
  point.state = std::move(state.state);
  return point;
}

Result<VersionPoint> point_of_event(const ReadView& view, const VersionRef& ref, const Uuid& id, Position known) {
  const auto position = GOVLOG_TRY(view.position_of(id));
  if (!position || *position > known) {
    return Error{Code::kNotFound, fmt::format("no event has the id {}", format_uuid(id)), {}};
  }
  std::string buffer;
  const auto event = GOVLOG_TRY(view.event_at(*position, buffer));
  if (!event)
    return Error{Code::kCorruption, fmt::format("the id index names position {}, which holds no event", *position), {}};
  EntityRef entity{std::string(event->entity_type), std::string(event->entity_id)};
  return point_after(view, ref, std::move(entity), event->key(), known);
}

Result<VersionPoint> point_of_version(const ReadView& view, const VersionRef& ref, std::uint64_t version, Position known) {
  EntityRef entity = GOVLOG_TRY(resolve_entity(view, ref.entity, known));
  if (entity.entity_type == kElementType)
    return Error{Code::kNotFound, fmt::format("{} is an element, which has no versions: give a time", shorten(ref.entity)), {}};
  const auto key = GOVLOG_TRY(view.event_of_version(entity, version));
  if (!key || key->position > known) {
    const std::uint64_t versions = GOVLOG_TRY(head_version_at(view, entity, known));
    std::string message =
        fmt::format("{} has no version {}: ", shorten(ref.entity), ref.text.substr(ref.text.rfind('@') + 1, 40));
    message += versions == 0 ? "nothing of it was known then" : fmt::format("it has 1 to {}", versions);
    return Error{Code::kNotFound, std::move(message), {{"versions", versions}}};
  }
  return point_after(view, ref, std::move(entity), *key, known);
}

Result<VersionPoint> point_of_element(const ReadView& view, const VersionRef& ref, EntityRef entity, Position known) {
  const ElementAnswer element = GOVLOG_TRY(element_at(view, entity.entity_id, std::get<Timestamp>(ref.what), known));
  VersionPoint point;
  point.ref = ref.text;
  point.entity = std::move(entity);
  point.key = element.last;
  point.state = GOVLOG_TRY(canonicalize(element.state, kJsonDepthMax));
  return point;
}

}  // namespace

Result<VersionRef> parse_version_ref(std::string_view text, Timestamp now) {
  VersionRef ref;
  ref.text = text;
  const std::size_t at = text.rfind('@');
  if (at == std::string_view::npos) {
    const auto id = parse_uuid(text);
    if (!id.ok()) return bad_reference(text, "it has no @ and is no event id");
    ref.what = id.value();
    return ref;
  }
  const std::string_view version = text.substr(at + 1);
  ref.entity = text.substr(0, at);
  if (ref.entity.empty()) return bad_reference(text, "nothing stands before @");
  if (version.empty()) return bad_reference(text, "nothing stands after @");
  if (std::all_of(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    const std::uint64_t number = parse_version(version);
    if (number == 0) return bad_reference(text, "versions begin with 1");
    ref.what = number;
    return ref;
  }
  const auto time = parse_time_parameter(version, now);
  if (!time.ok()) return bad_reference(text, time.error().message);
  ref.what = time.value();
  return ref;
}

Result<VersionPoint> resolve_version(const ReadView& view, const VersionRef& ref, Position known) {
  if (const auto* id = std::get_if<Uuid>(&ref.what)) return point_of_event(view, ref, *id, known);
  if (const auto* version = std::get_if<std::uint64_t>(&ref.what)) return point_of_version(view, ref, *version, known);
  EntityRef entity = GOVLOG_TRY(resolve_entity(view, ref.entity, known));
  if (entity.entity_type == kElementType) return point_of_element(view, ref, std::move(entity), known);
  const EventKey last{std::get<Timestamp>(ref.what), kPositionMax};
  return point_after(view, ref, std::move(entity), last, known);
}

}  // namespace govlog
