#include "api/run.h"

#include "api/arguments.h"
#include "api/damage.h"
#include "api/event_filter.h"
#include "api/paging.h"
#include "api/render.h"
#include "codec/event_types.h"
#include "query/analytics.h"
#include "query/diff.h"
#include "query/element.h"
#include "query/event.h"
#include "query/history.h"
#include "query/list.h"
#include "query/related_history.h"
#include "query/resolve.h"
#include "query/search.h"
#include "query/stats.h"
#include "query/time_travel.h"
#include "query/timeline.h"

#include <fmt/format.h>

namespace govlog {

namespace {

Result<PageEnd> page_end(const Paging& paging, bool more, const std::string& last_key) {
  PageEnd end;
  end.next_cursor = GOVLOG_TRY(paging.next_cursor(more, last_key));
  end.log_position = paging.known();
  return end;
}

Result<VersionRef> version_argument(const ReadRequest& request, std::string_view name) {
  auto ref = parse_version_ref(argument(request.arguments, name).value_or(""), request.now);
  if (!ref.ok()) return ref.take_error().with("parameter", std::string(name));
  return ref;
}

/// The entity that the request names, over what was known at `known`.
Result<EntityRef> entity_argument(const ReadRequest& request, Position known) {
  const auto is = argument(request.arguments, "entity_is");
  const EntityText form = !is ? EntityText::kPairOrId : *is == "id" ? EntityText::kId : EntityText::kPair;
  return resolve_entity(request.view, argument(request.arguments, "entity").value_or(""), known, form);
}

Result<std::string> run_events_of_entity(std::string_view operation, const ReadRequest& request, bool with_states) {
  Paging paging = GOVLOG_TRY(Paging::begin(operation, request));
  HistoryQuery query;
  query.entity = GOVLOG_TRY(entity_argument(request, paging.known()));
  query.with_states = with_states;
  query.known = paging.known();
  query.limit = paging.limit();
  paging.tell("entity_type", query.entity.entity_type);
  paging.tell("entity_id", query.entity.entity_id);
  const bool related = argument(request.arguments, "include") == "related";
  paging.tell("include", related ? "related" : "");
  GOVLOG_TRY(paging.check());
  query.after = GOVLOG_TRY(paging.after_event());
  const bool element = query.entity.entity_type == kElementType;
  const HistoryPage page = GOVLOG_TRY(related   ? related_history(request.view, query)
                                      : element ? element_history(request.view, query)
                                                : history(request.view, query));
  const PageEnd end = GOVLOG_TRY(page_end(paging, page.more, page.items.empty() ? "" : encode_key(page.items.back().key)));
  return render_history(query.entity, page, end);
}

}  // namespace

Result<std::string> run_timeline(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  Paging paging = GOVLOG_TRY(Paging::begin("timeline", request));
  TimelineQuery query;
  const auto from = GOVLOG_TRY(paging.time("from", "90d"));
  const auto to = GOVLOG_TRY(paging.time("to"));
  query.from = from.value_or(kTimestampMin);
  query.to = to.value_or(kTimestampMax);
  query.filter = GOVLOG_TRY(event_filter(paging));
  query.order = argument(arguments, "order") == "asc" ? Order::kAscending : Order::kDescending;
  query.limit = paging.limit();
  paging.tell("order", query.order == Order::kAscending ? "asc" : "desc");
  GOVLOG_TRY(paging.check());
  query.after = GOVLOG_TRY(paging.after_event());
  const TimelinePage page = GOVLOG_TRY(timeline(view, query));
  const PageEnd end = GOVLOG_TRY(page_end(paging, page.more, page.items.empty() ? "" : encode_key(page.items.back().key)));
  return render_timeline(page, end);
}

Result<std::string> run_search(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  Paging paging = GOVLOG_TRY(Paging::begin("search", request));
  SearchQuery query;
  query.from = GOVLOG_TRY(paging.time("from")).value_or(kTimestampMin);
  query.to = GOVLOG_TRY(paging.time("to")).value_or(kTimestampMax);
  query.filter = GOVLOG_TRY(event_filter(paging));
  if (!query.filter.q) return argument_error("q", "q is empty, expected words to look for");
  query.best_first = argument(arguments, "order") != "newest";
  query.limit = paging.limit();
  paging.tell("order", query.best_first ? "best" : "newest");
  GOVLOG_TRY(paging.check());
  if (const auto key = paging.after_key()) query.after = GOVLOG_TRY(decode_score_key(*key));
  const SearchPage page = GOVLOG_TRY(search(view, query));
  const std::string last =
      page.items.empty() ? "" : encode_key(EventScore{page.items.back().score, page.items.back().event.key});
  const PageEnd end = GOVLOG_TRY(page_end(paging, page.more, last));
  return render_search(page, query.best_first, end);
}

Result<std::string> run_list(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  Paging paging = GOVLOG_TRY(Paging::begin("list", request));
  ListQuery query;
  query.entity_types = paging.texts("entity_type");
  query.statuses = paging.texts("status");
  query.layers = paging.texts("layer");
  query.actors = paging.texts("actor");
  query.q = GOVLOG_TRY(q_argument(paging));
  query.at = GOVLOG_TRY(paging.time("at"));
  query.known = paging.known();
  query.limit = paging.limit();
  GOVLOG_TRY(paging.check());
  query.after = GOVLOG_TRY(paging.after_entity());
  const ListPage page = GOVLOG_TRY(list(view, query));
  const PageEnd end = GOVLOG_TRY(page_end(paging, page.more, page.items.empty() ? "" : encode_key(page.items.back().entity)));
  return render_list(page, end);
}

Result<std::string> run_history(const ReadView& view, Timestamp now, const Arguments& arguments) {
  return run_events_of_entity("history", {view, now, arguments}, false);
}

Result<std::string> run_replay(const ReadView& view, Timestamp now, const Arguments& arguments) {
  return run_events_of_entity("replay", {view, now, arguments}, true);
}

Result<std::string> run_at(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  TimeTravelQuery query;
  query.at = GOVLOG_TRY(time_argument(request, "at"));
  query.known = GOVLOG_TRY(known_argument(request));
  query.entity = GOVLOG_TRY(entity_argument(request, query.known));
  if (query.entity.entity_type == kElementType) {
    const ElementAnswer element = GOVLOG_TRY(element_at(view, query.entity.entity_id, query.at, query.known));
    return render_element(query.entity.entity_id, element, query.at.value_or(now), query.known);
  }
  TimeTravel found = GOVLOG_TRY(time_travel(view, query));
  return render_time_travel({query.entity, query.at.value_or(now), std::move(found), query.known});
}

Result<std::string> run_diff(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  DiffQuery query;
  query.from = GOVLOG_TRY(version_argument(request, "from"));
  query.to = GOVLOG_TRY(version_argument(request, "to"));
  query.known = GOVLOG_TRY(known_argument(request));
  const Diff answer = GOVLOG_TRY(diff(view, query));
  return render_diff(answer, query.known);
}

Result<std::string> run_analytics(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  AnalyticsQuery query;
  const auto from = GOVLOG_TRY(time_argument(request, "from", "365d"));
  const auto to = GOVLOG_TRY(time_argument(request, "to"));
  query.from = from.value_or(kTimestampMin);
  query.to = to.value_or(kTimestampMax);
  query.known = GOVLOG_TRY(known_argument(request));
  const std::vector<AnalyticsWeek> weeks = GOVLOG_TRY(analytics(view, query));
  return render_analytics(weeks, query.known);
}

Result<std::string> run_event(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  const Position known = GOVLOG_TRY(known_argument(request));
  auto answer = event_line(view, argument(arguments, "event").value_or(""), known);
  if (!answer.ok()) return answer.take_error().with("parameter", "event");
  return answer;
}

Result<std::string> run_stats(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  const Position known = GOVLOG_TRY(known_argument(request));
  const LogStats answer = GOVLOG_TRY(stats(view, known));
  return render_stats(answer, known);
}

bool asks_for_picture(const Arguments& arguments) { return argument(arguments, "format").value_or("json") != "json"; }

Result<std::string> run_operation(const Operation& operation, const Store& store, const Arguments& given,
                                  const ReadWatch& watch) {
  const Arguments arguments = GOVLOG_TRY(with_first_page(operation.name, given));
  GOVLOG_TRY(check_arguments(operation.parameters, arguments));
  const ReadView view = store.read();
  Result<std::string> answer = operation.run_watched != nullptr ? operation.run_watched(view, store.now(), arguments, watch)
                                                                : operation.run(view, store.now(), arguments);
  const auto damage = store.damage();
  if (!damage) return answer;
  if (!answer.ok()) return beside_damage(answer.take_error(), *damage);
  if (!asks_for_picture(arguments)) add_damage(*answer, *damage);
  return answer;
}

}  // namespace govlog
