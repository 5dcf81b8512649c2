#include "engine/compare_rows.h"

#include "codec/keys.h"
#include "engine/entity_rows.h"
#include "engine/entity_state.h"
#include "engine/row_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

using Difference = std::optional<RowDifference>;

constexpr std::size_t kEventKeyBytes = 16;
constexpr std::string_view kOther = "holds another value than the log gives";
constexpr std::string_view kUnexpected = "should not be there";
constexpr std::string_view kMissing = "is missing";

bool is_left_out(Family family, std::string_view key) { return family == Family::kViews && is_graph_piece_key(key); }

/// The entity of a key of entities or states.
std::optional<EntityRef> entity_of(std::string_view key) {
  if (key.size() <= kEventKeyBytes) return std::nullopt;
  const std::string_view prefix = key.substr(0, key.size() - kEventKeyBytes);
  const std::size_t split = prefix.find('\0');
  if (!prefix.ends_with('\0') || split + 1 >= prefix.size()) return std::nullopt;
  return EntityRef{std::string(prefix.substr(0, split)), std::string(prefix.substr(split + 1, prefix.size() - split - 2))};
}

/// Whether a head says the same, and its state, where it has one, is what folding gives.
Result<bool> same_head(const ReadView::Snapshot& anew, std::string_view key, std::string_view kept_value,
                       std::string_view anew_value) {
  const auto entity = decode_head_key(key);
  const auto kept = decode_head_row(kept_value);
  auto expected = decode_head_row(anew_value);
  if (!entity || !kept || !expected) return false;
  const bool same = kept->version == expected->version && kept->first_created_at == expected->first_created_at &&
                    kept->last == expected->last && kept->last_version == expected->last_version &&
                    kept->claims == expected->claims;
  if (!same || !kept->has_state) return same;
  const EntityState state = GOVLOG_TRY(fold_state(anew, *entity, *std::move(expected), kEventKeyMax, kPositionMax));
  return kept->state == state.state && kept->actor_token == state.actor_token;
}

Result<bool> same_row(const ReadView::Snapshot& anew, Family family, const rocksdb::Iterator& kept,
                      const rocksdb::Iterator& expected) {
  if (kept.value() == expected.value()) return true;
  if (family != Family::kViews || !decode_head_key(view(kept.key()))) return false;
  return same_head(anew, view(kept.key()), view(kept.value()), view(expected.value()));
}

Difference unreadable(Family family, const rocksdb::Status& status) {
  RowDifference difference = difference_at(family, {}, fmt::format("cannot be read: {}", status.ToString()));
  difference.key = "a row";
  return difference;
}

void skip_left_out(rocksdb::Iterator& rows, Family family) {
  while (rows.Valid() && is_left_out(family, view(rows.key()))) rows.Next();
}

/// Checkpoints of `kept` against folds of the log, entity by entity, beside the entity's events.
class Checkpoints {
 public:
  Checkpoints(const Database& kept, const ReadView::Snapshot& anew)
      : kept_(kept), anew_(anew), events_(anew.database->iterate(Family::kEntities, anew.snapshot)) {}

