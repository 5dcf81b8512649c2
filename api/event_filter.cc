#include "api/event_filter.h"

namespace govlog {

namespace {

Result<std::shared_ptr<const ContainsQuery>> contains_argument(Paging& paging) {
  const std::vector<std::string> given = paging.texts("contains");
  if (given.empty()) return std::shared_ptr<const ContainsQuery>();
  ContainsQuery query = GOVLOG_TRY(ContainsQuery::parse(given.front()));
  return std::shared_ptr<const ContainsQuery>(std::make_shared<ContainsQuery>(std::move(query)));
}

}  // namespace

Result<std::shared_ptr<const TextQuery>> q_argument(Paging& paging) {
  const std::vector<std::string> given = paging.texts("q");
  if (given.empty() || given.front().empty()) return std::shared_ptr<const TextQuery>();  // an empty q filters nothing
  TextQuery query = GOVLOG_TRY(TextQuery::parse(given.front()));
  return std::shared_ptr<const TextQuery>(std::make_shared<TextQuery>(std::move(query)));
}

Result<EventFilter> event_filter(Paging& paging) {
  EventFilter filter;
  filter.actors = paging.texts("actor");
  filter.event_types = paging.texts("event_type");
  filter.entity_types = paging.texts("entity_type");
  filter.entity_ids = paging.texts("entity_id");
  filter.known = paging.known();
  filter.q = GOVLOG_TRY(q_argument(paging));
  filter.contains = GOVLOG_TRY(contains_argument(paging));
  return filter;
}

}  // namespace govlog
