#include "query/history.h"

#include "codec/event_json.h"
#include "codec/state.h"
#include "query/timeline.h"

namespace govlog {

Result<HistoryPage> history(const ReadView& view, const HistoryQuery& query) {
  HistoryPage page;
  std::string state(kEmptyState);
  if (query.with_states && query.after) {
    EntityState before = GOVLOG_TRY(view.state_at(query.entity, *query.after, query.known));
    state = std::move(before.state);
  }
  const EventRange range = range_after({}, Order::kAscending, query.after);
  GOVLOG_TRY(view.scan_entity(query.entity, range, Order::kAscending, query.known, [&](const EventView& event) -> Result<bool> {
    if (page.items.size() == query.limit) {
      page.more = true;
      return false;
    }
    HistoryItem item{event.key(), {}};
    if (query.with_states) {
      state = GOVLOG_TRY(fold_event(state, event.event_type, event.data));
      append_event_json(item.event, event, state);
    } else {
      append_event_json(item.event, event);
    }
    page.items.push_back(std::move(item));
    return true;
  }));
  return page;
}

}  // namespace govlog
