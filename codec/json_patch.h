#pragma once
// The difference of two states as RFC 6902 (add, remove, replace only), members in canonical order, arrays index by index.

#include "base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class PatchKind : std::uint8_t { kAdd, kRemove, kReplace };

/// One operation. `path` is a JSON Pointer in plain UTF-8 (RFC 6901, `~0` and `~1` applied); `from` and `to` are canonical text, empty where
/// they do not apply (`from` of an add, `to` of a remove).
struct PatchOperation {
  PatchKind kind = PatchKind::kReplace;
  std::string path;
  std::string from;
  std::string to;
};

/// Turns `from` into `to`, both canonical text. Equal means written alike. Of an array that shrank, the surplus items are removed
/// from its end backwards; of one that grew, they are added in order. kCorruption where a text is malformed.
Result<std::vector<PatchOperation>> json_diff(std::string_view from, std::string_view to);

}  // namespace govlog
