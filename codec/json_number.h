#pragma once
// Numbers of JSON by value: sign, digits and exponent, never a double.

#include <string>
#include <string_view>

namespace govlog {

/// One text for all spellings of a number: `0`, or sign, digits without zeros at either end, `e` and the exponent of the last digit. 1, 1.0 and 10e-1 give `1e0`; -0 gives `0`.
/// An exponent of more than 9 digits is not reckoned with: such a `token` is its own text. O(n).
std::string normal_number(std::string_view token);

/// Whether two number tokens have the same value. O(n).
bool same_number(std::string_view a, std::string_view b);

}  // namespace govlog
