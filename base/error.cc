#include "base/error.h"

#include "base/assert.h"

#include <array>

namespace govlog {

const CodeInfo& code_info(Code code) {
  // In the order of the enumerators.
  static constexpr std::array<CodeInfo, 17> kTable{{
      {"invalid_json", 2, 400},
      {"invalid_event", 2, 400},
      {"invalid_argument", 2, 400},
      {"future_timestamp", 2, 400},
      {"too_large", 2, 413},
      {"not_found", 3, 404},
      {"ambiguous_entity", 3, 409},
      {"id_conflict", 4, 409},
      {"version_conflict", 4, 409},
      {"forbidden", 5, 403},
      {"locked", 6, 503},
      {"clock_behind", 8, 503},
      {"unsupported_format", 7, 500},
      {"corruption", 7, 500},
      {"io_error", 8, 500},
      {"disk_full", 8, 507},
      {"internal", 1, 500},
  }};
  const auto index = static_cast<std::size_t>(code);
  GOVLOG_ASSERT(index < kTable.size(), "code {}", index);
  return kTable[index];
}

}  // namespace govlog
