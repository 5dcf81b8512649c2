#pragma once
// Everything in the store at one position, unchanged by later appends.

#include "base/result.h"
#include "base/types.h"
#include "codec/contains_query.h"
#include "codec/event.h"
#include "codec/merkle_proof.h"
#include "codec/text_query.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

struct GraphOfView;   // engine/graph_of_view.h
struct AnalyticsRow;  // engine/analytics_rows.h, as the unit
enum class AnalyticsUnit : char;

/// Inclusive bounds in event order.
struct EventRange {
  EventKey first = kEventKeyMin;
  EventKey last = kEventKeyMax;
};

/// Which events a scan gives. An empty list and a null query admit all; within a list any value admits; all are joined by "and".
struct EventFilter {
  std::vector<std::string> event_types;
  std::vector<std::string> entity_types;
  std::vector<std::string> entity_ids;
  std::vector<std::string> actors;
  Position known = kPositionMax;  // events beyond this position are left out
  std::shared_ptr<const TextQuery> q;
  std::shared_ptr<const ContainsQuery> contains;

  bool admits(const EventView& event) const { return admits_place(event) && admits_text(event) && admits_data(event); }
  /// Its parts: the lists and the position; the text; the data.
  bool admits_place(const EventView& event) const;
  bool admits_text(const EventView& event) const { return !q || q->matches(event); }
  bool admits_data(const EventView& event) const { return !contains || contains->admits(event.data); }
};

/// What the head row of an entity tells: all its events, whenever they happened.
struct EntityHead {
  std::uint64_t version = 0;   // head_version
  Timestamp first_created_at;  // of the first event in event order
  EventKey last;               // of the last event in event order
};

/// An entity's state after some event.
struct EntityState {
  bool exists = false;        // at least one event was folded
  std::uint64_t version = 0;  // of the last event folded
  std::uint64_t events_folded = 0;
  EventKey last;             // the last event folded
  std::string actor_token;   // the last event's actor as a JSON token, `null` where it has none
  std::string state = "{}";  // canonical text
};

struct LogStats {
  std::uint64_t events = 0;
  std::uint64_t entities = 0;
  std::optional<Timestamp> first_created_at;
  std::optional<Timestamp> last_created_at;
  std::optional<Timestamp> last_recorded_at;
  std::uint64_t bytes_on_disk = 0;
  std::vector<std::pair<std::string, std::uint64_t>> event_types;  // by UTF-8 bytes
  std::vector<std::pair<std::string, std::uint64_t>> entity_types;
  std::uint32_t format_version = 0;
};

/// A layer's declared elements, and those of them that some link names.
struct LayerSum {
  std::optional<std::string> layer;
  std::uint64_t total = 0;
  std::uint64_t traced = 0;
};

/// A declared element that no link names, in one of its layers.
struct OrphanElement {
  std::optional<std::string> layer;
  std::string element;
  std::optional<std::string> name;
  std::optional<std::string> type;
};

/// How finely time is cut where coverage is summed up.
enum class CoverageGrain : std::uint8_t { kHour, kDay };

/// Gets one event after the other; false ends the scan. The views in it live during the call.
using EventVisitor = std::function<Result<bool>(const EventView&)>;

/// How well an event answers a text query, and where it stands among those that answer it as well: the newest first.
struct EventScore {
  std::uint32_t score = 0;  // codec/event_terms.h: the sum of the weights of the wanted stems that it has
  EventKey key;

  friend auto operator<=>(const EventScore&, const EventScore&) = default;
};

/// A snapshot of the store.
///
///     const ReadView view = store->read();
///     GOVLOG_TRY(view.scan_events({}, Order::kDescending, [&](const EventView& event) -> Result<bool> { …; return true; }));
///
/// Cheap to copy; must not outlive its Store. Threads: const members may run concurrently. Every member answers kCorruption where what it reads
/// does not decode, and kIoError.
class ReadView {
 public:
  struct Snapshot;
  explicit ReadView(std::shared_ptr<const Snapshot> snapshot);

  /// Position of the last event that this view knows; 0 of an empty log.
  Position log_position() const;

  /// The event at `position`; nothing where it is 0 or beyond the view. `buffer` keeps the bytes that the views point to.
  Result<std::optional<EventView>> event_at(Position position, std::string& buffer) const;

  /// Position of the event with this id.
  Result<std::optional<Position>> position_of(const Uuid& id) const;

  /// Greatest position with recorded_at <= `time`; 0 where there is none. O(log² n).
  Result<Position> known_at(Timestamp time) const;

  /// Events in position order, `first` to `last` inclusive.
  Status scan_positions(Position first, Position last, const EventVisitor& visit) const;

