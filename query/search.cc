#include "query/search.h"

namespace govlog {

namespace {

SearchItem make_item(const EventView& event, const TextQuery& q, std::uint32_t score) {
  return {make_timeline_item(event), score, q.snippet(event)};
}

Result<SearchPage> newest(const ReadView& view, const SearchQuery& query, const EventRange& range) {
  SearchPage page;
  GOVLOG_TRY(view.scan_events(range, Order::kDescending, query.filter, [&](const EventView& event) -> Result<bool> {
    page.more = page.items.size() == query.limit;
    if (!page.more) page.items.push_back(make_item(event, *query.filter.q, 0));
    return !page.more;
  }));
  return page;
}

Result<SearchPage> best(const ReadView& view, const SearchQuery& query, const EventRange& range) {
  SearchPage page;
  std::vector<EventScore> found = GOVLOG_TRY(view.best_events(range, query.filter, query.after, query.limit + 1));
  page.more = found.size() > query.limit;
  if (page.more) found.pop_back();
  std::string buffer;
  for (const EventScore& scored : found) {
    const auto event = GOVLOG_TRY(view.event_at(scored.key.position, buffer));
    page.items.push_back(make_item(*event, *query.filter.q, scored.score));
  }
  return page;
}

}  // namespace

Result<SearchPage> search(const ReadView& view, const SearchQuery& query) {
  const EventRange whole{{query.from, 0}, {query.to, kPositionMax}};
  if (query.best_first) return best(view, query, whole);
  const auto after = query.after ? std::optional(query.after->key) : std::nullopt;
  return newest(view, query, range_after(whole, Order::kDescending, after));
}

}  // namespace govlog
