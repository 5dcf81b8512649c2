#pragma once
// Untrusted JSON text to canonical text: RFC 8785, but numbers stay exactly as they were written.

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// Deepest nesting of an event's data, `{}` being 1. An event's own object adds one.
inline constexpr int kJsonDepthMax = 64;
/// Deepest nesting that canonicalize ever lets through, and so the deepest of any canonical text.
inline constexpr int kCanonicalDepthMax = 1000;

/// How long a number token may be.
struct NumberLimits {
  std::size_t characters_max = 1000;
  std::size_t exponent_digits_max = 9;
};

/// Canonical text of the one JSON value in `json`: members sorted by UTF-16 code units at every depth, no white space,
/// strings escaped as RFC 8785 says, number tokens untouched. Any value is taken, scalars too.
/// `depth_max`: containers nested deeper are refused. `numbers`: longer tokens are.
/// kInvalidJson for anything that RFC 8259 refuses, and for invalid UTF-8, a byte order mark, lone surrogates, duplicate member names at any
/// depth, a number token over its limits; the message says what
/// and at which byte where that is known. O(n), O(m log m) for an object of m members out of order. Thread-safe.
Result<std::string> canonicalize(std::string_view json, int depth_max, const NumberLimits& numbers = {});

/// The texts of the items of the array in `json`, as slices of it, where it is an array; nothing where it is another value.
/// Only the outermost structure is looked at: each slice still has to be canonicalized. kInvalidJson where it does not end, or
/// something follows it.
Result<std::optional<std::vector<std::string_view>>> split_json_array(std::string_view json);

/// kCorruption: what should be canonical text and is not. `what`: the beginning of a sentence.
Error not_canonical(std::string_view what);

}  // namespace govlog
