// Members of canonical objects are sorted, so a merge of two objects is one walk over both texts, side by side, and needs no tree.
#include "codec/state.h"

#include "codec/canonical.h"
#include "codec/json_text.h"

#include <array>
#include <span>

namespace govlog {
namespace {

/// Writes members, with commas between them.
class MemberWriter {
 public:
  explicit MemberWriter(std::string& out) : out_(out) { out_ += '{'; }

  /// Begins a member; its value is to be appended to the text next.
  void begin(std::string_view key) {
    if (!first_) out_ += ',';
    first_ = false;
    out_ += '"';
    out_ += key;
    out_ += "\":";
  }
  void write(std::string_view key, std::string_view value) {
    begin(key);
    out_ += value;
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

int compare_members(std::string_view a, std::string_view b) { return a == b ? 0 : compare_json_keys(a, b); }

Status append_merged(std::string& out, std::string_view target, std::string_view patch, int depth);

/// One member of the patch onto `target`, the value that the member has had (none: empty). A null takes the member away.
Status write_patched(MemberWriter& members, std::string& out, const JsonCursor& patch, std::string_view target, int depth) {
  const std::string_view value = patch.value();
  if (value == "null") return Ok{};
  members.begin(patch.key());
  return append_merged(out, target, value, depth + 1);
}

Status append_merged_objects(std::string& out, std::string_view target, std::string_view patch, int depth) {
  JsonCursor old_member(target);
  JsonCursor new_member(patch);
  MemberWriter members(out);
  bool old_left = old_member.next();
  bool new_left = new_member.next();
  while (old_left || new_left) {
    const int order = !old_left ? 1 : !new_left ? -1 : compare_members(old_member.key(), new_member.key());
    if (order < 0) {
      members.write(old_member.key(), old_member.value());
    } else {
      const std::string_view old_value = order == 0 ? old_member.value() : std::string_view();
      GOVLOG_TRY(write_patched(members, out, new_member, old_value, depth));
    }
    if (order <= 0) old_left = old_member.next();
    if (order >= 0) new_left = new_member.next();
  }
  if (!old_member.ok()) return not_canonical("the target of a merge");
  if (!new_member.ok()) return not_canonical("a merge patch");
  members.end();
  return Ok{};
}

/// Appends `patch` merged onto `target`, which may be empty for no value. Nulls within a patch object that meets no object go too, as
/// RFC 7396 says; most have none, and are copied whole.
Status append_merged(std::string& out, std::string_view target, std::string_view patch, int depth) {
  if (depth > kCanonicalDepthMax) return not_canonical("a merge patch that is nested so deep");
  if (json_kind(patch) != JsonKind::kObject) {
    out += patch;
    return Ok{};
  }
  if (json_kind(target) != JsonKind::kObject) {
    if (patch.find("null") == std::string_view::npos) {
      out += patch;
      return Ok{};
    }
    target = kEmptyState;
  }
  return append_merged_objects(out, target, patch, depth);
}

/// A member to set: an empty value takes it away.
struct Assignment {
  std::string_view key;
  std::string_view value;
};

/// `object` with `assignments`, which are sorted as members are, made as they stand (no merge).
Result<std::string> assign(std::string_view object, std::span<const Assignment> assignments) {
  if (json_kind(object) != JsonKind::kObject) return not_canonical("the state or the data of an event");
  std::string out;
  out.reserve(object.size() + 64);
  MemberWriter members(out);
  auto next = assignments.begin();
  const auto write_next = [&] {
    if (!next->value.empty()) members.write(next->key, next->value);
    ++next;
  };
  JsonCursor member(object);
  while (member.next()) {
    int order = -1;
    while (next != assignments.end() && (order = compare_members(member.key(), next->key)) > 0) write_next();
    const bool replaced = next != assignments.end() && order == 0;
    if (replaced) {
      write_next();
    } else {
      members.write(member.key(), member.value());
    }
  }
  if (!member.ok()) return not_canonical("the state or the data of an event");
  while (next != assignments.end()) write_next();
  members.end();
  return out;
}

Result<std::string> fold_status_change(std::string_view state, std::string_view data) {
  static constexpr std::array<Assignment, 2> kWithout{{{"new_status", {}}, {"old_status", {}}}};
  const std::string_view status = json_member_not_null(data, "new_status").value_or(std::string_view());
  const std::string patch = GOVLOG_TRY(assign(data, kWithout));
  std::string merged = GOVLOG_TRY(merge_patch(state, patch));
  if (status.empty()) return merged;
  return assign(merged, std::array<Assignment, 1>{{{"status", status}}});
}

}  // namespace

Result<std::string> merge_patch(std::string_view target, std::string_view patch) {
  if (json_value_length(target) != target.size() || target.empty()) return not_canonical("the target of a merge");
  if (json_value_length(patch) != patch.size() || patch.empty()) return not_canonical("a merge patch");
  std::string out;
  out.reserve(target.size() + patch.size());
  GOVLOG_TRY(append_merged(out, target, patch, 1));
  return out;
}

Result<std::string> fold_event(std::string_view state, std::string_view event_type, std::string_view data) {
  if (event_type.ends_with("StatusChanged")) return fold_status_change(state, data);
  if (event_type == "TraceabilityLinkAdded") {
    const std::string_view link_type = json_member_not_null(data, "link_type").value_or("\"TRACES_TO\"");
    return assign(data, std::array<Assignment, 2>{{{"link_type", link_type}, {"removed", "false"}}});
  }
  if (event_type == "TraceabilityLinkRemoved") return assign(state, std::array<Assignment, 1>{{{"removed", "true"}}});
  if (json_kind(data) != JsonKind::kObject) return not_canonical("the data of an event");
  return merge_patch(state, data);
}

}  // namespace govlog
