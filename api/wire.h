#pragma once
// What two processes of Govlog say to each other: our own JSON read back. It is input like any other.

#include "api/executor.h"
#include "base/result.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// What render_error made; nothing where `json` is something else. A code that we do not know is kInternal.
std::optional<Error> parse_rendered_error(std::string_view json);

/// What render_receipts made. kInternal otherwise.
Result<std::vector<Receipt>> parse_receipts(std::string_view json);

/// Batches as lines of JSON arrays, and what was appended of them as an array of arrays.
std::string render_batches(std::span<const std::vector<Event>> batches);
Result<std::vector<std::vector<Event>>> parse_batches(std::string_view lines, Timestamp now);
std::string render_receipts_in_turn(std::span<const std::vector<Receipt>> receipts);
Result<std::vector<std::vector<Receipt>>> parse_receipts_in_turn(std::string_view json);

/// `{"values":[…],"total":N}`.
std::string render_completion(const Completion& completion);
Result<Completion> parse_completion(std::string_view json);

}  // namespace govlog
