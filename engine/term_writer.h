#pragma once
// What appends add to family terms. Private to engine; one thread at a time.
//
// An event's terms wait as a forward row until its segment is full; then the rows are read back, those of this group apart, and sealed. Nothing is kept between groups.

#include "base/result.h"
#include "codec/event.h"
#include "codec/event_terms.h"
#include "engine/database.h"
#include "engine/forward_row.h"

#include <vector>

namespace rocksdb {
class WriteBatch;
}

namespace govlog {

class TermWriter {
 public:
  /// Adds `event`, whose position is the next one, and seals the segment that it fills. `rows` gets the group's rows. kCorruption where the segment's earlier rows do not
  /// decode. O(text of the event); amortised, sealing it.
  Status add(const Database& database, const EventView& event, rocksdb::WriteBatch& rows);

  /// Puts what waits into `rows`. Ends the group.
  void finish_group(const Database& database, rocksdb::WriteBatch& rows);

  /// Forgets the group.
  void begin_group() { waiting_.clear(); }

 private:
  Status seal(const Database& database, std::uint32_t segment, rocksdb::WriteBatch& rows);

  TermCollector collector_;
  std::vector<ForwardRow> waiting_;  // of the open segment, from this group
};

}  // namespace govlog
