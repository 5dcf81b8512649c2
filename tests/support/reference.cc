#include "tests/support/reference.h"

#include "codec/time.h"

#include <algorithm>
#include <array>

namespace govlog::testing {
namespace {

constexpr std::array<std::string_view, 8> kReservedKeys{"actor_kind", "on_behalf_of", "approved_by", "client",
                                                        "tool",       "source",       "traceparent", "principal"};

/// Whether `draft` is a retry of `event`.
bool same_content(const Draft& draft, const ReferenceEvent& event) {
  if (draft.created_at && *draft.created_at != event.created_at) return false;
  Json kept = event.metadata;
  for (const std::string_view key : kReservedKeys) {
    if (draft.metadata.find(key) == nullptr) kept.erase(key);
  }
  return draft.event_type == event.event_type && draft.entity_type == event.entity_type && draft.entity_id == event.entity_id &&
         draft.actor == event.actor && draft.data.canonical() == event.data_text &&
         draft.metadata.canonical() == kept.canonical();
}

void merge(Json& target, const Json& patch) {
  if (!target.is(Json::Kind::kObject)) target = Json::object();
  for (const auto& [name, value] : patch.members) {
    if (value.is(Json::Kind::kNull)) {
      target.erase(name);
    } else if (value.is(Json::Kind::kObject)) {
      Json merged = Json::object();
      if (const Json* old = target.find(name)) merged = *old;
      merge(merged, value);
      target.set(name, std::move(merged));
    } else {
      target.set(name, value);
    }
  }
}

std::string escape_pointer(const std::string& name) {
  std::string out;
  for (const char c : name) out += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  return out;
}

Json change(const std::string& path, std::string_view op, const Json* from, const Json* to) {
  Json out = Json::object();
  out.set("path", Json::string(path));
  out.set("op", Json::string(op));
  if (from != nullptr) out.set("from", *from);
  if (to != nullptr) out.set("to", *to);
  return out;
}

void compare(const Json& from, const Json& to, const std::string& path, std::vector<Json>& out) {
  if (from.is(Json::Kind::kObject) && to.is(Json::Kind::kObject)) {
    std::vector<std::string> names;
    for (const auto& member : from.members) names.push_back(member.first);
    for (const auto& member : to.members) names.push_back(member.first);
    std::ranges::sort(names, utf16_less);
    names.erase(std::ranges::unique(names).begin(), names.end());
    for (const std::string& name : names) {
      const Json* left = from.find(name);
      const Json* right = to.find(name);
      const std::string below = path + "/" + escape_pointer(name);
      if (left != nullptr && right != nullptr) {
        compare(*left, *right, below, out);
      } else {
        out.push_back(change(below, left != nullptr ? "remove" : "add", left, right));
      }
    }
  } else if (from.is(Json::Kind::kArray) && to.is(Json::Kind::kArray)) {
    const std::size_t common = std::min(from.items.size(), to.items.size());
    for (std::size_t i = 0; i < common; ++i) compare(from.items[i], to.items[i], path + "/" + std::to_string(i), out);
    for (std::size_t i = from.items.size(); i > common; --i)
      out.push_back(change(path + "/" + std::to_string(i - 1), "remove", &from.items[i - 1], nullptr));
    for (std::size_t i = common; i < to.items.size(); ++i)
      out.push_back(change(path + "/" + std::to_string(i), "add", nullptr, &to.items[i]));
  } else if (from.canonical() != to.canonical()) {
    out.push_back(change(path, "replace", &from, &to));
  }
}

}  // namespace

void fold(Json& state, const std::string& event_type, const Json& data) {
  if (event_type == "TraceabilityLinkAdded") {
    state = data;
    const Json* link_type = state.find("link_type");
    if (link_type == nullptr || link_type->is(Json::Kind::kNull)) state.set("link_type", Json::string("TRACES_TO"));
    state.set("removed", Json::boolean(false));
  } else if (event_type == "TraceabilityLinkRemoved") {
    state.set("removed", Json::boolean(true));
  } else if (event_type.ends_with("StatusChanged")) {
    Json rest = data;
    rest.erase("old_status");
    rest.erase("new_status");
    merge(state, rest);
    const Json* status = data.find("new_status");
    if (status != nullptr && !status->is(Json::Kind::kNull)) state.set("status", *status);
  } else {
    merge(state, data);
  }
}

std::vector<Json> difference(const Json& from, const Json& to) {
  std::vector<Json> out;
  compare(from, to, "", out);
  return out;
}

Json Draft::json() const {
  Json out = Json::object();
  if (id) out.set("id", Json::string(*id));
  out.set("event_type", Json::string(event_type));
  out.set("entity_type", Json::string(entity_type));
  out.set("entity_id", Json::string(entity_id));
  if (actor) out.set("actor", Json::string(*actor));
  out.set("data", data);
  if (!metadata.members.empty()) out.set("metadata", metadata);
  if (created_at) out.set("created_at", Json::string(format_time(*created_at)));
  if (expected_version) out.set("expected_version", Json::number(*expected_version));
  return out;
}

Json ReferenceEvent::json() const {
  Json out = Json::object();
  out.set("position", Json::number(position));
  out.set("id", Json::string(id));
  out.set("event_type", Json::string(event_type));
  out.set("entity_type", Json::string(entity_type));
  out.set("entity_id", Json::string(entity_id));
  out.set("version", Json::number(version));
  out.set("actor", Json::maybe(actor));
  out.set("data", Json::number(data_text));  // canonical text as it stands: a token like any other to the writer
  out.set("metadata", Json::number(metadata_text));
  out.set("created_at", Json::string(format_time(created_at)));
  out.set("recorded_at", Json::string(format_time(recorded_at)));
  return out;
}

std::string ReferenceEvent::line() const { return json().plain(); }

std::size_t Reference::find_id(const std::string& id) const {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (events_[i].id == id) return i;
  }
  return events_.size();
}

