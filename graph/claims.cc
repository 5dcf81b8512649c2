#include "graph/claims.h"

#include "codec/keys.h"

#include <iterator>
#include <set>

namespace govlog {

namespace {

template <class Item>
void move_to(std::vector<Item>& out, std::vector<Item>&& more) {
  if (out.empty()) {
    out = std::move(more);
    return;
  }
  out.insert(out.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

template <class What>
void apply_changes(std::map<std::pair<What, EventKey>, EventKey>& history, const std::vector<ClaimChange<What>>& changes) {
  for (const ClaimChange<What>& change : changes) {
    if (change.new_end)
      history[{change.what, change.from}] = *change.new_end;
    else
      history.erase({change.what, change.from});
  }
}

template <class What>
std::vector<ClaimChange<What>> difference(const std::map<std::pair<What, EventKey>, EventKey>& before,
                                          const std::map<std::pair<What, EventKey>, EventKey>& after, Position known) {
  std::vector<ClaimChange<What>> out;
  for (const auto& [claim, end] : before) {
    const auto now = after.find(claim);
    if (now == after.end())
      out.push_back({claim.first, claim.second, end, std::nullopt, known});
    else if (now->second != end)
      out.push_back({claim.first, claim.second, end, now->second, known});
  }
  for (const auto& [claim, end] : after) {
    if (!before.contains(claim)) out.push_back({claim.first, claim.second, std::nullopt, end, known});
  }
  return out;
}

Error corrupt_version() {
  return {Code::kCorruption, "the last version of a diagram is not the one that its head tells of", {}};
}

}  // namespace

void GraphChanges::append(GraphChanges&& more) {
  move_to(edges, std::move(more.edges));
  move_to(properties, std::move(more.properties));
  move_to(named, std::move(more.named));
}

EntityClaims::EntityClaims(std::string_view entity_type, std::string_view entity_id)
    : is_diagram_(entity_type == "diagram"), id_(entity_id), fold_(entity_type, entity_id) {}

void EntityClaims::end_properties(const EventKey& at, GraphChanges& changes) {
  for (PropertyClaim& claim : properties_) {
    changes.properties.push_back({std::move(claim), properties_since_, kEventKeyMax, at, at.position});
  }
  properties_.clear();
}

/// The elements that a version declares become the open claims; told where there is somebody to tell.
void EntityClaims::begin_declarations(const std::vector<Declaration>& declarations, const EventKey& at, GraphChanges* changes) {
  std::set<std::pair<std::string_view, std::optional<std::string_view>>>
      listed;  // element, layer; element alone has an empty one
  std::set<std::string_view> seen;
  properties_since_ = at;
  for (const Declaration& declaration : declarations) {
    const bool again = !seen.insert(declaration.element).second;
    const auto layer = declaration.layer ? std::optional<std::string_view>(*declaration.layer) : std::nullopt;
    if (!listed.emplace(declaration.element, layer).second) continue;  // says nothing that the first listing does not
    PropertyClaim claim{{Label::kElement, declaration.element}, true, again, {}, declaration.layer, {}};
    if (!again) claim.name = declaration.name;
    if (!again) claim.type = declaration.type;
    if (changes != nullptr) changes->properties.push_back({claim, at, std::nullopt, kEventKeyMax, at.position});
    properties_.push_back(std::move(claim));
  }
}

Status EntityClaims::apply(const EventView& event, GraphChanges& changes) {
  GraphStep step = GOVLOG_TRY(fold_.apply(event));
  const EventKey at = event.key();
  const bool by_link = event.entity_type == "trace" && event.event_type != "TraceabilityLinkRemoved";
  for (NodeRef& node : step.named) changes.named.push_back({std::move(node), at, by_link});
  for (std::size_t i = 0; i < step.ended.size(); ++i) {
    changes.edges.push_back({std::move(step.ended[i]), step.ended_since[i], kEventKeyMax, at, at.position});
  }
  for (EdgeRef& edge : step.begun) changes.edges.push_back({std::move(edge), at, std::nullopt, kEventKeyMax, at.position});
  if (!step.node) return Ok{};
  if (step.declares) {
    end_properties(at, changes);
    const PropertyClaim version{*step.node, false, false, step.name, step.layer, {}};
    changes.properties.push_back({version, at, std::nullopt, kEventKeyMax, at.position});  // it is what it is for ever
    begin_declarations(step.declarations, at, &changes);
    return Ok{};
  }
  if (!properties_.empty() && properties_.front().name == step.name) return Ok{};
  end_properties(at, changes);
  properties_since_ = at;
  properties_ = {{*step.node, false, false, step.name, step.layer, {}}};
  changes.properties.push_back({properties_.front(), at, std::nullopt, kEventKeyMax, at.position});
  return Ok{};
}

std::string EntityClaims::encode() const {
  std::string out;
  const std::string fold = fold_.encode();
  append_varint(out, fold.size());
  out += fold;
  // Once an entity has events, a node has a name (or none), and a diagram with a version has what that declares.
  append_event_key(out, properties_since_);
  for (const EventKey& since : fold_.held_since()) append_event_key(out, since);
  return out;
}

bool EntityClaims::decode(std::string_view bytes) {
  const auto length = take_varint(bytes);
  if (!length || *length > bytes.size() || !fold_.decode(bytes.substr(0, *length))) return false;
  bytes.remove_prefix(*length);
  const auto properties_since = take_event_key(bytes);
  if (!properties_since) return false;
  properties_since_ = *properties_since;
  std::vector<EventKey> held_since;
  while (!bytes.empty()) {
    const auto since = take_event_key(bytes);
    if (!since) return false;
    held_since.push_back(*since);
  }
  if (!fold_.set_held_since(std::move(held_since))) return false;
  if (fold_.node()) properties_ = {{*fold_.node(), false, false, fold_.name(), {}, {}}};
  if (is_diagram_ && properties_since_.position > 0) wants_ = properties_since_;
  return true;
}

Status EntityClaims::recall(const EventView& version) {
  if (version.key() != properties_since_ || version.event_type != "DiagramVersionCreated") return corrupt_version();
  begin_declarations(GOVLOG_TRY(declarations_of(id_, version.data)), version.key(), nullptr);
  wants_.reset();
  return Ok{};
}

void ClaimHistory::apply(const GraphChanges& changes) {
  apply_changes(edges, changes.edges);
  apply_changes(properties, changes.properties);
}

GraphChanges changes_between(const ClaimHistory& before, const ClaimHistory& after, Position known) {
  return {difference(before.edges, after.edges, known), difference(before.properties, after.properties, known), {}};
}

}  // namespace govlog
