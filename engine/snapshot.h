#pragma once
// What a ReadView stands on. Private to engine.

#include "engine/database.h"
#include "engine/garbage_line.h"
#include "engine/graph_keeper.h"
#include "engine/read_view.h"
#include "engine/segment_index.h"

#include <atomic>
#include <memory>
#include <mutex>

namespace govlog {

/// The log at one position. Without a database: an empty log.
struct ReadView::Snapshot {
  std::shared_ptr<const Database> database;
  const rocksdb::Snapshot* snapshot = nullptr;  // null of a database that is open for reading: it does not change
  Position position = 0;
  std::uint64_t entities = 0;
  std::shared_ptr<SegmentIndex> segments;

  GarbagePlace garbage;                      // keeps what the graph outgrows later
  std::shared_ptr<const ImpactGraph> graph;  // null where it was not open when this was published
  std::shared_ptr<GraphKeeper> keeper;       // null of an empty log
  mutable std::atomic<const ImpactGraph*> opened =
      nullptr;                         // the keeper's, once it was asked for: then nobody waits for it again
  mutable std::mutex own_graph_mutex;  // held while a graph of this snapshot alone is made
  mutable std::shared_ptr<const ImpactGraph> own_graph;

  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() {
    if (snapshot != nullptr) database->db().ReleaseSnapshot(snapshot);
  }
};

/// Newest or oldest first, events of `snapshot` that pass `filter`, found through postings or entity rows.
Status scan_filtered(const ReadView::Snapshot& snapshot, const EventRange& range, Order order, const EventFilter& filter,
                     const EventVisitor& visit);

}  // namespace govlog
