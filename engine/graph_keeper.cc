#include "engine/graph_keeper.h"

#include "base/assert.h"
#include "engine/graph_checkpoint.h"
#include "engine/snapshot.h"

#include <algorithm>
#include <set>

namespace govlog {

namespace {

/// The claims of an entity by its events up to `known`; names are added from events behind `named_since`.
Result<ClaimHistory> history_of(const ReadView& view, const EntityRef& entity, Position known, Position named_since,
                                GraphChanges& names) {
  EntityClaims claims(entity.entity_type, entity.entity_id);
  ClaimHistory history;
  GOVLOG_TRY(view.scan_entity(entity, {}, Order::kAscending, known, [&](const EventView& event) -> Result<bool> {
    GraphChanges changes;
    GOVLOG_TRY(claims.apply(event, changes));
    history.apply(changes);
    if (event.position > named_since) {
      names.named.insert(names.named.end(), changes.named.begin(), changes.named.end());
    }
    return true;
  }));
  return history;
}

/// Adds to `graph` what the events behind `after` changed, up to the view's position. O(events of the entities that they touch).
Status follow_log(const ReadView& view, ImpactGraph& graph, Position after) {
  std::set<EntityRef> touched;
  GOVLOG_TRY(view.scan_positions(after + 1, view.log_position(), [&](const EventView& event) -> Result<bool> {
    if (EntityFold::concerns(event.entity_type)) touched.insert({std::string(event.entity_type), std::string(event.entity_id)});
    return true;
  }));
  GraphChanges changes;
  for (const EntityRef& entity : touched) {
    GraphChanges names;
    const ClaimHistory before = GOVLOG_TRY(history_of(view, entity, after, kPositionMax, names));
    const ClaimHistory now = GOVLOG_TRY(history_of(view, entity, view.log_position(), after, names));
    changes.append(changes_between(before, now, view.log_position()));
    changes.append(std::move(names));
  }
  graph.apply(changes);
  return Ok{};
}

}  // namespace

Result<std::shared_ptr<ImpactGraph>> fold_graph(const ReadView& view, Position known) {
  ImpactGraphBuilder builder;
  EventFilter filter;
  filter.known = known;
  GOVLOG_TRY(view.scan_events({}, Order::kAscending, filter, [&](const EventView& event) -> Result<bool> {
    GOVLOG_TRY(builder.add(event));
    return true;
  }));
  return std::move(builder).finish(known);
}

/// From the checkpoint and the log behind it, or from the log alone.
Result<std::shared_ptr<ImpactGraph>> GraphKeeper::open(const std::shared_ptr<const ReadView::Snapshot>& snapshot) {
  const ReadView view(snapshot);
  auto loaded = load_checkpoint(*snapshot->database, snapshot->snapshot, snapshot->position);
  if (!loaded.ok() && loaded.error().code != Code::kCorruption) return loaded.take_error();
  if (!loaded.ok()) {
    met_damage_ = true;
    if (warn_) warn_(loaded.error());
  }
  const std::shared_ptr<ImpactGraph> graph = loaded.ok() ? loaded.take() : nullptr;
  // What is added entity by entity costs more than what is folded, so a checkpoint that is far behind is not worth it.
  if (!graph || snapshot->position - graph->begins_at() > graph->begins_at()) return fold_graph(view, snapshot->position);
  GOVLOG_TRY(follow_log(view, *graph, graph->begins_at()));
  graph->begin_at(snapshot->position);
  return graph;
}

Result<std::shared_ptr<const ImpactGraph>> GraphKeeper::complete_to(const std::shared_ptr<const ReadView::Snapshot>& snapshot) {
  const std::lock_guard lock(mutex_);
  if (!graph_) {
    graph_ = GOVLOG_TRY(open(snapshot));
    complete_to_ = snapshot->position;
  }
  if (skips(snapshot->position)) return std::shared_ptr<const ImpactGraph>();
  if (snapshot->position > complete_to_) {
    GOVLOG_ASSERT(!taken_, "a snapshot at position {} lacks the graph that was taken at {}", snapshot->position, complete_to_);
    GOVLOG_TRY(extend(ReadView(snapshot)));
  }
  return std::shared_ptr<const ImpactGraph>(graph_);
}

Status GraphKeeper::extend(const ReadView& view) {
  if (taken_ || view.log_position() == complete_to_) return Ok{};
  GOVLOG_TRY(follow_log(view, *graph_, complete_to_));
  skipped_.emplace_back(complete_to_, view.log_position());
  complete_to_ = view.log_position();
  return Ok{};
}

bool GraphKeeper::skips(Position position) const {
  return position < graph_->begins_at() || std::any_of(skipped_.begin(), skipped_.end(), [&](const auto& skipped) {
           return skipped.first < position && position < skipped.second;
         });
}

Result<std::shared_ptr<ImpactGraph>> GraphKeeper::take_locked(const ReadView& view) {
  if (!graph_) return std::shared_ptr<ImpactGraph>();
  GOVLOG_TRY(extend(view));
  taken_ = true;
  return graph_;
}

Result<std::shared_ptr<ImpactGraph>> GraphKeeper::take(const std::shared_ptr<const ReadView::Snapshot>& snapshot) {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock.owns_lock()) return std::shared_ptr<ImpactGraph>();
  return take_locked(ReadView(snapshot));
}

Result<std::shared_ptr<ImpactGraph>> GraphKeeper::open_and_take(const std::shared_ptr<const ReadView::Snapshot>& snapshot) {
  GOVLOG_TRY(complete_to(snapshot));
  const std::lock_guard lock(mutex_);
  return take_locked(ReadView(snapshot));
}

}  // namespace govlog
