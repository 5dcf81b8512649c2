#include "engine/entity_state.h"

#include "codec/keys.h"
#include "codec/state.h"
#include "engine/event_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

Error corrupt(std::string_view what, const EntityRef& entity) {
  return {Code::kCorruption, fmt::format("{} of {}/{} does not decode", what, entity.entity_type, entity.entity_id), {}};
}

/// The last sound checkpoint with a key <= `last` that folded nothing beyond `known`, as a state; else the empty one.
Result<EntityState> last_checkpoint(const ReadView::Snapshot& snapshot, const EntityRef& entity, const HeadRow& head,
                                    EventKey last, Position known) {
  EntityState state;
  if (!head.checkpoint && !head.void_mark) return state;
  const std::string prefix = entity_prefix(entity.entity_type, entity.entity_id);
  const auto rows = snapshot.database->iterate(Family::kStates, snapshot.snapshot);
  for (rows->SeekForPrev(entity_key(entity.entity_type, entity.entity_id, last));
       rows->Valid() && view(rows->key()).starts_with(prefix); rows->Prev()) {
    const auto key = decode_entity_key_tail(view(rows->key()));
    auto row = decode_checkpoint_row(view(rows->value()));
    if (!key || !row) return corrupt("a checkpoint", entity);
    if (!is_sound(head.void_mark, *key, row->written_at) || row->greatest_position > known) continue;
    return EntityState{true, row->version, row->events_folded, *key, std::move(row->actor_token), std::move(row->state)};
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading checkpoints");
  return state;
}

}  // namespace

Result<EntityState> fold_state(const ReadView::Snapshot& snapshot, const EntityRef& entity, HeadRow head, EventKey last,
                               Position known) {
  const bool everything = last >= head.last && known >= snapshot.position;
  if (everything && head.has_state) {
    return EntityState{true, head.last_version, head.version, head.last, std::move(head.actor_token), std::move(head.state)};
  }
  EntityState state = GOVLOG_TRY(last_checkpoint(snapshot, entity, head, last, known));
  const std::string prefix = entity_prefix(entity.entity_type, entity.entity_id);
  const auto rows = snapshot.database->iterate(Family::kEntities, snapshot.snapshot);
  EventBuffer buffer;
  for (rows->Seek(state.exists ? entity_key(entity.entity_type, entity.entity_id, state.last) : prefix);
       rows->Valid() && view(rows->key()).starts_with(prefix); rows->Next()) {
    const auto key = decode_entity_key_tail(view(rows->key()));
    if (!key) return corrupt("an event key", entity);
    if (*key > last) break;
    if (key->position > known || (state.exists && *key == state.last)) continue;
    const EventView event = GOVLOG_TRY(
        get_event(*snapshot.database, snapshot.snapshot, event_key(*key, entity.entity_type, entity.entity_id), buffer));
    state.state = GOVLOG_TRY(fold_event(state.state, event.event_type, event.data));
    state.exists = true;
    state.version = event.version;
    state.last = *key;
    state.actor_token = actor_token_of(event.actor);
    ++state.events_folded;
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading an entity");
  return state;
}

}  // namespace govlog
