#include "tests/support/generator.h"

#include "codec/time.h"
#include "codec/uuid.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace govlog::testing {
namespace {

using Texts = std::vector<std::string>;

const Texts kIds{"A",
                 "B",
                 "adr/A",
                 "a/b",
                 "x@1",
                 "50%",
                 "p|q",
                 "ü",
                 "😀 x",
                 "A@2025",
                 "#",
                 "0",
                 "it's \"quoted\"",
                 "long-" + std::string(95, 'y')};
const Texts kTypes{"change_request", "trace", "diagram", "adr", "impact_assessment", "mitigation", "thing"};
const Texts kElements{"e1", "e2", "e 3", "A", "ü", "e1", "draft"};
const Texts kLinkTypes{"TRACES_TO", "REALIZES", "VALIDATES", "SERVES"};
const Texts kActors{"ana", "bo", "", "équipe", "ana "};
const Texts kStatuses{"draft", "accepted", "", "completed", "open"};
const Texts kLayers{"business", "application", "technical"};
const Texts kKeys{"title", "name",   "description", "action", "status", "layer", "risk_level", "k1",
                  "k2",    "nested", "list",        "é",      "😀",      "a/b",   "~t",         ""};
const Texts kStrings{"", "one", "two words", "\u0001\n\t\"\\/", "ß 😀", "\uffff", "true", "7"};
const Texts kNumbers{"0", "-0", "0.10", "1e400", "12345678901234567890", "7", "7.0", "-1E-9", "3"};
const Texts kReserved{"actor_kind", "source", "client", "on_behalf_of"};

const std::map<std::string, Texts> kEventTypes{
    {"change_request", {"ChangeRequestCreated", "ChangeRequestUpdated", "ChangeRequestStatusChanged"}},
    {"adr", {"ADRCreated", "ADRStatusChanged"}},
    {"diagram", {"DiagramVersionCreated"}},
    {"trace", {"TraceabilityLinkAdded", "TraceabilityLinkAdded", "TraceabilityLinkRemoved"}},
    {"impact_assessment", {"ImpactAssessmentCreated"}},
    {"mitigation", {"ImpactMitigationAdded"}},
};
const Texts kFreeTypes{"Note", "NoteStatusChanged", "Ünicode ✎", "Note"};
const std::map<std::string, Texts> kStringFields{
    {"ChangeRequestCreated", {"title", "type", "description", "status", "priority"}},
    {"ChangeRequestStatusChanged", {"new_status", "old_status", "reason"}},
    {"ADRCreated", {"title", "status", "decision", "context"}},
    {"ADRStatusChanged", {"new_status", "old_status"}},
    {"DiagramVersionCreated", {"version", "layer", "name", "type"}},
    {"ImpactAssessmentCreated", {"direction", "effort", "description"}},
    {"ImpactMitigationAdded", {"action", "status", "owner"}},
};
/// Members that the graph is made of, for events that may hold anything in them.
const Texts kGraphKeys{"impacts",    "affects",   "change_request_id", "supersedes", "superseded_by", "from_element",
                       "to_element", "link_type", "removed",           "title",      "action",        "risk_level"};

bool listed(const std::string& event_type, const std::string& name) {
  static const Texts kAll{"title",  "type",       "description", "status", "priority", "impacts",
                          "reason", "risk_level", "layer",       "name",   "elements", "action"};
  const bool free = event_type == "ChangeRequestUpdated" || std::ranges::find(kFreeTypes, event_type) != kFreeTypes.end();
  return !free && std::ranges::find(kAll, name) != kAll.end();
}

}  // namespace

Json Generator::value(int depth) {
  switch (below(depth > 0 ? 9 : 7)) {
    case 0:
      return Json::null();
    case 1:
      return Json::boolean(one_in(2));
    case 2:
      return Json::number(pick(kNumbers));
    case 3:
    case 4:
      return Json::string(pick(kStrings));
    case 5:
      return Json::string(pick(kStatuses));
    case 6:
      return Json::number(pick(kNumbers));
    case 7: {
      Json out = Json::array();
      for (std::uint64_t i = below(4); i > 0; --i) out.items.push_back(value(depth - 1));
      return out;
    }
    default: {
      Json out = Json::object();
      for (std::uint64_t i = below(4); i > 0; --i) out.set(pick(kKeys), value(depth - 1));
      return out;
    }
  }
}

Json Generator::data(const std::string& event_type) {
  Json out = Json::object();
  for (std::uint64_t i = below(5); i > 0; --i) {
    const std::string& key = pick(kKeys);
    if (!listed(event_type, key)) out.set(key, value(2));
  }
  const auto fields = kStringFields.find(event_type);
  if (fields != kStringFields.end()) {
    for (const std::string& name : fields->second) {
      const bool needed = name == "new_status" || name.ends_with("_element");
      if (needed || one_in(2))
        out.set(name, one_in(8) && !needed ? Json::null() : Json::string(name == "layer" ? pick(kLayers) : pick(kStatuses)));
    }
  }
  add_graph_fields(event_type, out);
  const bool free = event_type == "NoteStatusChanged" ? !one_in(4) : !event_type.ends_with("StatusChanged") && one_in(40);
  if (free) out.set("new_status", value(1));
  return out;
}

