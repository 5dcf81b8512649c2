#pragma once
// Events that answer a text query, best first or newest first, each with the place where it does.

#include "base/result.h"
#include "engine/read_view.h"
#include "query/timeline.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace govlog {

struct SearchQuery {
  Timestamp from = kTimestampMin;  // inclusive, as `to`
  Timestamp to = kTimestampMax;
  EventFilter filter;  // with its `q`
  bool best_first = true;
  std::size_t limit = 100;
  std::optional<EventScore> after;  // last item of the page before; newest first: its key alone counts
};

struct SearchItem {
  TimelineItem event;
  std::uint32_t score = 0;  // best first; EventScore
  std::string snippet;      // TextQuery::snippet
};

struct SearchPage {
  std::vector<SearchItem> items;
  bool more = false;  // something follows the last item
};

/// Newest first: as timeline(). Best first: ReadView::best_events.
Result<SearchPage> search(const ReadView& view, const SearchQuery& query);

}  // namespace govlog
