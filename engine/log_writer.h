#pragma once
// What appends go on from, and the group that is being made of them: one RocksDB write batch with records, indexes, heads and hash tree.
// Private to engine; one thread at a time.

#include "base/result.h"
#include "codec/event.h"
#include "codec/merkle.h"
#include "engine/analytics_writer.h"
#include "engine/coverage_writer.h"
#include "engine/database.h"
#include "engine/entity_rows.h"
#include "engine/event_reader.h"
#include "engine/store.h"
#include "engine/term_writer.h"
#include "graph/claims.h"

#include <rocksdb/write_batch.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace govlog {

/// Where the log stands after the events that were added.
struct LogState {
  Position position = 0;
  std::uint64_t entities = 0;
  Timestamp recorded_at;
};

/// Judges batches against the log and gathers their rows.
///
///     writer.begin_group();
///     auto receipts = writer.add(batch, now);    // as often as there are batches
///     GOVLOG_TRY(writer.finish_group(graph));
///     database.Write(writer.rows())              // then publish writer.state()
///
/// After an error of finish_group, or of the write, the writer is ahead of the disk and must not be used again.
class LogWriter {
 public:
  /// Reads from `database` what appends go on from; reading is all that it need be open for. kCorruption.
  static Result<std::unique_ptr<LogWriter>> open(std::shared_ptr<Database> database);

  /// The same log, now open for writing. kCorruption where it stands at another position.
  Status go_on_with(std::shared_ptr<Database> database);

  void begin_group();

  /// From now on a clock that is far behind the log is no error, until it has caught up: contract 2, "The clock".
  void accept_clock() { clock_accepted_ = true; }

  /// Adds `batch`, or nothing of it. One reading of the clock, `now`, for all. Errors as Store::append.
  Result<std::vector<Receipt>> add(const std::vector<Event>& batch, Timestamp now);

  /// Adds the rows that stand for the group as a whole: heads, coverage, counters, analytics, open segment, family heads; and extends the graph, where `graph` gives one.
  Status finish_group(const GraphSource& graph);

  /// Forgets the group's rows, and gives back what they took: for a group that is larger than those that follow.
  void release_group();

  /// How many events were added since begin_group.
  std::size_t group_events() const { return pending_.size(); }
  rocksdb::WriteBatch& rows() { return rows_; }
  const LogState& state() const { return state_; }
  const MerkleFrontier& tree() const { return tree_; }

 private:
  /// An event of this group, not on disk yet.
  struct PendingEvent {
    EventKey order;
    std::string key;
    std::string record;
  };
  /// An entity as it stands after the events added so far, and what this group did to it.
  struct Entity {
    EntityRef ref;
    HeadRow head;
    std::vector<std::size_t> pending;  // indices into pending_
    std::uint64_t added_in_batch = 0;  // new events of the batch that is being judged
    // Of this group: what it says of the graph.
    std::unique_ptr<EntityClaims> claims;
    bool came_late = false;  // an event before its last: what the group changes is worked out when it ends
  };
  struct UuidHash {
    std::size_t operator()(const Uuid& id) const {
      std::size_t out = 0;
      for (const std::uint8_t byte : id.bytes) out = out * 131 + byte;
      return out;
    }
  };
  using IdMap = std::unordered_map<Uuid, std::size_t, UuidHash>;
  struct BatchView;
  struct FoldStep;

  explicit LogWriter(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  static rocksdb::WriteBatch make_rows() { return rocksdb::WriteBatch(0, 0, 8, 0); }
  static std::size_t cached_bytes(const Entity& entity);
  Result<LogState> stored_state() const;
  Status load();
  Status check_clock(Timestamp now) const;
  void note_clock(Timestamp now);
  Result<Entity*> entity_of(const Event& event);
  Result<std::optional<Receipt>> find_duplicate(const Event& event, const BatchView& batch);
  Result<Receipt> judge(const Event& event, BatchView& batch);
  Status append(const Event& event, const Receipt& receipt, Entity& entity);
  void append_index_rows(const EventView& event);
  Status apply_to_head(Entity& entity, const EventView& event);
  Status fold_in_order(Entity& entity, const EventView& event);
  Status note_late(Entity& entity, const EventView& event);
  Result<std::optional<SoundCheckpoint>> last_checkpoint(const EntityRef& entity, const EventKey& until);
  Result<FoldStep> start_of_fold(const Entity& entity);
  Result<std::vector<EventKey>> events_after(const Entity& entity, const std::optional<EventKey>& after);
  Result<EventView> event_of(const Entity& entity, const EventKey& key, EventBuffer& buffer);
  Status catch_up(Entity& entity);
  Status drop_void_checkpoints(const EntityRef& entity, const std::optional<EventKey>& after,
                               const std::optional<EventKey>& until);
  Status claim(Entity& entity, const EventView& event, bool in_order);
  Result<std::unique_ptr<EntityClaims>> open_claims(const Entity& entity);
  Status for_each_event(const Entity& entity, bool with_group, const EventVisitor& visit);
  Status settle_late_claims(Entity& entity);
  void forget_changes_of_late();
  Status finish_claims();
  Status add_counters();
  void put_checkpoint(const EntityRef& entity, const EventKey& key, const CheckpointRow& row);
  void put(Family family, std::string_view key, std::string_view value);
  void erase(Family family, std::string_view key);
  void trim_cache();

  std::shared_ptr<Database> database_;
  LogState state_;
  MerkleFrontier tree_;
  bool clock_accepted_ = false;
  bool clock_row_written_ = false;
  TermWriter terms_;
  std::map<std::pair<char, std::string>, std::uint64_t> counters_;
  std::unordered_map<std::string, Entity> entities_;  // by entity prefix; a cache of what is on disk, plus this group
  std::size_t entities_bytes_ = 0;
  CoverageWriter coverage_;
  AnalyticsWriter analytics_;
  std::string line_;  // the exported line that is being hashed

  // Of the group that is being made.
  rocksdb::WriteBatch rows_ = make_rows();
  std::vector<PendingEvent> pending_;
  IdMap pending_ids_;
  std::vector<Entity*> touched_;
  std::map<std::string, CheckpointRow> pending_checkpoints_;                // by key
  std::map<std::pair<char, std::string>, std::uint64_t> touched_counters_;  // how many events this group added
  GraphChanges changes_;
};

}  // namespace govlog
