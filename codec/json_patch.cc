#include "codec/json_patch.h"

#include "codec/canonical.h"
#include "codec/json_text.h"

namespace govlog {
namespace {

/// Collects the operations, knowing the place in the document.
class Differ {
 public:
  Status diff(std::string_view from, std::string_view to, int depth);
  std::vector<PatchOperation> take() { return std::move(operations_); }

 private:
  Status diff_objects(std::string_view from, std::string_view to, int depth);
  Status diff_arrays(std::string_view from, std::string_view to, int depth);
  void remove_items(std::size_t first, const std::vector<std::string_view>& items);
  Status diff_item(std::size_t index, std::string_view from, std::string_view to, int depth);

  void enter_member(std::string_view key);
  void enter_item(std::size_t index) {
    path_ += '/';
    path_ += fmt::format_int(index).c_str();
  }
  void add(std::string_view to) { operations_.push_back({PatchKind::kAdd, path_, {}, std::string(to)}); }
  void remove(std::string_view from) { operations_.push_back({PatchKind::kRemove, path_, std::string(from), {}}); }

  std::string path_;
  std::vector<PatchOperation> operations_;
};

void Differ::enter_member(std::string_view key) {
  path_ += '/';
  for (const char c : json_unescape(key)) {
    if (c == '~') {
      path_ += "~0";
    } else if (c == '/') {
      path_ += "~1";
    } else {
      path_ += c;
    }
  }
}

Status Differ::diff(std::string_view from, std::string_view to, int depth) {
  if (from == to) return Ok{};
  if (depth > kCanonicalDepthMax) return not_canonical("a state that is nested so deep");
  const JsonKind kind = json_kind(from);
  if (kind == json_kind(to)) {
    if (kind == JsonKind::kObject) return diff_objects(from, to, depth);
    if (kind == JsonKind::kArray) return diff_arrays(from, to, depth);
  }
  operations_.push_back({PatchKind::kReplace, path_, std::string(from), std::string(to)});
  return Ok{};
}

Status Differ::diff_objects(std::string_view from, std::string_view to, int depth) {
  JsonCursor old_member(from);
  JsonCursor new_member(to);
  const std::size_t here = path_.size();
  bool old_left = old_member.next();
  bool new_left = new_member.next();
  while (old_left || new_left) {
    const int order = !old_left ? 1 : !new_left ? -1 : compare_json_keys(old_member.key(), new_member.key());
    enter_member(order <= 0 ? old_member.key() : new_member.key());
    if (order < 0) {
      remove(old_member.value());
    } else if (order > 0) {
      add(new_member.value());
    } else {
      GOVLOG_TRY(diff(old_member.value(), new_member.value(), depth + 1));
    }
    path_.resize(here);
    if (order <= 0) old_left = old_member.next();
    if (order >= 0) new_left = new_member.next();
  }
  if (!old_member.ok() || !new_member.ok()) return not_canonical("a state");
  return Ok{};
}

Status Differ::diff_item(std::size_t index, std::string_view from, std::string_view to, int depth) {
  const std::size_t here = path_.size();
  enter_item(index);
  GOVLOG_TRY(diff(from, to, depth + 1));
  path_.resize(here);
  return Ok{};
}

/// Removes the items that stand from index `first` on, the last one first, so that each index holds when its turn comes.
void Differ::remove_items(std::size_t first, const std::vector<std::string_view>& items) {
  const std::size_t here = path_.size();
  for (std::size_t left = items.size(); left > 0; --left) {
    enter_item(first + left - 1);
    remove(items[left - 1]);
    path_.resize(here);
  }
}

Status Differ::diff_arrays(std::string_view from, std::string_view to, int depth) {
  JsonCursor old_item(from);
  JsonCursor new_item(to);
  std::size_t index = 0;
  bool old_left = old_item.next();
  bool new_left = new_item.next();
  for (; old_left && new_left; ++index) {
    GOVLOG_TRY(diff_item(index, old_item.value(), new_item.value(), depth));
    old_left = old_item.next();
    new_left = new_item.next();
  }
  std::vector<std::string_view> surplus;
  for (; old_left; old_left = old_item.next()) surplus.push_back(old_item.value());
  remove_items(index, surplus);
  const std::size_t here = path_.size();
  for (; new_left; new_left = new_item.next()) {
    enter_item(index++);
    add(new_item.value());
    path_.resize(here);
  }
  if (!old_item.ok() || !new_item.ok()) return not_canonical("a state");
  return Ok{};
}

}  // namespace

Result<std::vector<PatchOperation>> json_diff(std::string_view from, std::string_view to) {
  if (json_value_length(from) != from.size() || from.empty()) return not_canonical("the first state");
  if (json_value_length(to) != to.size() || to.empty()) return not_canonical("the second state");
  Differ differ;
  GOVLOG_TRY(differ.diff(from, to, 1));
  return differ.take();
}

}  // namespace govlog
