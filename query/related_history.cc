#include "query/related_history.h"

#include "codec/event_json.h"
#include "codec/json_text.h"
#include "query/timeline.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

namespace govlog {

namespace {

constexpr std::array<std::string_view, 3> kFollowed{"adr", "impact_assessment", "mitigation"};

Result<std::shared_ptr<const ContainsQuery>> naming(std::string_view change_request) {
  std::string document = R"({"change_request_id":)";
  append_json_string(document, change_request);
  document += '}';
  return std::shared_ptr<const ContainsQuery>(std::make_shared<ContainsQuery>(GOVLOG_TRY(ContainsQuery::parse(document))));
}

Result<std::set<EventKey>> related_keys(const ReadView& view, const HistoryQuery& query) {
  std::set<EventKey> keys;
  std::map<EntityRef, EventKey> followed;  // from the first event that names it on
  const auto take = [&](const EventView& event) -> Result<bool> {
    keys.insert(event.key());
    return true;
  };
  GOVLOG_TRY(view.scan_entity(query.entity, {}, Order::kAscending, query.known, take));
  EventFilter filter;
  filter.known = query.known;
  filter.contains = GOVLOG_TRY(naming(query.entity.entity_id));
  GOVLOG_TRY(view.scan_events({}, Order::kAscending, filter, [&](const EventView& event) -> Result<bool> {
    keys.insert(event.key());
    if (std::find(kFollowed.begin(), kFollowed.end(), event.entity_type) != kFollowed.end())
      followed.try_emplace({std::string(event.entity_type), std::string(event.entity_id)}, event.key());
    return true;
  }));
  for (const auto& [entity, first] : followed)
    GOVLOG_TRY(view.scan_entity(entity, range_after({}, Order::kAscending, first), Order::kAscending, query.known, take));
  return keys;
}

}  // namespace

Result<HistoryPage> related_history(const ReadView& view, const HistoryQuery& query) {
  const std::set<EventKey> keys = GOVLOG_TRY(related_keys(view, query));
  HistoryPage page;
  for (auto key = query.after ? keys.upper_bound(*query.after) : keys.begin(); key != keys.end(); ++key) {
    if (page.items.size() == query.limit) {
      page.more = true;
      break;
    }
    std::string bytes;
    const auto event = GOVLOG_TRY(view.event_at(key->position, bytes));
    if (!event)
      return Error{Code::kCorruption, "an index names an event that is not there", {}}.with("position", key->position);
    page.items.push_back({*key, {}});
    append_event_json(page.items.back().event, *event);
  }
  return page;
}

}  // namespace govlog
