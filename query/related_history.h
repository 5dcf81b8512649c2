#pragma once
// What became of a change request: its events, and those of what was made for it.

#include "query/history.h"

namespace govlog {

/// The events of the change request `query.entity`, those whose data names it as `change_request_id`, and all later events of the assessments, mitigations and decisions among
/// those, in event order. Without states. O(all of them), whatever the page.
Result<HistoryPage> related_history(const ReadView& view, const HistoryQuery& query);

}  // namespace govlog