  /// Events in event order (or its reverse) that pass `filter`, by whichever index serves it. O(answer), O(log n) to start; with a filter
  /// O(segments that may hold an answer).
  Status scan_events(const EventRange& range, Order order, const EventFilter& filter, const EventVisitor& visit) const;

  /// The `limit` events of `range` that pass `filter`, which has a text query, with the greatest scores, best first, behind `after` (exclusive) where it is given. O(segments · terms + events
  /// that come into question); reads the text of those alone that come to stand among the best.
  Result<std::vector<EventScore>> best_events(const EventRange& range, const EventFilter& filter,
                                              const std::optional<EventScore>& after, std::size_t limit) const;

  /// One entity's events in event order, those known at `known` alone.
  Status scan_entity(const EntityRef& entity, const EventRange& range, Order order, Position known,
                     const EventVisitor& visit) const;

  /// Head of an entity; nothing where no event ever named it. O(1).
  Result<std::optional<EntityHead>> head(const EntityRef& entity) const;

  /// Heads in order of type, id, of `entity_type` alone where it is given, beginning after `after` (exclusive) where given.
  Status scan_heads(const std::optional<std::string>& entity_type, const std::optional<EntityRef>& after,
                    const std::function<Result<bool>(const EntityRef&, const EntityHead&)>& visit) const;

  /// The same, and each one's state as state_at(entity, last, known) has it. One read of a row less an entity than asking for each.
  Status scan_states(const std::optional<std::string>& entity_type, const std::optional<EntityRef>& after, EventKey last,
                     Position known,
                     const std::function<Result<bool>(const EntityRef&, const EntityHead&, const EntityState&)>& visit) const;

  /// All entities whose id is `entity_id`, by type. O(types in use).
  Result<std::vector<EntityRef>> entities_with_id(std::string_view entity_id) const;

  /// State after folding, in event order, the events with key <= `last` and position <= `known`. O(log n + 16) where no event came late since the
  /// last checkpoint, else O(events since the last sound one).
  Result<EntityState> state_at(const EntityRef& entity, EventKey last, Position known) const;

  /// The event of `entity` with version `version`; nothing where it has none. O(events of the entity).
  Result<std::optional<EventKey>> event_of_version(const EntityRef& entity, std::uint64_t version) const;

  /// Greatest position with created_at <= `at` and position <= `known`; 0 where there is none. O(segments + 4096).
  Result<Position> last_position_at(Timestamp at, Position known) const;

  /// The impact graph over the events known at `known`, with its past. O(1) once it is open; the first question opens it. Where `known` is before this
  /// view: O(known).
  Result<GraphOfView> graph(Position known) const;

  /// Layers with an element, by name, null last: over every event, or over those up to `at`. O(layers), with `at` O(layers · log time).
  Result<std::vector<LayerSum>> coverage(const std::optional<Timestamp>& at) const;

  /// The same at each of `ends`, which rise, and are full hours or midnights as `grain` says. One look-up as coverage() has it, then O(hours or days).
  Result<std::vector<std::vector<LayerSum>>> coverage_at_each(const std::vector<Timestamp>& ends, CoverageGrain grain) const;

  /// Orphans over every event by layer, null last, then element; of `layer` alone where it is given, behind `after` (its layer, its element) where given.
  Status scan_orphans(const std::optional<std::string>& layer,
                      const std::optional<std::pair<std::optional<std::string>, std::string>>& after,
                      const std::function<Result<bool>(const OrphanElement&)>& visit) const;

  /// Weeks with an event, or hours in which something counts, that begin in [first, last], oldest first. O(rows).
  Status scan_analytics(AnalyticsUnit unit, Timestamp first, Timestamp last,
                        const std::function<Result<bool>(const AnalyticsRow&)>& visit) const;

  /// Root of the hash tree over the events up to `size` <= log_position(). O(256 log size), as the next two.
  Result<Hash> tree_root(Position size) const;

  /// That the event at `position` is in the tree over the events up to `size`; 1 <= position <= size <= log_position().
  Result<InclusionProof> inclusion_proof(Position position, Position size) const;

  /// That the tree over the events up to `to` holds the one up to `from`; 1 <= from <= to <= log_position().
  Result<ConsistencyProof> consistency_proof(Position from, Position to) const;

  /// Of the store; empty where there is none.
  std::filesystem::path directory() const;

  /// Makes `into`, which must not be there, a store that holds at least what the view knows: FORMAT, HEAD and the database. Table files are shared by hard links where `into` lies on
  /// the same file system, else copied whole. O(files), and the bytes of the log that is not in tables yet. kNotFound where there is no store; kIoError, kDiskFull. Threads: any.
  Status copy_to(const std::filesystem::path& into) const;

  /// Counts as of `known`. O(types) where `known` is the whole view, else O(known).
  Result<LogStats> stats(Position known) const;

 private:
  std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace govlog
