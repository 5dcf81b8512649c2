#include "query/timeline.h"

namespace govlog {

TimelineItem make_timeline_item(const EventView& event) {
  TimelineItem item;
  item.key = event.key();
  item.id = event.id;
  item.event_type = event.event_type;
  item.entity = {std::string(event.entity_type), std::string(event.entity_id)};
  if (event.actor) item.actor = std::string(*event.actor);
  item.description = event.description;
  item.status = event.status;
  item.risk_level = event.risk_level;
  return item;
}

EventRange range_after(EventRange range, Order order, const std::optional<EventKey>& after) {
  if (!after) return range;
  // Positions of events are neither 0 nor the greatest number, so neither step leaves the instant.
  if (order == Order::kAscending) {
    range.first = {after->created_at, after->position + 1};
  } else {
    range.last = {after->created_at, after->position - 1};
  }
  return range;
}

Result<TimelinePage> timeline(const ReadView& view, const TimelineQuery& query) {
  TimelinePage page;
  const EventRange whole{{query.from, 0}, {query.to, kPositionMax}};
  const EventRange range = range_after(whole, query.order, query.after);
  if (range.last < range.first) return page;
  GOVLOG_TRY(view.scan_events(range, query.order, query.filter, [&](const EventView& event) -> Result<bool> {
    if (page.items.size() == query.limit) {
      page.more = true;
      return false;
    }
    page.items.push_back(make_timeline_item(event));
    return true;
  }));
  return page;
}

}  // namespace govlog