Json Generator::some_ids(const std::vector<std::string>& from) {
  Json out = Json::array();
  for (std::uint64_t i = below(4); i > 0; --i) out.items.push_back(Json::string(pick(from)));
  return out;
}

Json Generator::element() {
  Json out = Json::object();
  out.set("id", Json::string(pick(kElements)));
  if (one_in(3)) out.set("layer", one_in(5) ? Json::null() : Json::string(pick(kLayers)));
  if (one_in(3)) out.set("name", Json::string(pick(kStrings)));
  if (one_in(3)) out.set("type", Json::string(pick(kStatuses)));
  return out;
}

void Generator::add_graph_fields(const std::string& event_type, Json& data) {
  const auto maybe = [&](std::string_view name, Json value) {
    if (one_in(2)) data.set(name, one_in(8) ? Json::null() : std::move(value));
  };
  const auto id_or_ids = [&](const Texts& from) { return one_in(2) ? Json::string(pick(from)) : some_ids(from); };
  if (event_type == "ChangeRequestCreated") maybe("impacts", some_ids(kElements));
  if (event_type == "ImpactAssessmentCreated") {
    maybe("affects", some_ids(kElements));
    maybe("risk_level", one_in(2) ? Json::number("-7") : Json::string(pick(Texts{"3", "+2147483647", "-1"})));
  }
  if (event_type == "ADRCreated") maybe("supersedes", id_or_ids(kIds));
  if (event_type == "ADRStatusChanged") maybe("superseded_by", id_or_ids(kIds));
  if (event_type == "ADRCreated" || event_type == "DiagramVersionCreated" || event_type.starts_with("Impact"))
    maybe("change_request_id", Json::string(kIds[below(4)]));
  if (event_type == "DiagramVersionCreated" && !one_in(3)) {
    Json elements = Json::array();
    for (std::uint64_t i = below(4); i > 0; --i) elements.items.push_back(element());
    data.set("elements", std::move(elements));
  }
  if (event_type == "TraceabilityLinkAdded" || (event_type == "TraceabilityLinkRemoved" && one_in(4))) {
    data.set("from_element", Json::string(pick(kElements)));
    data.set("to_element", Json::string(pick(kElements)));
    maybe("link_type", Json::string(pick(kLinkTypes)));
  }
  const bool free = event_type == "ChangeRequestUpdated" || std::ranges::find(kFreeTypes, event_type) != kFreeTypes.end();
  for (std::uint64_t i = free ? below(3) : 0; i > 0; --i) {
    const std::string& key = pick(kGraphKeys);
    const bool listed_strings = event_type == "ChangeRequestUpdated" && key == "title";
    if (listed_strings) continue;
    data.set(key, one_in(3) ? value(1) : one_in(4) ? Json::boolean(one_in(2)) : id_or_ids(kElements));
  }
}

Draft Generator::draft() {
  Draft out;
  out.entity_type = kTypes[below(below(kTypes.size()) + 1)];
  out.entity_id = kIds[below(below(kIds.size()) + 1)];
  if (one_in(60)) out.entity_type = "thing/a";
  const auto types = kEventTypes.find(out.entity_type);
  out.event_type = types == kEventTypes.end() || one_in(4) ? pick(kFreeTypes) : pick(types->second);
  out.data = data(out.event_type);
  if (!one_in(4)) out.actor = pick(kActors);
  if (one_in(3)) out.id = format_uuid(make_uuid_v5(import_namespace(), std::to_string(random_())));
  if (one_in(5)) out.metadata.set(pick(kReserved), Json::string(pick(kStrings)));
  if (one_in(5)) out.metadata.set("k", value(1));
  if (!one_in(3)) out.created_at = instant();
  if (one_in(10)) {
    out.expected_version = 0;
    for (const ReferenceEvent& event : reference_.events()) {
      if (event.entity_type == out.entity_type && event.entity_id == out.entity_id) ++*out.expected_version;
    }
    if (one_in(4)) ++*out.expected_version;
  }
  return out;
}

std::vector<Draft> Generator::batch(std::uint64_t count) {
  std::vector<Draft> out;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!out.empty() && one_in(30)) {
      out.push_back(pick(out));  // the same id again where it has one
    } else if (one_in(40) && !reference_.events().empty()) {
      out.push_back(retry(!one_in(8)));
    } else {
      out.push_back(draft());
      if (count > 20) out.back().expected_version.reset();
    }
  }
  return out;
}

