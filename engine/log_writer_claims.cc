// LogWriter's work on what a group says of the graph: which claims of its entities begin and end (graph/claims.h).
//
// An event that is its entity's last is folded onto the open claims that the entity's head keeps. A late one moves what lies behind it: then the
// entity's whole past is told without the group and with it, once a group, and the difference counts.

#include "codec/keys.h"
#include "engine/log_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace govlog {

/// Events of the entity on disk, and those of this group that were added to it so far, in event order.
Status LogWriter::for_each_event(const Entity& entity, bool with_group, const EventVisitor& visit) {
  std::vector<EventKey> keys;
  const std::string prefix = entity_prefix(entity.ref.entity_type, entity.ref.entity_id);
  const auto rows = database_->iterate(Family::kEntities, nullptr);
  for (rows->Seek(prefix); rows->Valid() && view(rows->key()).starts_with(prefix); rows->Next()) {
    const auto key = decode_entity_key_tail(view(rows->key()));
    if (!key) return Error{Code::kCorruption, "a key of family entities does not decode", {}};
    keys.push_back(*key);
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading an entity");
  if (with_group) {
    for (const std::size_t index : entity.pending) keys.push_back(pending_[index].order);
    std::sort(keys.begin(), keys.end());
  }
  EventBuffer buffer;
  for (const EventKey& key : keys) (void)GOVLOG_TRY(visit(GOVLOG_TRY(event_of(entity, key, buffer))));
  return Ok{};
}

/// The claims before the event that is being added, which is the entity's last.
Result<std::unique_ptr<EntityClaims>> LogWriter::open_claims(const Entity& entity) {
  auto claims = std::make_unique<EntityClaims>(entity.ref.entity_type, entity.ref.entity_id);
  if (entity.head.last_version == 0) return claims;  // its first event
  if (!entity.head.claims.empty()) {
    if (!claims->decode(entity.head.claims)) {
      return Error{Code::kCorruption,
                   fmt::format("the claims of {}/{} do not decode", entity.ref.entity_type, entity.ref.entity_id),
                   {}};
    }
    if (!claims->wants()) return claims;
    EventBuffer buffer;
    GOVLOG_TRY(claims->recall(GOVLOG_TRY(event_of(entity, *claims->wants(), buffer))));
    return claims;
  }
  GraphChanges told_before;
  GOVLOG_TRY(for_each_event(entity, false, [&](const EventView& event) -> Result<bool> {
    GOVLOG_TRY(claims->apply(event, told_before));
    told_before = {};
    return true;
  }));
  return claims;
}

/// Before the event is noted in the entity's head.
Status LogWriter::claim(Entity& entity, const EventView& event, bool in_order) {
  if (!EntityFold::concerns(event.entity_type) || entity.came_late) return Ok{};
  if (!in_order) {
    entity.came_late = true;
    entity.claims.reset();
    return Ok{};
  }
  if (!entity.claims) entity.claims = GOVLOG_TRY(open_claims(entity));
  return entity.claims->apply(event, changes_);
}

/// What the group said of entities before an event of theirs came late.
void LogWriter::forget_changes_of_late() {
  std::vector<Position> positions;
  for (const Entity* entity : touched_) {
    if (!entity->came_late) continue;
    for (const std::size_t index : entity->pending) positions.push_back(pending_[index].order.position);
  }
  if (positions.empty()) return;
  std::sort(positions.begin(), positions.end());
  const auto late = [&positions](Position position) {
    return std::binary_search(positions.begin(), positions.end(), position);
  };
  std::erase_if(changes_.edges, [&](const auto& change) { return late(change.known); });
  std::erase_if(changes_.properties, [&](const auto& change) { return late(change.known); });
  std::erase_if(changes_.named, [&](const Naming& naming) { return late(naming.at.position); });
}

/// Tells the entity's past without the group and with it, side by side.
Status LogWriter::settle_late_claims(Entity& entity) {
  ClaimHistory before;
  ClaimHistory after;
  EntityClaims claims_before(entity.ref.entity_type, entity.ref.entity_id);
  entity.claims = std::make_unique<EntityClaims>(entity.ref.entity_type, entity.ref.entity_id);
  const Position first_of_group = state_.position - pending_.size() + 1;
  GraphChanges changes;
  GOVLOG_TRY(for_each_event(entity, true, [&](const EventView& event) -> Result<bool> {
    if (event.position < first_of_group) {
      changes = {};
      GOVLOG_TRY(claims_before.apply(event, changes));
      before.apply(changes);
    }
    changes = {};
    GOVLOG_TRY(entity.claims->apply(event, changes));
    after.apply(changes);
    if (event.position >= first_of_group) {
      changes_.named.insert(changes_.named.end(), std::make_move_iterator(changes.named.begin()),
                            std::make_move_iterator(changes.named.end()));
    }
    return true;
  }));
  changes_.append(changes_between(before, after, state_.position));
  return Ok{};
}

/// In-order changes stand in the order of positions already; those of late events are known last.
Status LogWriter::finish_claims() {
  forget_changes_of_late();
  for (Entity* entity : touched_) {
    if (!EntityFold::concerns(entity->ref.entity_type)) continue;
    if (entity->came_late) GOVLOG_TRY(settle_late_claims(*entity));
    entities_bytes_ -= std::min(entities_bytes_, cached_bytes(*entity));
    entity->head.claims = entity->claims->encode();
    if (entity->head.claims.size() > kHeadClaimsBytesMax) entity->head.claims.clear();
    entities_bytes_ += cached_bytes(*entity);
    entity->claims.reset();
    entity->came_late = false;
  }
  return Ok{};
}

}  // namespace govlog
