#include "graph/derive.h"

#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace govlog {

namespace {

Error corrupt() { return {Code::kCorruption, "the data of an event do not decode", {}}; }

/// The ids that a member holds: a string, or the strings of a list.
std::vector<std::string> ids_of(std::string_view token) {
  std::vector<std::string> ids;
  if (json_kind(token) == JsonKind::kString) ids.push_back(json_unescape(token));
  if (json_kind(token) != JsonKind::kArray) return ids;
  for (JsonCursor item(token); item.next();) {
    if (json_kind(item.value()) == JsonKind::kString) ids.push_back(json_unescape(item.value()));
  }
  return ids;
}

Relation link_relation(std::string_view token) {
  if (token == "\"REALIZES\"") return Relation::kRealizes;
  if (token == "\"VALIDATES\"") return Relation::kValidates;
  if (token == "\"SERVES\"") return Relation::kServes;
  return Relation::kTracesTo;
}

void name_all(GraphStep& step, Label label, const std::vector<std::string>& ids) {
  for (const std::string& id : ids) step.named.push_back({label, id});
}

/// The member that a node's name is; nothing where it has none.
std::optional<std::string_view> name_member(Label label) {
  switch (label) {
    case Label::kChangeRequest:
    case Label::kAdr:
      return "title";
    case Label::kMitigation:
      return "action";
    default:
      return std::nullopt;
  }
}

/// The member that holds ids, and what edge to what label each is.
struct IdsMember {
  std::string_view name;
  Relation relation;
  Label label;
};

std::optional<IdsMember> ids_member(Label label) {
  switch (label) {
    case Label::kChangeRequest:
      return IdsMember{"impacts", Relation::kImpacts, Label::kElement};
    case Label::kImpactAssessment:
      return IdsMember{"affects", Relation::kAffects, Label::kElement};
    case Label::kAdr:
      return IdsMember{"supersedes", Relation::kSupersedes, Label::kAdr};
    default:
      return std::nullopt;
  }
}

/// How a change request points to the node that names it.
Relation request_relation(Label label) {
  switch (label) {
    case Label::kImpactAssessment:
      return Relation::kTriggers;
    case Label::kMitigation:
      return Relation::kRequires;
    default:
      return Relation::kCreates;
  }
}

}  // namespace

std::optional<std::string> string_of(std::string_view token) {
  if (json_kind(token) != JsonKind::kString) return std::nullopt;
  return json_unescape(token);
}

Result<std::vector<Declaration>> declarations_of(std::string_view diagram_id, std::string_view data) {
  std::vector<Declaration> out;
  const std::optional<std::string> layer = string_of(json_member(data, "layer").value_or(""));
  const auto listed = json_member(data, "elements");
  if (!listed || json_kind(*listed) != JsonKind::kArray) {
    out.push_back({std::string(diagram_id), layer, string_of(json_member(data, "name").value_or("")),
                   string_of(json_member(data, "type").value_or(""))});
    return out;
  }
  JsonCursor item(*listed);
  while (item.next()) {
    Declaration declaration;
    std::optional<std::string> id;
    for (JsonCursor member(item.value()); member.next();) {
      if (member.key() == "id") id = string_of(member.value());
      if (member.key() == "layer") declaration.layer = string_of(member.value());
      if (member.key() == "name") declaration.name = string_of(member.value());
      if (member.key() == "type") declaration.type = string_of(member.value());
    }
    if (!id) continue;
    declaration.element = *std::move(id);
    if (!declaration.layer) declaration.layer = layer;
    out.push_back(std::move(declaration));
  }
  if (!item.ok()) return corrupt();
  return out;
}

bool EntityFold::concerns(std::string_view entity_type) {
  return entity_type == "trace" || entity_type == "diagram" || label_of_entity_type(entity_type).has_value();
}

EntityFold::EntityFold(std::string_view entity_type, std::string_view entity_id) {
  self_.id = std::string(entity_id);
  const auto label = label_of_entity_type(entity_type);
  if (label) {
    kind_ = Kind::kNode;
    self_.label = *label;
  } else if (entity_type == "trace") {
    kind_ = Kind::kTrace;
  } else if (entity_type == "diagram") {
    kind_ = Kind::kDiagram;
  }
}

Result<GraphStep> EntityFold::apply(const EventView& event) {
  GraphStep step;
  if (kind_ == Kind::kOther) return step;
  if (kind_ == Kind::kDiagram) {
    if (event.event_type == "DiagramVersionCreated") GOVLOG_TRY(apply_version(event, step));
    return step;
  }
  if (kind_ == Kind::kNode) step.named.push_back(self_);
  if (kind_ == Kind::kTrace && event.event_type == "TraceabilityLinkAdded") members_ = {};
  const bool removal = kind_ == Kind::kTrace && event.event_type == "TraceabilityLinkRemoved";
  const Members before = removal ? members_ : Members{};
  GOVLOG_TRY(merge(event.data, step));
  if (removal) {  // its data name nodes, but are no part of the state
    members_ = before;
    members_.removed = true;
  } else if (event.event_type == "TraceabilityLinkAdded") {
    members_.removed = false;
  }
  replace_edges(edges(), event.key(), step);
  if (kind_ == Kind::kNode) step.node = self_;
  step.name = members_.name;
  return step;
}

