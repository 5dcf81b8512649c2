#include "tests/support/reference_graph.h"

#include <algorithm>

namespace govlog::testing {
namespace {

using Names = std::vector<std::string>;

const std::map<std::string, std::string> kLabels{{"change_request", "ChangeRequest"},
                                                 {"impact_assessment", "ImpactAssessment"},
                                                 {"mitigation", "Mitigation"},
                                                 {"adr", "ADR"}};
const std::map<std::string, Names> kProperties{{"ChangeRequest", {"title", "type", "description", "status", "priority"}},
                                               {"ImpactAssessment", {"direction", "risk_level", "effort"}},
                                               {"Mitigation", {"action", "status", "owner"}},
                                               {"ADR", {"title", "status", "decision"}},
                                               {"Element", {"type"}},
                                               {"DiagramVersion", {"diagram_id", "version"}}};

std::optional<std::string> text_of(const Json& object, std::string_view name) {
  const Json* value = object.find(name);
  if (value == nullptr || !value->is(Json::Kind::kString)) return std::nullopt;
  return value->text;
}

Names ids_of(const Json& object, std::string_view name) {
  Names out;
  const Json* value = object.find(name);
  if (value == nullptr) return out;
  if (value->is(Json::Kind::kString)) out.push_back(value->text);
  for (const Json& item : value->items) {
    if (item.is(Json::Kind::kString)) out.push_back(item.text);
  }
  return out;
}

Json risk_level(const Json& state) {
  const Json* value = state.find("risk_level");
  if (value == nullptr || (!value->is(Json::Kind::kString) && !value->is(Json::Kind::kNumber))) return Json::null();
  std::string digits = value->text;
  if (value->is(Json::Kind::kString) && digits.starts_with('+')) digits.erase(0, 1);
  const std::string unsigned_digits = digits.starts_with('-') ? digits.substr(1) : digits;
  const bool all =
      !unsigned_digits.empty() && std::ranges::all_of(unsigned_digits, [](char c) { return c >= '0' && c <= '9'; });
  if (!all || (value->is(Json::Kind::kString) && value->text.starts_with("+-"))) return Json::null();
  if (unsigned_digits.size() > 12) return Json::null();  // the generator writes no leading zeros
  const long long number = std::stoll(digits);
  return number < -(1LL << 31) || number >= 1LL << 31 ? Json::null() : *value;
}

std::string relation_of(const Json& state) {
  const std::optional<std::string> given = text_of(state, "link_type");
  for (const std::string_view known : {"REALIZES", "VALIDATES", "SERVES"}) {
    if (given == known) return std::string(known);
  }
  return "TRACES_TO";
}

struct Listed {
  std::string id;
  std::optional<std::string> layer;
  std::optional<std::string> name;
  std::optional<std::string> type;
};

std::vector<Listed> listed_in(const std::string& diagram, const Json& data) {
  const std::optional<std::string> layer = text_of(data, "layer");
  const Json* elements = data.find("elements");
  if (elements == nullptr || !elements->is(Json::Kind::kArray))
    return {{diagram, layer, text_of(data, "name"), text_of(data, "type")}};
  std::vector<Listed> out;
  for (const Json& item : elements->items) {
    const std::optional<std::string> own = text_of(item, "layer");
    out.push_back({text_of(item, "id").value_or(""), own ? own : layer, text_of(item, "name"), text_of(item, "type")});
  }
  return out;
}

}  // namespace

ReferenceNode& ReferenceGraph::node(const std::string& label, const std::string& id) {
  const auto [place, fresh] = nodes_.try_emplace({label, id});
  if (fresh) {
    for (const std::string& name : kProperties.at(label)) place->second.properties.emplace_back(name, Json::null());
  }
  return place->second;
}

void ReferenceGraph::edge(const NodeKey& from, const std::string& relation, const NodeKey& to) {
  node(from.first, from.second);
  node(to.first, to.second);
  edges_.insert({from, to, relation});
}

const ReferenceNode* ReferenceGraph::find(const NodeKey& key) const {
  const auto found = nodes_.find(key);
  return found == nodes_.end() ? nullptr : &found->second;
}

ReferenceGraph::ReferenceGraph(const std::vector<const ReferenceEvent*>& events) {
  std::map<std::pair<std::string, std::string>, Json> states;
  std::map<std::string, std::vector<const ReferenceEvent*>> versions;
  std::vector<std::pair<EventKey, const ReferenceEvent*>> latest;
  for (const ReferenceEvent* event : events) {
    if (event->entity_type == "diagram") {
      if (event->event_type == "DiagramVersionCreated") versions[event->entity_id].push_back(event);
      continue;
    }
    const auto [place, fresh] = states.try_emplace({event->entity_type, event->entity_id}, Json::object());
    fold(place->second, event->event_type, event->data);
  }
  for (const auto& [diagram, list] : versions) latest.emplace_back(list.back()->key(), list.back());
  std::ranges::sort(latest, {}, &std::pair<EventKey, const ReferenceEvent*>::first);
  for (const auto& [key, event] : latest) declare(event->entity_id, event->data);  // a later one says more
  for (const auto& [entity, state] : states) add_state(entity.first, entity.second, state);
  for (const auto& [diagram, list] : versions) add_versions(diagram, list);
}

void ReferenceGraph::declare(const std::string& diagram, const Json& data) {
  std::set<std::string> seen;
  for (const Listed& listed : listed_in(diagram, data)) {
    declared_.insert({listed.layer, listed.id});
    if (!seen.insert(listed.id).second) continue;  // the first counts
    ReferenceNode& element = node("Element", listed.id);
    element.declared = true;
    element.name = listed.name;
    element.layer = listed.layer;
    element.properties = {{"type", Json::maybe(listed.type)}};
  }
}

void ReferenceGraph::add_state(const std::string& entity_type, const std::string& entity_id, const Json& state) {
  if (entity_type == "trace") {
    const Json* removed = state.find("removed");
    const std::optional<std::string> from = text_of(state, "from_element");
    const std::optional<std::string> to = text_of(state, "to_element");
    if ((removed != nullptr && removed->is(Json::Kind::kTrue)) || !from || !to) return;
    edge({"Element", *from}, relation_of(state), {"Element", *to});
    linked_.insert({*from, *to});
    return;
  }
  const auto label = kLabels.find(entity_type);
  if (label == kLabels.end()) return;
  const NodeKey self{label->second, entity_id};
  ReferenceNode& own = node(self.first, self.second);
  own.declared = true;
  if (self.first == "ChangeRequest" || self.first == "ADR") own.name = text_of(state, "title");
  if (self.first == "Mitigation") own.name = text_of(state, "action");
  for (auto& [name, value] : own.properties) {
    value = name == "risk_level" ? risk_level(state) : Json::maybe(text_of(state, name));
  }
  if (self.first == "ChangeRequest") {
    for (const std::string& id : ids_of(state, "impacts")) edge(self, "IMPACTS", {"Element", id});
    return;
  }
  if (self.first == "ImpactAssessment") {
    for (const std::string& id : ids_of(state, "affects")) edge(self, "AFFECTS", {"Element", id});
  }
  if (self.first == "ADR") {
    for (const std::string& id : ids_of(state, "supersedes")) edge(self, "SUPERSEDES", {"ADR", id});
    for (const std::string& id : ids_of(state, "superseded_by")) edge({"ADR", id}, "SUPERSEDES", self);
  }
  const std::string relation = self.first == "ADR" ? "CREATES" : self.first == "Mitigation" ? "REQUIRES" : "TRIGGERS";
  if (const auto request = text_of(state, "change_request_id")) edge({"ChangeRequest", *request}, relation, self);
}

void ReferenceGraph::add_versions(const std::string& diagram, const std::vector<const ReferenceEvent*>& versions) {
  std::optional<NodeKey> before;
  for (const ReferenceEvent* event : versions) {
    const NodeKey self{"DiagramVersion", diagram + "@" + std::to_string(event->version)};
    ReferenceNode& own = node(self.first, self.second);
    own.declared = true;
    own.name = text_of(event->data, "name");
    own.layer = text_of(event->data, "layer");
    const Json* version = event->data.find("version");
    const bool given = version != nullptr && (version->is(Json::Kind::kString) || version->is(Json::Kind::kNumber));
    own.properties = {{"diagram_id", Json::string(diagram)}, {"version", given ? *version : Json::number(event->version)}};
    if (const auto request = text_of(event->data, "change_request_id")) edge({"ChangeRequest", *request}, "UPDATES", self);
    if (before) edge(self, "PREVIOUS", *before);
    before = self;
  }
}

std::set<NodeKey> named_nodes(const std::vector<const ReferenceEvent*>& events) {
  std::set<NodeKey> out;
  for (const ReferenceEvent* event : events) {
    const auto name = [&](const std::string& label, std::string_view member) {
      for (const std::string& id : ids_of(event->data, member)) out.insert({label, id});
    };
    const auto label = kLabels.find(event->entity_type);
    if (label != kLabels.end()) {
      out.insert({label->second, event->entity_id});
      if (event->entity_type == "change_request") name("Element", "impacts");
      if (event->entity_type == "impact_assessment") name("Element", "affects");
      if (event->entity_type != "change_request") name("ChangeRequest", "change_request_id");
      if (event->entity_type == "adr") {
        name("ADR", "supersedes");
        name("ADR", "superseded_by");
      }
    } else if (event->entity_type == "trace") {
      name("Element", "from_element");
      name("Element", "to_element");
    } else if (event->event_type == "DiagramVersionCreated") {
      out.insert({"DiagramVersion", event->entity_id + "@" + std::to_string(event->version)});
      for (const Listed& listed : listed_in(event->entity_id, event->data)) out.insert({"Element", listed.id});
      name("ChangeRequest", "change_request_id");
    }
  }
  return out;
}

}  // namespace govlog::testing
