#pragma once
// What an entity claims of the graph, as intervals of event order, and what an append changes of that.
//
// An event that is the last of its entity begins claims, and ends some that were open. One that comes late may move the ends of others, too: then
// the entity's whole past is told without it and with it, and the difference is what changed (changes_between).

#include "graph/derive.h"
#include "graph/model.h"

#include <compare>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

/// What a node is called and where it stands, as one entity has it: an Element as one version of a diagram does.
struct PropertyClaim {
  NodeRef node;
  bool declares = false;      // the node is an element, and a version of a diagram lists it
  bool listed_again = false;  // the version lists it in this layer too, behind the listing that counts for name and type
  std::optional<std::string> name;
  std::optional<std::string> layer;
  std::optional<std::string> type;

  friend auto operator<=>(const PropertyClaim&, const PropertyClaim&) = default;
};

/// A claim that holds from the event `from` on, until the event `new_end`: kEventKeyMax while nothing ends it, nothing where it turns out
/// never to have held. Until the position `known` it was thought to end at `old_end`; nothing where it was not known.
template <class What>
struct ClaimChange {
  What what;
  EventKey from;
  std::optional<EventKey> old_end;
  std::optional<EventKey> new_end;
  Position known = 0;
};

/// An event names a node.
struct Naming {
  NodeRef node;
  EventKey at;
  bool by_link = false;  // an event of a link, other than its removal
};

struct GraphChanges {
  std::vector<ClaimChange<EdgeRef>> edges;
  std::vector<ClaimChange<PropertyClaim>> properties;
  std::vector<Naming> named;

  void append(GraphChanges&& more);
};

/// An entity on its way through its events, with the claims that are open.
///
///     EntityClaims claims("adr", "ADR-7");
///     for (const EventView& event : events in event order) GOVLOG_TRY(claims.apply(event, changes));
class EntityClaims {
 public:
  EntityClaims(std::string_view entity_type, std::string_view entity_id);

  /// The next event in event order; adds what it changes to `changes`, known at its position. kCorruption where its data do not decode.
  Status apply(const EventView& event, GraphChanges& changes);

  /// As bytes, for the entity's head; decode() takes them back. O(open claims); of a diagram O(1).
  std::string encode() const;
  /// Goes on from bytes of encode() of the same entity's claims; false where they do not decode.
  bool decode(std::string_view bytes);
  /// Of a diagram after decode(): the event of its last version, which recall() wants before apply().
  const std::optional<EventKey>& wants() const { return wants_; }
  /// kCorruption where it is not that event, or does not decode.
  Status recall(const EventView& version);

 private:
  void end_properties(const EventKey& at, GraphChanges& changes);
  void begin_declarations(const std::vector<Declaration>& declarations, const EventKey& at, GraphChanges* changes);

  bool is_diagram_ = false;
  std::string id_;
  EntityFold fold_;
  // Open claims of the node's name, or of the elements that a diagram's last version declares: all since the same event.
  std::vector<PropertyClaim> properties_;
  EventKey properties_since_;
  std::optional<EventKey> wants_;
};

/// An entity's claims over all its events: each with the interval in which it holds.
struct ClaimHistory {
  std::map<std::pair<EdgeRef, EventKey>, EventKey> edges;  // what, from → end
  std::map<std::pair<PropertyClaim, EventKey>, EventKey> properties;

  /// Adds what an event changed.
  void apply(const GraphChanges& changes);
};

/// What turns `before` into `after`, known at `known`; no names.
GraphChanges changes_between(const ClaimHistory& before, const ClaimHistory& after, Position known);

}  // namespace govlog
