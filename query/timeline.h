#pragma once
// What happened: events by the time of the fact, filtered.

#include "base/result.h"
#include "engine/read_view.h"

#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct TimelineQuery {
  Timestamp from = kTimestampMin;  // inclusive, as `to`
  Timestamp to = kTimestampMax;
  EventFilter filter;
  Order order = Order::kDescending;
  std::size_t limit = 100;
  std::optional<EventKey> after;  // last item of the page before
};

struct TimelineItem {
  EventKey key;
  Uuid id;
  std::string event_type;
  EntityRef entity;
  std::optional<std::string> actor;
  // JSON tokens as they stand in the event's data, empty for null.
  std::string description;
  std::string status;
  std::string risk_level;
};

struct TimelinePage {
  std::vector<TimelineItem> items;
  bool more = false;  // something follows the last item
};

TimelineItem make_timeline_item(const EventView& event);

Result<TimelinePage> timeline(const ReadView& view, const TimelineQuery& query);

/// `range` without what stands up to and at `after`, in the given order.
EventRange range_after(EventRange range, Order order, const std::optional<EventKey>& after);

}  // namespace govlog
