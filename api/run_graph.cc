// The handlers of graph and coverage.
#include "api/arguments.h"
#include "api/paging.h"
#include "api/picture.h"
#include "api/render_graph.h"
#include "api/run.h"
#include "codec/time.h"

#include <fmt/format.h>

namespace govlog {

namespace {

Result<std::optional<RelationSet>> relations_argument(const Arguments& arguments) {
  const std::vector<std::string> names = argument_list(arguments, "relations");
  if (names.empty()) return std::optional<RelationSet>{};
  RelationSet relations;
  for (const std::string& name : names) {
    if (name == "all") return std::optional(kAllRelations);
    const auto relation = find_relation(name);
    if (!relation) return argument_error("relations", fmt::format("{} is no relation", name));
    relations = relations.with(*relation);
  }
  return std::optional(relations);
}

NodeRef node_argument(const Arguments& arguments, std::string_view id, std::string_view label) {
  const auto given = argument(arguments, label);
  return {given ? find_label(*given).value_or(Label::kElement) : Label::kElement, argument(arguments, id).value_or("")};
}

Direction direction_argument(const Arguments& arguments) {
  const std::string given = argument(arguments, "direction").value_or("downstream");
  if (given == "both") return Direction::kBoth;
  return given == "upstream" ? Direction::kUpstream : Direction::kDownstream;
}

Result<std::string> run_path_of(const ReadRequest& request, bool with_events) {
  PathQuery query;
  query.from = node_argument(request.arguments, "from", "from_label");
  query.to = node_argument(request.arguments, "to", "to_label");
  query.relations = GOVLOG_TRY(relations_argument(request.arguments));
  query.at = GOVLOG_TRY(time_argument(request, "at"));
  query.known = GOVLOG_TRY(known_argument(request));
  query.with_events = with_events;
  const PathAnswer answer = GOVLOG_TRY(path(request.view, query));
  return render_path(answer, query.known);
}

/// Layer and element of a cursor: a flag, then the texts.
std::string encode_orphan(const OrphanKey& key) {
  return fmt::format("{}{}:{}{}", key.layer ? 'l' : 'n', key.layer ? key.layer->size() : 0, key.layer.value_or(""),
                     key.element);
}

Result<OrphanKey> decode_orphan(std::string_view text) {
  const Error bad = argument_error("cursor", "the cursor is none of ours");
  const std::size_t colon = text.find(':');
  if (text.empty() || colon == std::string_view::npos) return bad;
  const auto length = parse_digits(text.substr(1, colon - 1), text.size());
  if (!length || *length > text.size() - colon - 1) return bad;
  OrphanKey key;
  if (text.front() == 'l') key.layer = std::string(text.substr(colon + 1, *length));
  key.element = std::string(text.substr(colon + 1 + *length));
  return key;
}

}  // namespace

Result<std::string> run_impact(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  ImpactQuery query;
  query.root = node_argument(arguments, "element", "label");
  query.direction = direction_argument(arguments);
  query.depth = static_cast<std::uint32_t>(integer_argument(arguments, "depth").value_or(5));
  query.relations = GOVLOG_TRY(relations_argument(arguments));
  query.layer = argument(arguments, "layer");
  query.at = GOVLOG_TRY(time_argument(request, "at"));
  query.known = GOVLOG_TRY(known_argument(request));
  query.limit = static_cast<std::size_t>(integer_argument(arguments, "limit").value_or(1000));
  const ImpactAnswer answer = GOVLOG_TRY(impact(view, query));
  const auto format = find_picture_format(argument(arguments, "format").value_or(""));
  if (format) return draw(picture_of(answer, query.at.value_or(now), query.known), *format);
  return render_impact(query, answer, query.at.value_or(now), query.known);
}

Result<std::string> run_chain(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  ChainQuery query;
  query.change_request_id = argument(arguments, "change_request").value_or("");
  query.depth = static_cast<std::uint32_t>(integer_argument(arguments, "depth").value_or(5));
  query.at = GOVLOG_TRY(time_argument(request, "at"));
  query.known = GOVLOG_TRY(known_argument(request));
  query.limit = static_cast<std::size_t>(integer_argument(arguments, "limit").value_or(1000));
  const ChainAnswer answer = GOVLOG_TRY(impact_chain(view, query));
  const auto format = find_picture_format(argument(arguments, "format").value_or(""));
  if (format) return draw(picture_of(answer, query.at.value_or(now), query.known), *format);
  return render_chain(query, answer, query.at.value_or(now), query.known);
}

Result<std::string> run_path(const ReadView& view, Timestamp now, const Arguments& arguments) {
  return run_path_of({view, now, arguments}, false);
}

Result<std::string> run_why(const ReadView& view, Timestamp now, const Arguments& arguments) {
  return run_path_of({view, now, arguments}, true);
}

Result<std::string> run_coverage(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  CoverageQuery query;
  query.at = GOVLOG_TRY(time_argument(request, "at"));
  query.known = GOVLOG_TRY(known_argument(request));
  const CoverageAnswer answer = GOVLOG_TRY(coverage(view, query));
  return render_coverage(answer, query.at.value_or(now), query.known);
}

Result<std::string> run_orphans(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  Paging paging = GOVLOG_TRY(Paging::begin("orphans", request, Paging::Knows::kEverything));
  OrphansQuery query;
  for (const std::string& layer : paging.texts("layer")) query.layer = layer;
  query.at = GOVLOG_TRY(paging.time("at"));
  query.known = paging.known();
  query.limit = paging.limit();
  GOVLOG_TRY(paging.check());
  const auto after = paging.after_key();
  if (after) query.after = GOVLOG_TRY(decode_orphan(*after));
  const OrphansPage page = GOVLOG_TRY(orphans(view, query));
  const std::string last = page.items.empty() ? std::string() : encode_orphan(page.items.back().key);
  const std::string cursor = GOVLOG_TRY(paging.next_cursor(page.more, last));
  return render_orphans(page, cursor, query.known);
}

Result<std::string> run_trend(const ReadView& view, Timestamp now, const Arguments& arguments) {
  const ReadRequest request{view, now, arguments};
  TrendQuery query;
  auto period = parse_duration(argument(arguments, "period").value_or("30d"));
  if (!period.ok()) return period.take_error().with("parameter", "period");
  query.to = now;
  query.from = {now.micros - *period};
  const std::string bucket = argument(arguments, "bucket").value_or("day");
  query.bucket = bucket == "hour" ? Bucket::kHour : bucket == "week" ? Bucket::kWeek : Bucket::kDay;
  query.known = GOVLOG_TRY(known_argument(request));
  const std::vector<TrendPoint> points = GOVLOG_TRY(trend(view, query));
  return render_trend(query.bucket, points, query.known);
}

}  // namespace govlog