  Result<Difference> first_difference() {
    const auto rows = kept_.iterate(Family::kStates, nullptr);
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      const std::string_view key = view(rows->key());
      const std::string_view problem =
          GOVLOG_TRY(key == kFamilyHeadKey ? head_problem(view(rows->value())) : problem_of(key, view(rows->value())));
      if (!problem.empty()) return Difference(difference_at(Family::kStates, key, std::string(problem)));
    }
    if (!rows->status().ok()) return unreadable(Family::kStates, rows->status());
    return Difference{};
  }

 private:
  Result<std::string_view> head_problem(std::string_view value) const {
    return value == position_key(anew_.position) ? std::string_view() : kOther;
  }

  /// Nothing where the checkpoint is void, or right.
  Result<std::string_view> problem_of(std::string_view key, std::string_view value) {
    const auto entity = entity_of(key);
    const auto at = decode_entity_key_tail(key);
    const auto checkpoint = decode_checkpoint_row(value);
    if (!entity || !at || !checkpoint) return std::string_view("does not decode");
    const std::string name = head_key(entity->entity_type, entity->entity_id);
    const auto kept_head = kept_.get(Family::kViews, name, nullptr);  // what is wrong with it is told of family views
    const auto head_row = kept_head.ok() && *kept_head ? decode_head_row(**kept_head) : std::nullopt;
    if (head_row && !is_sound(head_row->void_mark, *at, checkpoint->written_at)) return std::string_view();
    const auto anew_head = GOVLOG_TRY(anew_.database->get(Family::kViews, name, anew_.snapshot));
    auto head = anew_head ? decode_head_row(*anew_head) : std::nullopt;
    if (!head) return kUnexpected;
    GOVLOG_TRY(go_to(key, *at));
    const bool counts = last_ == *at && checkpoint->events_folded == events_folded_ &&
                        checkpoint->greatest_position == greatest_position_ && checkpoint->written_at <= anew_.position;
    if (!counts) return kOther;
    const EntityState state = GOVLOG_TRY(fold_state(anew_, *entity, *std::move(head), *at, kPositionMax));
    const bool same = checkpoint->version == state.version && checkpoint->actor_token == state.actor_token &&
                      checkpoint->state == state.state;
    return same ? std::string_view() : kOther;
  }

  /// Counts the entity's events up to `at`: from the first one, or from the checkpoint before.
  Status go_to(std::string_view key, const EventKey& at) {
    const std::string_view prefix = key.substr(0, key.size() - kEventKeyBytes);
    if (prefix != prefix_) {
      prefix_ = prefix;
      last_ = kEventKeyMin;
      events_folded_ = greatest_position_ = 0;
      events_->Seek(slice(prefix_));
    }
    for (; events_->Valid() && view(events_->key()).starts_with(prefix_); events_->Next()) {
      const auto next = decode_entity_key_tail(view(events_->key()));
      if (!next || *next > at) break;
      last_ = *next;
      ++events_folded_;
      greatest_position_ = std::max(greatest_position_, next->position);
    }
    if (!events_->status().ok()) return to_error(events_->status(), "reading an entity");
    return Ok{};
  }

  const Database& kept_;
  const ReadView::Snapshot& anew_;
  std::unique_ptr<rocksdb::Iterator> events_;
  std::string prefix_;
  EventKey last_ = kEventKeyMin;
  std::uint64_t events_folded_ = 0;
  Position greatest_position_ = 0;
};

}  // namespace

RowDifference difference_at(Family family, std::string_view key, std::string problem) {
  return {std::string(kFamilyNames[static_cast<std::size_t>(family)]), row_name(family, key), row_position(family, key),
          std::move(problem)};
}

Result<std::optional<RowDifference>> compare_family(const Database& kept, const std::shared_ptr<const ReadView::Snapshot>& anew,
                                                    Family family) {
  if (family == Family::kStates) return Checkpoints(kept, *anew).first_difference();
  const auto kept_rows = kept.iterate(family, nullptr);
  const auto anew_rows = anew->database->iterate(family, anew->snapshot);
  kept_rows->SeekToFirst();
  anew_rows->SeekToFirst();
  const auto differ = [&](const rocksdb::Iterator& rows, std::string_view problem) {
    return Difference(difference_at(family, view(rows.key()), std::string(problem)));
  };
  for (;; kept_rows->Next(), anew_rows->Next()) {
    skip_left_out(*kept_rows, family);
    skip_left_out(*anew_rows, family);
    if (!kept_rows->status().ok()) return unreadable(family, kept_rows->status());
    if (!anew_rows->status().ok()) return to_error(anew_rows->status(), "reading what was made anew");
    if (!kept_rows->Valid() && !anew_rows->Valid()) return Difference{};
    const int order = !kept_rows->Valid() ? 1 : !anew_rows->Valid() ? -1 : kept_rows->key().compare(anew_rows->key());
    if (order != 0) return order < 0 ? differ(*kept_rows, kUnexpected) : differ(*anew_rows, kMissing);
    const bool same = GOVLOG_TRY(same_row(*anew, family, *kept_rows, *anew_rows));
    if (!same) return differ(*kept_rows, kOther);
  }
}

Result<std::uint64_t> count_rows(const Database& database, Family family) {
  std::uint64_t count = 0;
  const auto rows = database.iterate(family, nullptr);
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
    const std::string_view key = view(rows->key());
    if (key != kFamilyHeadKey && !is_left_out(family, key)) ++count;
  }
  if (!rows->status().ok()) return to_error(rows->status(), "counting rows");
  return count;
}

}  // namespace govlog
