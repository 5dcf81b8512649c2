#pragma once
// Arguments, as texts, against the table of parameters.

#include "api/operation.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// Holds every argument against its parameter: known (else the nearest name is told), not repeated where it may not be, of the right form and
/// length; and that what is required is there, unless a cursor is, which bears the first page's arguments. Times and references are read later, by whoever uses them. kInvalidArgument with `details.parameter`.
Status check_arguments(std::span<const Parameter> parameters, const Arguments& arguments);

/// kInvalidArgument that names `parameter`.
Error argument_error(std::string_view parameter, std::string message);

/// The one value of `name`, or nothing where it was not given.
std::optional<std::string> argument(const Arguments& arguments, std::string_view name);

/// All values of `name`.
std::vector<std::string> argument_list(const Arguments& arguments, std::string_view name);

/// Decimal digits alone, no sign; nothing where `text` is anything else or over `maximum`.
std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t maximum);

/// Value of a kInteger argument that passed check_arguments.
std::optional<std::uint64_t> integer_argument(const Arguments& arguments, std::string_view name);

/// How many code points `text` has; nothing where it is no UTF-8.
std::optional<std::size_t> count_code_points(std::string_view text);

/// The one of `names` that is nearest to `name` by edit distance; empty where none is near.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> names);

}  // namespace govlog
