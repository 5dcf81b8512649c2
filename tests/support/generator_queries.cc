#include "codec/time.h"
#include "tests/support/generator.h"
#include "tests/support/reference_graph.h"

#include <fmt/format.h>

#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace govlog::testing {

std::string Generator::entity_text() {
  if (reference_.events().empty() || one_in(30)) return "nobody/ever";
  const ReferenceEvent& event = any_event();
  return one_in(4) ? event.entity_id : event.entity_type + "/" + event.entity_id;
}

std::string Generator::version_ref(const ReferenceEvent& event) {
  const std::string entity = event.entity_type + "/" + event.entity_id;
  switch (below(6)) {
    case 0:
      return event.id;
    case 1:
      return entity + "@" + format_time(instant());
    case 2:
      return entity + "@" + format_time(event.created_at);
    case 3:
      return event.entity_id + "@" + std::to_string(event.version);
    case 4:
      return entity + "@" + std::to_string(event.version + (one_in(8) ? 100'000 : 0));
    default:
      return entity + "@" + std::to_string(1 + below(event.version));
  }
}

void Generator::ask_known(Query& query) {
  if (!one_in(3)) return;
  const bool safe =
      query.operation == "timeline" || query.operation == "search" || query.operation == "list" || query.operation == "stats";
  if (safe && one_in(20)) {
    query.known_position = reference_.last() + 1 + below(3);
  } else if (one_in(2) || reference_.events().empty()) {
    query.known_position = below(reference_.last() + 1);
  } else {
    query.known_time = Timestamp{any_event().recorded_at.micros + static_cast<std::int64_t>(below(3)) - 1};
  }
}

Query Generator::timeline() {
  Query out{.operation = "timeline"};
  if (!one_in(3)) out.from = one_in(2) ? kTimestampYear1 : instant();
  if (one_in(3)) out.to = instant();
  out.ascending = one_in(2);
  if (one_in(4)) out.q = words();
  if (reference_.events().empty()) return out;
  if (one_in(4)) out.contains = part_of(any_event().data);
  for (std::uint64_t i = one_in(2) ? below(3) : 0; i > 0; --i) out.event_types.push_back(any_event().event_type);
  for (std::uint64_t i = one_in(3) ? below(3) : 0; i > 0; --i) out.entity_types.push_back(any_event().entity_type);
  for (std::uint64_t i = one_in(4) ? below(3) : 0; i > 0; --i) out.entity_ids.push_back(any_event().entity_id);
  for (std::uint64_t i = one_in(3) ? below(3) : 0; i > 0; --i) {
    const std::optional<std::string>& actor = any_event().actor;
    out.actors.push_back(actor && !actor->empty() ? *actor : "nobody");
  }
  return out;
}

QueryText Generator::words() {
  static const std::vector<std::string> kWords{"one",    "two",    "words", "two words", "words two", "word",     "ß",  "SS",
                                               "true",   "7",      "ana",   "bo",        "draft",     "accepted", "e1", "e 3",
                                               "équipe", "Équipe", "Note",  "nowhere",   "e1-draft",  "A",        "ü"};
  QueryText out;
  for (std::uint64_t alternatives = one_in(3) ? 2 : 1; alternatives > 0; --alternatives) {
    std::vector<QueryTerm>& terms = out.emplace_back();
    for (std::uint64_t count = 1 + below(3); count > 0; --count) terms.push_back({!one_in(4), pick(kWords)});
  }
  return out;
}

/// Something that the value contains, or nearly so.
Json Generator::part_of(const Json& value) {
  Json out = value;
  std::erase_if(out.members, [&](const Json::Member&) { return one_in(2); });
  std::erase_if(out.items, [&](const Json&) { return one_in(2); });
  for (auto& [name, member] : out.members) member = part_of(member);
  for (Json& item : out.items) item = part_of(item);
  if (out.is(Json::Kind::kNumber) && out.text.find_first_of(".eE") == std::string::npos && one_in(2)) out.text += ".0";
  if (out.is(Json::Kind::kString) && one_in(12)) out.text += "x";
  return out;
}

Query Generator::search() {
  Query out = timeline();
  out.operation = "search";
  out.ascending = false;
  out.best_first = one_in(2);
  out.q = words();
  if (one_in(6) && !reference_.events().empty()) out.contains = part_of(any_event().data);
  return out;
}

Query Generator::list() {
  Query out{.operation = "list"};
  if (one_in(2)) out.at = instant();
  if (one_in(4)) out.q = words();
  if (reference_.events().empty()) return out;
  for (std::uint64_t i = one_in(3) ? below(3) : 0; i > 0; --i) out.entity_types.push_back(any_event().entity_type);
  if (one_in(3)) out.statuses = {pick(std::vector<std::string>{"draft", "accepted", "open"})};
  if (one_in(6)) out.layers = {pick(std::vector<std::string>{"business", "technical"}), "application"};
  if (one_in(5)) out.actors = {pick(std::vector<std::string>{"ana", "bo", "équipe"})};
  return out;
}

Query Generator::diff() {
  Query out{.operation = "diff"};
  if (reference_.events().empty()) {
    out.from_ref = out.to_ref = "none@1";
    return out;
  }
  const ReferenceEvent& one = any_event();
  const ReferenceEvent* other = &any_event();
  for (int i = 0; i < 400 && !one_in(8) && (other->entity_id != one.entity_id || other->entity_type != one.entity_type); ++i)
    other = &any_event();
  out.from_ref = version_ref(one);
  out.to_ref = version_ref(*other);
  return out;
}

Query Generator::analytics() {
  Query out{.operation = "analytics"};
  // Windows of weeks, of hours, and of an instant; some end before they begin.
  if (!one_in(4)) out.from = one_in(4) ? kTimestampYear1 : instant();
  if (one_in(2)) {
    const std::int64_t span = static_cast<std::int64_t>(below(one_in(2) ? 90 * 24 : 6)) * kMicrosPerDay / 24;
    out.to = out.from ? Timestamp{out.from->micros + span - static_cast<std::int64_t>(below(3))} : instant();
    if (*out.to < kTimestampYear1) out.to = kTimestampYear1;
  }
  return out;
}

std::pair<std::string, std::string> Generator::any_node() {
  if (reference_.events().empty() || one_in(40)) return {"Element", "nobody"};
  const ReferenceEvent* event = &any_event();
  std::vector<const ReferenceEvent*> one;
  for (int i = 0; i < 20; ++i, event = &any_event()) {
    std::set<NodeKey> named = named_nodes({event});
    std::erase_if(named, [](const NodeKey& node) { return node.second.empty(); });  // an empty argument is refused
    if (!named.empty()) return *std::next(named.begin(), static_cast<std::ptrdiff_t>(below(named.size())));
  }
  return {"Element", "e1"};
}

Query Generator::of_graph() {
  static const std::vector<std::string> kRelations{"TRACES_TO", "SERVES",  "REALIZES", "IMPACTS",  "AFFECTS",
                                                   "TRIGGERS",  "CREATES", "REQUIRES", "PREVIOUS", "SUPERSEDES",
                                                   "UPDATES",   "all",     "all"};
  Query out;
  constexpr Position kWhyMax = 120;  // the reference tells the graph after every event for it
  out.operation = pick(std::vector<std::string>{"coverage", "orphans", "trend", "impact", "impact", "impact", "chain", "path"});
  if (reference_.last() < kWhyMax && one_in(4)) out.operation = "why";
  if (out.operation == "trend") out.bucket = pick(std::vector<std::string>{"hour", "day", "week"});
  if (one_in(2) && out.operation != "trend") out.at = instant();
  if (out.operation == "orphans" && one_in(3)) out.layers = {"business"};
  if (out.operation == "coverage" || out.operation == "orphans" || out.operation == "trend") return out;
  std::tie(out.label, out.entity) = any_node();
  out.depth = 1 + below(6);
  if (one_in(4)) out.limit = 1 + below(4);
  if (out.operation != "chain") {
    for (std::uint64_t i = one_in(2) ? 1 + below(3) : 0; i > 0; --i) out.relations.push_back(pick(kRelations));
  }
  if (out.operation == "impact") {
    out.direction = pick(std::vector<std::string>{"downstream", "upstream", "both"});
    if (one_in(6)) out.layers = {"technical"};
  }
  constexpr std::size_t kEntityIdMax = 100;  // a diagram version's id may be longer, a change request's may not
  if (out.operation == "chain" && out.entity.size() > kEntityIdMax) out.entity = "CR-1";
  if (out.operation == "chain") out.label = "ChangeRequest";
  if (out.operation == "path" || out.operation == "why") {
    out.from_ref = std::exchange(out.entity, {});
    std::tie(out.to_label, out.to_ref) = any_node();
  }
  return out;
}

Query Generator::query() {
  Query out;
  switch (below(18)) {
    case 15:
    case 16:
    case 17:
      out = search();
      break;
    case 14:
      out = analytics();
      break;
    case 10:
    case 11:
    case 12:
    case 13:
      out = of_graph();
      break;
    case 0:
    case 1:
    case 2:
      out = timeline();
      break;
    case 3:
      out = list();
      break;
    case 4:
      out = diff();
      break;
    case 5:
      out = {.operation = "history", .entity = entity_text()};
      break;
    case 6:
      out = {.operation = "replay", .entity = entity_text()};
      break;
    case 7:
      out = one_in(4) ? Query{.operation = "stats"} : Query{.operation = "at", .entity = entity_text()};
      break;
    default:
      out = {.operation = "at", .entity = entity_text()};
      out.at = instant();
  }
  ask_known(out);
  return out;
}

}  // namespace govlog::testing
