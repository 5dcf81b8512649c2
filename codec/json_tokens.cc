#include "codec/json_tokens.h"

#include "codec/hash.h"
#include "codec/json_text.h"

namespace govlog {

bool JsonTokens::take(JsonTokenKind kind, std::size_t length) {
  if (length == 0) {
    rest_ = {};
    return false;
  }
  kind_ = kind;
  text_ = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return true;
}

bool JsonTokens::next() {
  if (rest_.starts_with(',')) rest_.remove_prefix(1);
  if (rest_.empty()) return false;
  switch (rest_.front()) {
    case '{':
    case '[':
      return take(JsonTokenKind::kOpen, 1);
    case '}':
    case ']':
      return take(JsonTokenKind::kClose, 1);
    case '"':
      if (!take(JsonTokenKind::kString, json_value_length(rest_))) return false;
      if (rest_.starts_with(':')) {
        kind_ = JsonTokenKind::kName;
        rest_.remove_prefix(1);
      }
      return true;
    case 'n':
    case 't':
    case 'f':
      return take(JsonTokenKind::kLiteral, json_value_length(rest_));
    default:
      return take(JsonTokenKind::kNumber, json_value_length(rest_));
  }
}

bool JsonValues::next() {
  while (tokens_.next()) {
    const std::string_view text = tokens_.text();
    switch (tokens_.kind()) {
      case JsonTokenKind::kClose:
        if (open_.empty()) return false;
        open_.pop_back();
        continue;
      case JsonTokenKind::kName:
        member_name_ = text.substr(1, text.size() - 2);
        member_path_ = xxh64(member_name_, open_.empty() ? 0 : open_.back().path);
        continue;
      default:
        break;
    }
    const bool member = !open_.empty() && open_.back().object;
    name_ = member ? member_name_ : std::string_view();
    path_ = member ? member_path_ : (open_.empty() ? 0 : open_.back().path);
    depth_ = open_.size();
    if (tokens_.kind() == JsonTokenKind::kOpen) open_.push_back({path_, text == "{"});
    return true;
  }
  return false;
}

bool JsonValues::is_empty() const {
  JsonTokens after = tokens_;
  return after.next() && after.kind() == JsonTokenKind::kClose;
}

}  // namespace govlog
