#include "query/resolve.h"

#include "codec/event_types.h"
#include "engine/graph_of_view.h"
#include "query/element.h"
#include "query/known_at.h"
#include "query/names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

namespace {

constexpr std::size_t kEntitiesLookedAt = 100'000;

Result<std::vector<std::string>> nearest_entities(const ReadView& view, std::string_view text, std::string_view entity_type) {
  NearestNames nearest(text);
  std::size_t seen = 0;
  const auto only = entity_type.empty() ? std::nullopt : std::optional<std::string>(entity_type);
  GOVLOG_TRY(view.scan_heads(only, std::nullopt, [&](const EntityRef& entity, const EntityHead&) -> Result<bool> {
    nearest.offer(entity.entity_id, fmt::format("{}/{}", entity.entity_type, entity.entity_id));
    return ++seen < kEntitiesLookedAt;
  }));
  if (!only || only == kElementType) {
    GOVLOG_TRY(visit_elements(view, [&](std::string_view id) {
      nearest.offer(id, fmt::format("{}/{}", kElementType, id));
      return ++seen < 2 * kEntitiesLookedAt;
    }));
  }
  return std::move(nearest).take();
}

Result<bool> known_then(const ReadView& view, const EntityRef& entity, Position known) {
  if (known >= view.log_position()) return true;
  if (entity.entity_type == kElementType) {
    const auto graph = GOVLOG_TRY(view.graph(known));
    return graph.view.find(Label::kElement, entity.entity_id).has_value();
  }
  const std::uint64_t version = GOVLOG_TRY(head_version_at(view, entity, known));
  return version > 0;
}

/// What the text means as `entity_type/entity_id`, where there is such an entity.
Result<std::optional<EntityRef>> as_pair(const ReadView& view, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::optional<EntityRef>();
  EntityRef entity{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
  bool exists = false;
  if (entity.entity_type == kElementType) {
    exists = GOVLOG_TRY(is_element(view, entity.entity_id));
  } else {
    const auto head = GOVLOG_TRY(view.head(entity));
    exists = head.has_value();
  }
  return exists ? std::optional<EntityRef>(std::move(entity)) : std::nullopt;
}

/// Of a text that may be a pair.
Error pair_not_found(const ReadView& view, std::string_view text) {
  const std::string element = std::string(kElementType) + '/';
  return text.starts_with(element) ? entity_not_found(view, text.substr(element.size()), kElementType)
                                   : entity_not_found(view, text, "");
}

/// Where no type has the id, an element may.
Result<EntityRef> as_element(const ReadView& view, std::string_view text, EntityText form) {
  const bool exists = GOVLOG_TRY(is_element(view, text));
  if (exists) return EntityRef{std::string(kElementType), std::string(text)};
  return form == EntityText::kId ? entity_not_found(view, text, "") : pair_not_found(view, text);
}

}  // namespace

Result<EntityRef> resolve_entity(const ReadView& view, std::string_view text, Position known, EntityText form) {
  auto pair = form == EntityText::kId ? std::optional<EntityRef>() : GOVLOG_TRY(as_pair(view, text));
  if (form == EntityText::kPair)
    return pair ? Result<EntityRef>(*std::move(pair)) : Result<EntityRef>(pair_not_found(view, text));
  // A pair of which nothing was known then must not take the place of an id that was: an old answer stays what it was.
  if (pair && known >= view.log_position()) return *std::move(pair);
  std::vector<EntityRef> candidates = GOVLOG_TRY(view.entities_with_id(text));
  if (pair && candidates.empty()) return *std::move(pair);
  const bool pair_known = pair ? GOVLOG_TRY(known_then(view, *pair, known)) : false;
  if (pair_known) return *std::move(pair);
  if (pair || candidates.size() > 1) {
    std::vector<EntityRef> then;
    for (const EntityRef& entity : candidates) {
      const bool was_known = GOVLOG_TRY(known_then(view, entity, known));
      if (was_known) then.push_back(entity);
    }
    if (pair && then.empty()) return *std::move(pair);
    if (!then.empty()) candidates = std::move(then);
  }
  if (candidates.size() == 1) return std::move(candidates.front());
  if (candidates.empty()) return as_element(view, text, form);

  std::vector<std::string> types;
  for (const EntityRef& entity : candidates) types.push_back(entity.entity_type);
  const std::string_view shown = shorten(text);
  return Error{Code::kAmbiguousEntity,
               fmt::format("{} is the id of several entities: give its type too, as {}/{}; types: {}", shown, types.front(),
                           shown, fmt::join(types, ", ")),
               {{"entity_types", types}}};
}

Status require_entity(const ReadView& view, const EntityRef& entity) {
  const auto head = GOVLOG_TRY(view.head(entity));
  if (!head) return entity_not_found(view, entity.entity_id, entity.entity_type);
  return Ok{};
}

Error entity_not_found(const ReadView& view, std::string_view text, std::string_view entity_type) {
  auto found = nearest_entities(view, text, entity_type);
  if (!found.ok()) return found.take_error();
  std::vector<std::string> nearest = found.take();
  const std::string_view shown = shorten(text);
  const std::string_view space = entity_type.empty() ? "" : "/";
  std::string message = fmt::format("no event ever named {}{}{}", entity_type, space, shown);
  if (nearest.empty()) return Error{Code::kNotFound, std::move(message), {}};
  message += fmt::format("; nearest: {}", fmt::join(nearest, ", "));
  return Error{Code::kNotFound, std::move(message), {{"nearest", std::move(nearest)}}};
}

}  // namespace govlog
