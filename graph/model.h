#pragma once
// Nodes and edges of the impact graph as contract 2.3 names them.

#include "base/types.h"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// In the order of their names, so that comparing labels compares names.
enum class Label : std::uint8_t { kAdr, kChangeRequest, kDiagramVersion, kElement, kImpactAssessment, kMitigation };
inline constexpr std::size_t kLabelCount = 6;

/// In the order of their names, too.
enum class Relation : std::uint8_t {
  kAffects,
  kCreates,
  kImpacts,
  kPrevious,
  kRealizes,
  kRequires,
  kServes,
  kSupersedes,
  kTracesTo,
  kTriggers,
  kUpdates,
  kValidates,
};
inline constexpr std::size_t kRelationCount = 12;

std::string_view label_name(Label label);
std::optional<Label> find_label(std::string_view name);
std::string_view relation_name(Relation relation);
std::optional<Relation> find_relation(std::string_view name);

/// The label of an entity type's nodes; nothing of those that are no nodes of their own (trace, diagram, others).
std::optional<Label> label_of_entity_type(std::string_view entity_type);
/// The other way; empty for Element and DiagramVersion.
std::string_view entity_type_of_label(Label label);

/// Some of the relations.
class RelationSet {
 public:
  constexpr RelationSet() = default;
  constexpr explicit RelationSet(std::uint16_t bits) : bits_(bits) {}
  constexpr bool has(Relation relation) const { return (bits_ >> static_cast<unsigned>(relation) & 1U) != 0; }
  constexpr RelationSet with(Relation relation) const {
    return RelationSet(static_cast<std::uint16_t>(bits_ | 1U << static_cast<unsigned>(relation)));
  }

 private:
  std::uint16_t bits_ = 0;
};

inline constexpr RelationSet kAllRelations{0x0FFF};
inline constexpr RelationSet kLinkRelations =
    RelationSet().with(Relation::kTracesTo).with(Relation::kRealizes).with(Relation::kValidates).with(Relation::kServes);

/// What impact, path and why walk from a root of this label where nothing else is asked for.
RelationSet default_relations(Label root);

struct NodeRef {
  Label label = Label::kElement;
  std::string id;

  friend auto operator<=>(const NodeRef&, const NodeRef&) = default;
};

struct EdgeRef {
  NodeRef from;
  NodeRef to;
  Relation relation = Relation::kTracesTo;

  friend auto operator<=>(const EdgeRef&, const EdgeRef&) = default;
};

/// An element as one version of a diagram declares it.
struct Declaration {
  std::string element;
  std::optional<std::string> layer;
  std::optional<std::string> name;
  std::optional<std::string> type;

  friend auto operator<=>(const Declaration&, const Declaration&) = default;
};

}  // namespace govlog