Draft Generator::retry(bool equal) {
  const ReferenceEvent& event = any_event();
  Draft out{event.id, event.event_type, event.entity_type, event.entity_id, event.actor, event.data, event.metadata, {}, {}};
  if (one_in(2)) out.created_at = event.created_at;
  if (one_in(3)) out.expected_version = below(5);
  for (const std::string& key : kReserved) {
    if (one_in(2)) out.metadata.erase(key);
  }
  if (equal) return out;
  switch (below(5)) {
    case 0:
      out.data.set("k9", Json::number(std::uint64_t{1}));
      break;
    case 1:
      out.actor = out.actor ? std::optional<std::string>() : std::optional<std::string>("");
      break;
    case 2:
      out.created_at = Timestamp{event.created_at.micros + (event.created_at == kTimestampYear1 ? 1 : -1)};
      break;
    case 3:
      out.entity_id = out.entity_id == "A" ? "B" : "A";
      break;
    default:
      out.metadata.set("source", Json::string("elsewhere"));
      break;
  }
  return out;
}

Timestamp Generator::instant() {
  const auto days = [&](std::uint64_t count) { return static_cast<std::int64_t>(count) * kMicrosPerDay; };
  switch (below(8)) {
    case 0:
      return {now_.micros + static_cast<std::int64_t>(below(kMicrosPerDay + 1))};
    case 1:
      return {now_.micros - static_cast<std::int64_t>(below(static_cast<std::uint64_t>(days(120))))};
    case 2:
      if (reference_.events().empty()) return now_;
      return {std::clamp(any_event().created_at.micros + static_cast<std::int64_t>(below(3)) - 1, kTimestampYear1.micros,
                         now_.micros + kMicrosPerDay)};
    case 3:
      if (one_in(4)) return one_in(2) ? kTimestampYear1 : Timestamp{-1};
      [[fallthrough]];
    default:
      return {now_.micros - now_.micros % kMicrosPerDay - days(below(40))};
  }
}

std::string Generator::space() { return one_in(6) ? pick(Texts{" ", "\n", "\t ", "\r\n"}) : ""; }

std::string Generator::scramble_string(const std::string& text) {
  std::string out = Json::string(text).plain();
  if (out.size() > 2 && out[1] >= 'a' && out[1] <= 'z' && one_in(6))
    out.replace(1, 1, fmt::format("\\u{:04X}", static_cast<unsigned>(out[1])));
  return out;
}

std::string Generator::scramble(const Json& json) {
  if (json.is(Json::Kind::kString)) return scramble_string(json.text);
  std::string out;
  if (json.is(Json::Kind::kArray)) {
    for (const Json& item : json.items) out += (out.empty() ? "" : ",") + space() + scramble(item) + space();
    return "[" + out + "]";
  }
  if (!json.is(Json::Kind::kObject)) return json.plain();
  std::vector<Json::Member> members = json.members;
  std::ranges::shuffle(members, random_);
  for (const auto& [name, member] : members) {
    out += (out.empty() ? "" : ",") + space() + scramble_string(name) + space() + ":" + space() + scramble(member) + space();
  }
  return "{" + out + "}";
}

std::string Generator::text(const Draft& draft) {
  Json json = draft.json();
  if (draft.id && one_in(3)) {
    std::ranges::transform(json.find("id")->text, json.find("id")->text.begin(),
                           [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 32) : c; });
  }
  if (draft.created_at && draft.created_at->micros > 0 && one_in(3)) {
    std::string moved = format_time({draft.created_at->micros + 19'800 * kMicrosPerSecond});
    moved.back() = '9';  // a digit that is finer than what is kept
    json.find("created_at")->text = moved + "+05:30";
  }
  if (one_in(20)) json.set("position", value(1));
  if (one_in(20)) json.set("recorded_at", value(1));
  return scramble(json);
}

std::string Generator::text(const std::vector<Draft>& batch) {
  std::string out;
  for (const Draft& draft : batch) out += (out.empty() ? "" : ",") + space() + text(draft);
  return "[" + out + "]";
}

Generator::Broken Generator::broken() {
  Draft good = draft();
  good.event_type = "ADRStatusChanged";
  good.entity_type = "adr";
  good.data = data(good.event_type);
  Json json = good.json();
  switch (below(11)) {
    case 0:
      json.erase("data");
      break;
    case 1:
      json.set("data", Json::array());
      break;
    case 2:
      json.set("colour", Json::string("red"));
      break;
    case 3:
      json.set("entity_id", Json::string(""));
      break;
    case 4:
      json.set("actor", Json::string(std::string(101, 'x')));
      break;
    case 5:
      json.set("entity_type", Json::string("diagram"));
      break;
    case 6:
      json.find("data")->erase("new_status");
      break;
    case 7:
      json.set("expected_version", Json::number("-1"));
      break;
    case 8:
      json.set("created_at", Json::string("2025-02-30T00:00:00Z"));
      break;
    case 9:
      return {scramble(json) + "x", "invalid_json"};
    default:
      return {"{\"data\":{}," + json.plain().substr(1), "invalid_json"};
  }
  return {scramble(json), "invalid_event"};
}

std::size_t Generator::limit() { return pick(std::vector<std::size_t>{1, 2, 3, 7, 50, 100, 1000, 10'000}); }

}  // namespace govlog::testing
