#include "api/complete.h"

#include "codec/event_types.h"
#include "engine/graph_of_view.h"
#include "graph/graph_view.h"

#include <algorithm>
#include <array>
#include <set>

namespace govlog {

namespace {

constexpr std::size_t kActorEventsMax = 2000;  // how far back actors are looked for

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_with(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

class Candidates {
 public:
  explicit Candidates(const CompletionQuery& query) : query_(query) {}

  void offer(std::string_view value) {
    if (begins_with(value, query_.prefix)) take(value);
  }
  void take(std::string_view value) { found_.emplace(value); }

  Completion finish() const {
    Completion out;
    out.total = found_.size();
    for (const std::string& value : found_) {
      if (out.values.size() == query_.limit) break;
      out.values.push_back(value);
    }
    return out;
  }

 private:
  const CompletionQuery& query_;
  std::set<std::string> found_;  // by bytes
};

Status offer_nodes(const ReadView& view, Label label, Candidates& candidates) {
  const GraphOfView graph = GOVLOG_TRY(view.graph(view.log_position()));
  for (Vertex vertex = 0; vertex < graph.view.size(); ++vertex) {
    const NodeName node = graph.view.node(vertex);
    if (node.label == label) candidates.offer(node.id);
  }
  return Ok{};
}

Status offer_entities(const ReadView& view, const CompletionQuery& query, Candidates& candidates) {
  const bool whole = query.source == CompletionSource::kEntity;
  std::optional<std::string> type;
  if (!query.narrow.empty()) type = query.narrow;
  // `type/…` narrows the walk.
  const std::size_t slash = query.prefix.find('/');
  if (whole && slash != std::string::npos) type = query.prefix.substr(0, slash);
  return view.scan_heads(type, std::nullopt, [&](const EntityRef& entity, const EntityHead&) -> Result<bool> {
    const std::string name = entity.entity_type + '/' + entity.entity_id;
    if (!whole) {
      candidates.offer(entity.entity_id);
    } else if (begins_with(entity.entity_id, query.prefix) || begins_with(name, query.prefix)) {
      candidates.take(name);
    }
    return true;
  });
}

Status offer_actors(const ReadView& view, Candidates& candidates) {
  std::size_t seen = 0;
  return view.scan_events({}, Order::kDescending, {}, [&](const EventView& event) -> Result<bool> {
    if (event.actor) candidates.offer(*event.actor);
    return ++seen < kActorEventsMax;
  });
}

Status offer_layers(const ReadView& view, Candidates& candidates) {
  for (const LayerSum& sum : GOVLOG_TRY(view.coverage(std::nullopt))) {
    if (sum.layer) candidates.offer(*sum.layer);
  }
  return Ok{};
}

Status offer_types(const ReadView& view, bool of_events, Candidates& candidates) {
  const LogStats stats = GOVLOG_TRY(view.stats(view.log_position()));
  for (const auto& [name, count] : of_events ? stats.event_types : stats.entity_types) candidates.offer(name);
  return Ok{};
}

Status offer(const ReadView& view, const CompletionQuery& query, Candidates& candidates) {
  switch (query.source) {
    case CompletionSource::kEntityId:
      if (query.narrow == kElementType) return offer_nodes(view, Label::kElement, candidates);
      return offer_entities(view, query, candidates);
    case CompletionSource::kEntity:
      return offer_entities(view, query, candidates);
    case CompletionSource::kEntityType:
    case CompletionSource::kEventType:
      return offer_types(view, query.source == CompletionSource::kEventType, candidates);
    case CompletionSource::kActor:
      return offer_actors(view, candidates);
    case CompletionSource::kLayer:
      return offer_layers(view, candidates);
    case CompletionSource::kNodeId: {
      const auto label = find_label(query.narrow);
      return label ? offer_nodes(view, *label, candidates) : Status(Ok{});
    }
  }
  return Ok{};
}

// In the order of the enumerators.
constexpr std::array<std::string_view, 7> kSourceNames{"entity_id", "entity", "entity_type", "event_type",
                                                       "actor",     "layer",  "node_id"};

}  // namespace

Result<Completion> complete(const ReadView& view, const CompletionQuery& query) {
  if (view.log_position() == 0) return Completion{};
  Candidates candidates(query);
  GOVLOG_TRY(offer(view, query, candidates));
  return candidates.finish();
}

std::string_view completion_source_name(CompletionSource source) { return kSourceNames[static_cast<std::size_t>(source)]; }

std::optional<CompletionSource> find_completion_source(std::string_view name) {
  const auto found = std::find(kSourceNames.begin(), kSourceNames.end(), name);
  if (found == kSourceNames.end()) return std::nullopt;
  return static_cast<CompletionSource>(found - kSourceNames.begin());
}

}  // namespace govlog
