#include "codec/time.h"
#include "tests/support/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <numeric>
#include <ranges>
#include <set>

namespace govlog::testing {
namespace {

bool any_of(const std::vector<std::string>& allowed, const std::optional<std::string>& value) {
  return allowed.empty() || (value && std::ranges::find(allowed, *value) != allowed.end());
}

/// PostgreSQL's `->>`.
std::optional<std::string> as_text(const Json* value) {
  if (value == nullptr || value->is(Json::Kind::kNull)) return std::nullopt;
  return value->is(Json::Kind::kString) ? value->text : value->canonical();
}

std::optional<std::string> status_of(const Json& data) {
  const std::optional<std::string> status = as_text(data.find("status"));
  return status ? status : as_text(data.find("new_status"));
}

Json risk_level_of(const Json& data) {
  const Json* level = data.find("risk_level");
  return level == nullptr || level->is(Json::Kind::kArray) || level->is(Json::Kind::kObject) ? Json::null() : *level;
}

Json title_of(const Json& state) {
  for (const std::string_view name : {"title", "name", "description", "action"}) {
    const Json* value = state.find(name);
    if (value != nullptr && value->is(Json::Kind::kString)) return *value;
  }
  return Json::null();
}

Json time_or_null(const std::optional<Timestamp>& time) { return time ? Json::string(format_time(*time)) : Json::null(); }

Answer refused(std::string code) {
  Answer answer;
  answer.code = std::move(code);
  return answer;
}

bool all_digits(const std::string& text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Json item_of(const ReferenceEvent& event) {
  Json item = Json::object();
  item.set("id", Json::string(event.id));
  item.set("position", Json::number(event.position));
  item.set("event_type", Json::string(event.event_type));
  item.set("entity_type", Json::string(event.entity_type));
  item.set("entity_id", Json::string(event.entity_id));
  item.set("actor", Json::maybe(event.actor));
  item.set("description", Json::maybe(as_text(event.data.find("description"))));
  item.set("status", Json::maybe(status_of(event.data)));
  item.set("risk_level", risk_level_of(event.data));
  item.set("created_at", Json::string(format_time(event.created_at)));
  return item;
}

const auto kEventOrder = [](const ReferenceEvent* left, const ReferenceEvent* right) { return left->key() < right->key(); };

}  // namespace

std::optional<Position> Reference::known(const Query& query) const {
  if (query.known_position) return *query.known_position <= last() ? query.known_position : std::nullopt;
  if (!query.known_time) return last();
  Position position = 0;
  for (const ReferenceEvent& event : events_) {
    if (event.recorded_at <= *query.known_time) position = event.position;
  }
  return position;
}

Reference::Events Reference::of_entity(const EntityRef& entity, Position known) const {
  Events out;
  for (const ReferenceEvent& event : events_ | std::views::take(known)) {
    if (event.entity_id == entity.entity_id && event.entity_type == entity.entity_type) out.push_back(&event);
  }
  std::ranges::sort(out, kEventOrder);
  return out;
}

Reference::Resolved Reference::resolve(const std::string& text, Position known) const {
  const std::size_t slash = text.find('/');
  std::optional<EntityRef> pair;  // what the text means when it is split
  std::set<std::string> types;
  std::set<std::string> known_types;
  for (const ReferenceEvent& event : events_) {
    if (slash != std::string::npos && event.entity_type == text.substr(0, slash) && event.entity_id == text.substr(slash + 1)) {
      pair = {event.entity_type, event.entity_id};
      if (event.position <= known) return {"", *pair};
    }
    if (event.entity_id != text) continue;
    types.insert(event.entity_type);
    if (event.position <= known) known_types.insert(event.entity_type);
  }
  // An answer stays what it was when the pair, or another type with the id, came later.
  if (pair && known_types.empty()) return {"", *pair};
  if (!known_types.empty()) types = known_types;
  if (types.empty()) return {"not_found", {}};
  if (types.size() > 1) return {"ambiguous_entity", {}};
  return {"", {*types.begin(), text}};
}

Answer Reference::answer(const Query& query, Timestamp now) const {
  const std::optional<Position> position = known(query);
  if (!position) return refused("invalid_argument");
  Answer out;
  if (query.operation == "timeline") out = timeline(query, *position, now);
  if (query.operation == "search") out = search(query, *position);
  if (query.operation == "list") out = list(query, *position);
  if (query.operation == "history" || query.operation == "replay") out = history(query, *position);
  if (query.operation == "at") out = time_travel(query, *position, now);
  if (query.operation == "diff") out = diff(query, *position);
  if (query.operation == "stats") out = stats(*position);
  if (query.operation == "analytics") out = analytics(query, *position, now);
  if (query.operation == "trend") out = trend(query.bucket, *position, now);
  static const std::set<std::string> kOnGraph{"coverage", "orphans", "impact", "chain", "path", "why"};
  if (kOnGraph.contains(query.operation)) out = graph(query, *position, now);
  if (out.code.empty()) out.body.set("log_position", Json::number(*position));
  return out;
}

Reference::Events Reference::matches(const Query& query, Position known, Timestamp from) const {
  Events found;
  for (const ReferenceEvent& event : events_ | std::views::take(known)) {
    if (event.created_at < from || (query.to && event.created_at > *query.to)) continue;
    if (!any_of(query.event_types, event.event_type) || !any_of(query.entity_types, event.entity_type) ||
        !any_of(query.entity_ids, event.entity_id) || !any_of(query.actors, event.actor))
      continue;
    if (!query.q.empty() && !answers(query.q, event)) continue;
    if (!query.contains || contains(event.data, *query.contains)) found.push_back(&event);
  }
  std::ranges::sort(found, kEventOrder);
  return found;
}

Answer Reference::timeline(const Query& query, Position known, Timestamp now) const {
  Events found = matches(query, known, query.from.value_or(Timestamp{now.micros - 90 * kMicrosPerDay}));
  if (!query.ascending) std::ranges::reverse(found);
  Answer out;
  out.paged = true;
  for (const ReferenceEvent* event : found) out.items.push_back(item_of(*event));
  return out;
}

Answer Reference::search(const Query& query, Position known) const {
  Events found = matches(query, known, query.from.value_or(kTimestampYear1));
  std::ranges::reverse(found);
  std::map<const ReferenceEvent*, std::uint64_t> scores;
  if (query.best_first) {
    for (const ReferenceEvent* event : found) scores[event] = score(query.q, *event);
    std::ranges::stable_sort(found, [&](const ReferenceEvent* a, const ReferenceEvent* b) { return scores[a] > scores[b]; });
  }
  Answer out;
  out.paged = true;
  for (const ReferenceEvent* event : found) {
    Json item = item_of(*event);
    const auto digits = static_cast<double>((scores[event] * 10'000 * 2 + 255) / (2 * 255));
    item.set("score", query.best_first ? Json::number(fmt::format("{}", digits / 10'000)) : Json::null());
    out.items.push_back(std::move(item));
  }
  return out;
}

Answer Reference::list(const Query& query, Position known) const {
  std::map<std::pair<std::string, std::string>, Events> entities;
  for (const ReferenceEvent& event : events_ | std::views::take(known)) {
    if (any_of(query.entity_types, event.entity_type)) entities[{event.entity_type, event.entity_id}].push_back(&event);
  }
  Answer out;
  out.paged = true;
  for (auto& [name, events] : entities) {
    std::ranges::sort(events, kEventOrder);
    Json state = Json::object();
    const ReferenceEvent* last_folded = nullptr;
    bool found = query.q.empty();
    for (const ReferenceEvent* event : events) {
      if (query.at && event->created_at > *query.at) break;
      fold(state, event->event_type, event->data);
      last_folded = event;
      found = found || answers(query.q, *event);
    }
    if (last_folded == nullptr || !found) continue;
    if (!any_of(query.statuses, as_text(state.find("status"))) || !any_of(query.layers, as_text(state.find("layer"))) ||
        !any_of(query.actors, last_folded->actor))
      continue;
    Json item = Json::object();
    item.set("entity_type", Json::string(name.first));
    item.set("entity_id", Json::string(name.second));
    item.set("title", title_of(state));
    item.set("status", Json::maybe(as_text(state.find("status"))));
    item.set("head_version", Json::number(std::uint64_t{events.size()}));
    item.set("created_at", Json::string(format_time(events.front()->created_at)));
    item.set("updated_at", Json::string(format_time(last_folded->created_at)));
    out.items.push_back(std::move(item));
  }
  return out;
}

Answer Reference::history(const Query& query, Position known) const {
  const Resolved resolved = resolve(query.entity, known);
  if (!resolved.code.empty()) return refused(resolved.code);
  Answer out;
  out.paged = true;
  out.body.set("entity_type", Json::string(resolved.entity.entity_type));
  out.body.set("entity_id", Json::string(resolved.entity.entity_id));
  Json state = Json::object();
  for (const ReferenceEvent* event : of_entity(resolved.entity, known)) {
    Json item = event->json();
    if (query.operation == "replay") {
      fold(state, event->event_type, event->data);
      item.set("state", Json::number(state.canonical()));
    }
    out.items.push_back(std::move(item));
  }
  return out;
}

Answer Reference::time_travel(const Query& query, Position known, Timestamp now) const {
  const Resolved resolved = resolve(query.entity, known);
  if (!resolved.code.empty()) return refused(resolved.code);
  const Events events = of_entity(resolved.entity, known);
  Json state = Json::object();
  const ReferenceEvent* last_folded = nullptr;
  for (const ReferenceEvent* event : events) {
    if (query.at && event->created_at > *query.at) break;
    fold(state, event->event_type, event->data);
    last_folded = event;
  }
  Answer out;
  out.body.set("entity_type", Json::string(resolved.entity.entity_type));
  out.body.set("entity_id", Json::string(resolved.entity.entity_id));
  out.body.set("at", Json::string(format_time(query.at.value_or(now))));
  out.body.set("exists", Json::boolean(last_folded != nullptr));
  out.body.set("version", last_folded == nullptr ? Json::null() : Json::number(last_folded->version));
  out.body.set("position", last_folded == nullptr ? Json::null() : Json::number(last_folded->position));
  out.body.set("head_version", Json::number(std::uint64_t{events.size()}));
  out.body.set("state", Json::number(state.canonical()));
  return out;
}

Reference::Side Reference::side(const std::string& ref, Position known) const {
  Side out;
  std::optional<EventKey> until;
  if (const std::size_t i = find_id(ref); i < known) {
    out.entity = {events_[i].entity_type, events_[i].entity_id};
    until = events_[i].key();
  } else {
    const std::size_t at = ref.rfind('@');
    if (at == std::string::npos) return {"not_found", {}, {}, {}};
    const Resolved resolved = resolve(ref.substr(0, at), known);
    if (!resolved.code.empty()) return {resolved.code, {}, {}, {}};
    out.entity = resolved.entity;
    const std::string moment = ref.substr(at + 1);
    if (!all_digits(moment)) {
      until = EventKey{parse_rfc3339(moment).take(), kPositionMax};
    } else {
      for (const ReferenceEvent* event : of_entity(out.entity, known)) {
        if (std::to_string(event->version) == moment) until = event->key();
      }
      if (!until) return {"not_found", {}, {}, {}};
    }
  }
  const ReferenceEvent* last_folded = nullptr;
  out.state = Json::object();
  for (const ReferenceEvent* event : of_entity(out.entity, known)) {
    if (event->key() > *until) break;
    fold(out.state, event->event_type, event->data);
    last_folded = event;
  }
  out.about = Json::object();
  out.about.set("ref", Json::string(ref));
  out.about.set("entity_type", Json::string(out.entity.entity_type));
  out.about.set("entity_id", Json::string(out.entity.entity_id));
  out.about.set("version", last_folded == nullptr ? Json::null() : Json::number(last_folded->version));
  out.about.set("position", last_folded == nullptr ? Json::null() : Json::number(last_folded->position));
  out.about.set("created_at", last_folded == nullptr ? Json::null() : Json::string(format_time(last_folded->created_at)));
  return out;
}

Answer Reference::diff(const Query& query, Position known) const {
  const Side from = side(query.from_ref, known);
  if (!from.code.empty()) return refused(from.code);
  const Side to = side(query.to_ref, known);
  if (!to.code.empty()) return refused(to.code);
  if (from.entity.entity_type != to.entity.entity_type) return refused("invalid_argument");
  Answer out;
  out.body.set("from", from.about);
  out.body.set("to", to.about);
  Json patch = Json::array();
  Json changes = Json::array();
  for (Json& change : difference(from.state, to.state)) {
    Json operation = Json::object();
    operation.set("op", *change.find("op"));
    operation.set("path", *change.find("path"));
    if (const Json* value = change.find("to")) operation.set("value", Json::number(value->canonical()));
    for (const std::string_view name : {"from", "to"}) {
      if (Json* value = change.find(name)) *value = Json::number(value->canonical());
    }
    patch.items.push_back(std::move(operation));
    changes.items.push_back(std::move(change));
  }
  out.body.set("patch", std::move(patch));
  out.body.set("changes", std::move(changes));
  return out;
}

Answer Reference::analytics(const Query& query, Position known, Timestamp now) const {
  struct Week {
    std::uint64_t crs_created = 0, crs_completed = 0, adrs_created = 0, adrs_accepted = 0;
    std::vector<double> levels;
  };
  std::map<std::string, Week, std::greater<>> weeks;  // by their Monday as text, newest first
  const Timestamp from = query.from.value_or(Timestamp{now.micros - 365 * kMicrosPerDay});
  for (const ReferenceEvent& event : events_ | std::views::take(known)) {
    if (event.created_at < from || (query.to && event.created_at > *query.to)) continue;
    const std::chrono::sys_time<std::chrono::microseconds> at{std::chrono::microseconds(event.created_at.micros)};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const auto monday = day - (std::chrono::weekday(day) - std::chrono::Monday);
    Week& week = weeks[format_time({monday.time_since_epoch().count() * kMicrosPerDay}).substr(0, 10)];
    const std::optional<std::string> status = as_text(event.data.find("new_status"));
    const std::optional<std::string> level = as_text(event.data.find("risk_level"));
    if (event.event_type == "ChangeRequestCreated") ++week.crs_created;
    if (event.event_type == "ChangeRequestStatusChanged" && status == "completed") ++week.crs_completed;
    if (event.event_type == "ADRCreated") ++week.adrs_created;
    if (event.event_type == "ADRStatusChanged" && status == "accepted") ++week.adrs_accepted;
    if (event.event_type == "ImpactAssessmentCreated" && level) week.levels.push_back(std::stod(*level));
  }
  Json items = Json::array();
  for (const auto& [monday, week] : weeks) {
    Json item = Json::object();
    item.set("week", Json::string(monday));
    item.set("crs_created", Json::number(week.crs_created));
    item.set("crs_completed", Json::number(week.crs_completed));
    item.set("adrs_created", Json::number(week.adrs_created));
    item.set("adrs_accepted", Json::number(week.adrs_accepted));
    const double sum = std::accumulate(week.levels.begin(), week.levels.end(), 0.0);
    std::string average = fmt::format("{}", sum / static_cast<double>(week.levels.size()));
    if (average.find_first_of(".e") == std::string::npos) average += ".0";
    item.set("avg_risk_level", week.levels.empty() ? Json::null() : Json::number(average));
    items.items.push_back(std::move(item));
  }
  Answer out;
  out.body.set("weeks", std::move(items));
  return out;
}

Answer Reference::stats(Position known) const {
  std::map<std::string, std::uint64_t> event_types;
  std::map<std::string, std::uint64_t> entity_types;
  std::set<std::pair<std::string_view, std::string_view>> entities;
  std::optional<Timestamp> first;
  std::optional<Timestamp> last_created;
  std::optional<Timestamp> last_recorded;
  for (const ReferenceEvent& event : events_ | std::views::take(known)) {
    ++event_types[event.event_type];
    ++entity_types[event.entity_type];
    entities.insert({event.entity_type, event.entity_id});
    first = std::min(first.value_or(event.created_at), event.created_at);
    last_created = std::max(last_created.value_or(event.created_at), event.created_at);
    last_recorded = event.recorded_at;
  }
  const auto counts = [](const std::map<std::string, std::uint64_t>& of) {
    Json out = Json::object();
    for (const auto& [name, count] : of) out.set(name, Json::number(count));
    return out;
  };
  Answer out;
  out.body.set("events", Json::number(known));
  out.body.set("entities", Json::number(std::uint64_t{entities.size()}));
  out.body.set("first_created_at", time_or_null(first));
  out.body.set("last_created_at", time_or_null(last_created));
  out.body.set("last_recorded_at", time_or_null(last_recorded));
  out.body.set("event_types", counts(event_types));
  out.body.set("entity_types", counts(entity_types));
  return out;
}

}  // namespace govlog::testing
