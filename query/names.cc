#include "query/names.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace govlog {

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t distance_max) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > distance_max) return distance_max + 1;
  std::vector<std::size_t> row(a.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t j = 1; j <= b.size(); ++j) {
    std::size_t diagonal = row[0];
    row[0] = j;
    std::size_t least = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({replaced, row[i] + 1, row[i - 1] + 1});
      least = std::min(least, row[i]);
    }
    if (least > distance_max) return distance_max + 1;
  }
  return std::min(row[a.size()], distance_max + 1);
}

std::string_view shorten(std::string_view text) {
  constexpr std::size_t kShownBytes = 120;
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace govlog
