#pragma once
// An entity's state after any of its events: head row, checkpoints, and a fold of what follows. Private to engine.

#include "engine/entity_rows.h"
#include "engine/read_view.h"
#include "engine/snapshot.h"

namespace govlog {

/// As ReadView::state_at, of the entity whose head row is `head`.
Result<EntityState> fold_state(const ReadView::Snapshot& snapshot, const EntityRef& entity, HeadRow head, EventKey last,
                               Position known);

}  // namespace govlog
