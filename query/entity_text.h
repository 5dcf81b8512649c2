#pragma once
// Entities by the text of their events.

#include "base/result.h"
#include "engine/read_view.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace govlog {

/// A text query over the events with key <= `last` and position <= `known`.
struct TextWithin {
  std::shared_ptr<const TextQuery> q;
  EventKey last;
  Position known;
};

/// Whether the event with `key`, which the view knows, answers `q`. O(its text).
Result<bool> event_answers(const ReadView& view, const TextQuery& q, const EventKey& key);

/// Whether some event of `entity` answers. O(events of the entity) at worst.
Result<bool> entity_answers(const ReadView& view, const TextWithin& text, const EntityRef& entity);

/// The entities of `types` (of all, where there are none) that have an event which answers; nothing where such events are so many that asking entity by entity costs less.
Result<std::optional<std::set<EntityRef>>> entities_that_answer(const ReadView& view, const TextWithin& text,
                                                                const std::vector<std::string>& types);

}  // namespace govlog
