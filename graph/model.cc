#include "graph/model.h"

#include <algorithm>
#include <array>

namespace govlog {

namespace {

constexpr std::array<std::string_view, kLabelCount> kLabels{"ADR",     "ChangeRequest",    "DiagramVersion",
                                                            "Element", "ImpactAssessment", "Mitigation"};
constexpr std::array<std::string_view, kLabelCount> kEntityTypes{"adr", "change_request",    "",
                                                                 "",    "impact_assessment", "mitigation"};
constexpr std::array<std::string_view, kRelationCount> kRelations{"AFFECTS",   "CREATES",  "IMPACTS", "PREVIOUS",
                                                                  "REALIZES",  "REQUIRES", "SERVES",  "SUPERSEDES",
                                                                  "TRACES_TO", "TRIGGERS", "UPDATES", "VALIDATES"};

template <typename Enum, std::size_t kCount>
std::optional<Enum> find(const std::array<std::string_view, kCount>& names, std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end() || name.empty()) return std::nullopt;
  return static_cast<Enum>(found - names.begin());
}

}  // namespace

std::string_view label_name(Label label) { return kLabels.at(static_cast<std::size_t>(label)); }
std::optional<Label> find_label(std::string_view name) { return find<Label>(kLabels, name); }
std::string_view relation_name(Relation relation) { return kRelations.at(static_cast<std::size_t>(relation)); }
std::optional<Relation> find_relation(std::string_view name) { return find<Relation>(kRelations, name); }

std::optional<Label> label_of_entity_type(std::string_view entity_type) { return find<Label>(kEntityTypes, entity_type); }
std::string_view entity_type_of_label(Label label) { return kEntityTypes.at(static_cast<std::size_t>(label)); }

RelationSet default_relations(Label root) {
  if (root == Label::kElement) return kLinkRelations;
  RelationSet all;
  for (std::size_t i = 0; i < kRelationCount; ++i) {
    const auto relation = static_cast<Relation>(i);
    if (relation != Relation::kPrevious && relation != Relation::kSupersedes) all = all.with(relation);
  }
  return all;
}

}  // namespace govlog
