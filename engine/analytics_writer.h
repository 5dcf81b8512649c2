#pragma once
// Keeps the rows of engine/analytics_rows.h right with each append. Private to engine; one thread at a time.
//
// What a group adds is gathered by week and hour, and a row is written once a group. Rows that were written lately are remembered, so that a log
// whose times rise reads none.

#include "base/result.h"
#include "engine/analytics_rows.h"
#include "engine/database.h"

#include <map>
#include <utility>

namespace rocksdb {
class WriteBatch;
}

namespace govlog {

class AnalyticsWriter {
 public:
  void begin_group() { added_.clear(); }

  /// An event of the group. O(log(units of the group)).
  void add(const EventView& event);

  /// Adds to `rows` what the group makes of the rows in `database`. O(units of the group). kCorruption, kIoError.
  Status finish_group(const Database& database, rocksdb::WriteBatch& rows);

 private:
  using Rows = std::map<std::pair<AnalyticsUnit, Timestamp>, AnalyticsRow>;

  Rows added_;  // by this group
  Rows known_;  // some of the rows on disk
};

}  // namespace govlog
