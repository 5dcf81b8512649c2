#pragma once
// Which entity a text means.

#include "base/result.h"
#include "engine/read_view.h"

#include <string_view>

namespace govlog {

/// How a text names an entity.
enum class EntityText : std::uint8_t {
  kPairOrId,  // `entity_type/entity_id`, or an id
  kId,        // an id, whatever it holds
  kPair,      // `entity_type/entity_id`
};

/// `text` is split at its first `/`, unless it is an id: where that type has that id, it is meant; else the whole text is the id of an entity that exactly one type
/// has, else of an element of the graph (type `element`). What was known at `known` is preferred, so that an answer stays what it was when the pair, or another type with the id, came later.
/// kAmbiguousEntity, with `details.entity_types`; kNotFound, with the nearest three entities in `details.nearest`.
Result<EntityRef> resolve_entity(const ReadView& view, std::string_view text, Position known,
                                 EntityText form = EntityText::kPairOrId);

/// Success where an event named `entity`, else kNotFound as resolve_entity tells it, of its type alone.
Status require_entity(const ReadView& view, const EntityRef& entity);

/// kNotFound for a text that means no entity, with the nearest three, `entity_type/entity_id` each, of `entity_type` alone where that is not
/// empty. Looks at 100,000 entities at most; what goes wrong there is returned instead.
Error entity_not_found(const ReadView& view, std::string_view text, std::string_view entity_type);

}  // namespace govlog
