// What a view tells of analytics. The rows: engine/analytics_rows.h.

#include "engine/analytics_rows.h"
#include "engine/read_view.h"
#include "engine/snapshot.h"

namespace govlog {

Status ReadView::scan_analytics(AnalyticsUnit unit, Timestamp first, Timestamp last,
                                const std::function<Result<bool>(const AnalyticsRow&)>& visit) const {
  if (!snapshot_->database || first > last) return Ok{};
  const auto rows = snapshot_->database->iterate(Family::kViews, snapshot_->snapshot);
  const std::string end = analytics_key(unit, last);
  for (rows->Seek(analytics_key(unit, first)); rows->Valid() && view(rows->key()) <= end; rows->Next()) {
    const auto row = decode_analytics_row(unit, view(rows->key()), view(rows->value()));
    if (!row) return Error{Code::kCorruption, "a row of analytics does not decode", {}};
    const bool more = GOVLOG_TRY(visit(*row));
    if (!more) return Ok{};
  }
  if (!rows->status().ok()) return to_error(rows->status(), "reading analytics");
  return Ok{};
}

}  // namespace govlog