/// Both lists are sorted: what is in one alone ends, or begins.
void EntityFold::replace_edges(std::vector<EdgeRef> now, const EventKey& at, GraphStep& step) {
  if (now == edges_) return;
  std::vector<EventKey> since;
  since.reserve(now.size());
  std::size_t old = 0;
  const auto end_before = [&](const EdgeRef* edge) {
    for (; old < edges_.size() && (edge == nullptr || edges_[old] < *edge); ++old) {
      step.ended.push_back(std::move(edges_[old]));
      step.ended_since.push_back(since_[old]);
    }
  };
  for (const EdgeRef& edge : now) {
    end_before(&edge);
    const bool held = old < edges_.size() && edges_[old] == edge;
    since.push_back(held ? since_[old++] : at);
    if (!held) step.begun.push_back(edge);
  }
  end_before(nullptr);
  edges_ = std::move(now);
  since_ = std::move(since);
}

bool EntityFold::set_held_since(std::vector<EventKey> since) {
  since_ = std::move(since);
  return since_.size() == edges_.size();
}

Status EntityFold::merge(std::string_view data, GraphStep& step) {
  JsonCursor member(data);
  while (member.next()) {
    if (kind_ == Kind::kNode)
      merge_node(member.key(), member.value(), step);
    else
      merge_trace(member.key(), member.value(), step);
  }
  return member.ok() ? Status(Ok{}) : Status(corrupt());
}

void EntityFold::merge_node(std::string_view key, std::string_view value, GraphStep& step) {
  if (key == name_member(self_.label)) members_.name = string_of(value);
  const auto ids = ids_member(self_.label);
  if (ids && key == ids->name) {
    members_.ids = ids_of(value);
    name_all(step, ids->label, members_.ids);
  }
  if (self_.label == Label::kAdr && key == "superseded_by") {
    members_.superseded_by = ids_of(value);
    name_all(step, Label::kAdr, members_.superseded_by);
  }
  if (self_.label != Label::kChangeRequest && key == "change_request_id") {
    members_.change_request = string_of(value);
    name_all(step, Label::kChangeRequest, ids_of(value));
  }
}

void EntityFold::merge_trace(std::string_view key, std::string_view value, GraphStep& step) {
  if (key == "from_element" || key == "to_element") {
    (key == "from_element" ? members_.from : members_.to) = string_of(value);
    name_all(step, Label::kElement, ids_of(value));
  }
  if (key == "link_type") members_.link = link_relation(value);
  if (key == "removed") members_.removed = json_kind(value) == JsonKind::kTrue;
}

std::vector<EdgeRef> EntityFold::edges() const {
  std::vector<EdgeRef> out;
  if (kind_ == Kind::kTrace) {
    if (!members_.removed && members_.from && members_.to) {
      out.push_back({{Label::kElement, *members_.from}, {Label::kElement, *members_.to}, members_.link});
    }
    return out;
  }
  const auto ids = ids_member(self_.label);
  if (ids) {
    for (const std::string& id : members_.ids) out.push_back({self_, {ids->label, id}, ids->relation});
  }
  for (const std::string& id : members_.superseded_by) out.push_back({{Label::kAdr, id}, self_, Relation::kSupersedes});
  if (members_.change_request) {
    out.push_back({{Label::kChangeRequest, *members_.change_request}, self_, request_relation(self_.label)});
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Status EntityFold::apply_version(const EventView& event, GraphStep& step) {
  const NodeRef version{Label::kDiagramVersion, fmt::format("{}@{}", self_.id, event.version)};
  step.node = version;
  step.name = string_of(json_member(event.data, "name").value_or(""));
  step.layer = string_of(json_member(event.data, "layer").value_or(""));
  step.named.push_back(version);
  const std::string_view request = json_member(event.data, "change_request_id").value_or("");
  name_all(step, Label::kChangeRequest, ids_of(request));
  if (const auto id = string_of(request)) step.begun.push_back({{Label::kChangeRequest, *id}, version, Relation::kUpdates});
  if (last_version_) step.begun.push_back({version, *last_version_, Relation::kPrevious});
  last_version_ = version;
  step.declares = true;
  step.declarations = GOVLOG_TRY(declarations_of(self_.id, event.data));
  for (const Declaration& declaration : step.declarations) step.named.push_back({Label::kElement, declaration.element});
  return Ok{};
}

}  // namespace govlog
