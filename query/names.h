#pragma once
// Names in messages: which one was meant, and how much of it is shown.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// Levenshtein distance in bytes, or `distance_max` + 1 where it is greater. O(length of a * length of b) at worst.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t distance_max);

/// The three names nearest to a text, by the edit distance of lower-cased ids; among equals those that were offered first.
class NearestNames {
 public:
  explicit NearestNames(std::string_view text);
  /// `id` is compared, and where the text has a `/`, `name` too; `name` is what is told.
  void offer(std::string_view id, std::string name);
  std::vector<std::string> take() &&;

 private:
  struct Near {
    std::size_t distance;
    std::string name;
  };
  std::string text_;
  bool typed_;
  std::vector<Near> nearest_;
};

/// The first 120 bytes of `text` at most, never half a code point.
std::string_view shorten(std::string_view text);

}  // namespace govlog