AppendOutcome Reference::append(const std::vector<Draft>& batch, Timestamp clock) {
  AppendOutcome outcome;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (batch[i].created_at && batch[i].created_at->micros > clock.micros + kMicrosPerDay)
      return {"future_timestamp", i, {}, {}, {}};
  }
  if (!events_.empty() && !batch.empty() && clock.micros + kMicrosPerDay < events_.back().recorded_at.micros)
    return {"clock_behind", 0, {}, {}, {}};
  const std::size_t before = events_.size();
  const Timestamp recorded_at = before == 0 ? clock : std::max(clock, events_.back().recorded_at);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const Draft& draft = batch[i];
    const std::size_t found = draft.id ? find_id(*draft.id) : events_.size();
    std::uint64_t version = 0;
    for (const ReferenceEvent& event : events_)
      version += event.entity_type == draft.entity_type && event.entity_id == draft.entity_id ? 1 : 0;
    const bool duplicate = found < events_.size();
    if (duplicate) {
      if (!same_content(draft, events_[found])) outcome.code = "id_conflict";
    } else if (draft.expected_version && *draft.expected_version != version) {
      outcome.code = "version_conflict";
      outcome.actual = version;
    } else {
      events_.push_back({events_.size() + 1, draft.id.value_or(""), draft.event_type, draft.entity_type, draft.entity_id,
                         draft.actor, draft.data, draft.metadata, draft.created_at.value_or(recorded_at), recorded_at,
                         version + 1, draft.data.canonical(), draft.metadata.canonical()});
    }
    if (!outcome.code.empty()) {
      outcome.place = i;
      events_.resize(before);
      return outcome;
    }
    outcome.events.push_back(found);
    outcome.duplicates.push_back(duplicate);
  }
  return outcome;
}

bool Reference::adopt(const Json& line) {
  const auto text = [&](std::string_view name) {
    const Json* member = line.find(name);
    return member == nullptr ? std::string() : member->text;
  };
  ReferenceEvent event;
  event.position = events_.size() + 1;
  event.id = text("id");
  event.event_type = text("event_type");
  event.entity_type = text("entity_type");
  event.entity_id = text("entity_id");
  if (const Json* actor = line.find("actor"); actor != nullptr && actor->is(Json::Kind::kString)) event.actor = actor->text;
  event.data = *line.find("data");
  event.metadata = *line.find("metadata");
  const Result<Timestamp> created_at = parse_rfc3339(text("created_at"));
  const Result<Timestamp> recorded_at = parse_rfc3339(text("recorded_at"));
  if (!created_at.ok() || !recorded_at.ok()) return false;
  event.created_at = *created_at;
  event.recorded_at = *recorded_at;
  event.version = std::strtoull(text("version").c_str(), nullptr, 10);
  event.data_text = event.data.canonical();
  event.metadata_text = event.metadata.canonical();
  const bool sound = text("position") == std::to_string(event.position) &&
                     (events_.empty() || events_.back().recorded_at <= event.recorded_at);
  events_.push_back(std::move(event));
  return sound;
}

}  // namespace govlog::testing
