#pragma once
// What events say of the graph: who declares an element, and from when to when an edge holds (contract 2.3). The one place that works it out.
//
// An entity's events are folded in event order. Each of them ends some edges and begins others; what it begins holds until a later event of
// the same entity ends it. So what an entity says is a set of intervals of event order, and depends on the entity's events alone: an event
// that comes in late changes nothing but its own entity's intervals, which are found by folding that entity again.
//
// No state is built. An edge depends on a few members at the top of the state, and there a merge patch (contract 2.2) sets a member, or removes
// it: the last event in event order that names the member decides. (A patch that merges into an object leaves an object, which is no id.)

#include "base/result.h"
#include "codec/event.h"
#include "graph/model.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// What one event changes, all of it from that event on.
struct GraphStep {
  std::vector<EdgeRef> ended;         // held since an earlier event of this entity
  std::vector<EventKey> ended_since;  // that event, of each
  std::vector<EdgeRef> begun;
  std::optional<NodeRef> node;      // the entity's own node, or the diagram version that the event is
  std::optional<std::string> name;  // of `node`, from now on
  std::optional<std::string> layer;
  bool declares = false;  // whether `declarations` replace what the diagram declared before
  std::vector<Declaration>
      declarations;            // an element that is listed twice stands twice; the first counts for name, type and layer
  std::vector<NodeRef> named;  // every node that the event names, each at least once
};

/// Folds the events of one entity.
///
///     EntityFold fold("adr", "ADR-7");
///     for (const EventView& event : events in event order) use(fold.apply(event));
class EntityFold {
 public:
  EntityFold(std::string_view entity_type, std::string_view entity_id);

  /// Whether events of this entity type say anything of the graph. For any other, apply() gives an empty step.
  static bool concerns(std::string_view entity_type);

  /// The next event in event order. kCorruption where its data do not decode. O(length of data).
  Result<GraphStep> apply(const EventView& event);

  /// What has been folded, as bytes that decode() takes back. O(ids that the state holds).
  std::string encode() const;
  /// Goes on from bytes of encode() of a fold of the same entity; false where they do not decode.
  bool decode(std::string_view bytes);

  /// Since which event each of the edges holds that hold now, in the order of the edges. Those of a diagram never end, and are not among them.
  const std::vector<EventKey>& held_since() const { return since_; }
  /// After decode(), which does not know it; false where it is not one for each.
  bool set_held_since(std::vector<EventKey> since);
  /// The entity's own node; nothing of links and diagrams.
  std::optional<NodeRef> node() const { return kind_ == Kind::kNode ? std::optional(self_) : std::nullopt; }
  /// What that node is called now.
  const std::optional<std::string>& name() const { return members_.name; }

 private:
  enum class Kind : std::uint8_t { kNode, kTrace, kDiagram, kOther };
  /// The members of the state that edges and names come from.
  struct Members {
    std::optional<std::string> name;
    std::optional<std::string> change_request;
    std::vector<std::string> ids;  // impacts, affects or supersedes
    std::vector<std::string> superseded_by;
    std::optional<std::string> from;
    std::optional<std::string> to;
    Relation link = Relation::kTracesTo;
    bool removed = false;
  };

  Status merge(std::string_view data, GraphStep& step);
  void merge_node(std::string_view key, std::string_view value, GraphStep& step);
  void merge_trace(std::string_view key, std::string_view value, GraphStep& step);
  Status apply_version(const EventView& event, GraphStep& step);
  std::vector<EdgeRef> edges() const;
  void replace_edges(std::vector<EdgeRef> now, const EventKey& at, GraphStep& step);

  Kind kind_ = Kind::kOther;
  NodeRef self_;
  Members members_;
  std::vector<EdgeRef> edges_;           // that hold now, sorted
  std::vector<EventKey> since_;          // of each
  std::optional<NodeRef> last_version_;  // of a diagram
};

/// The elements that a DiagramVersionCreated event of diagram `diagram_id` declares. kCorruption where `data` does not decode.
Result<std::vector<Declaration>> declarations_of(std::string_view diagram_id, std::string_view data);

/// A JSON token as text: the text of a string, nothing of any other kind.
std::optional<std::string> string_of(std::string_view token);

}  // namespace govlog
