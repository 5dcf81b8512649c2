#include "query/names.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kNearest = 3;
constexpr std::size_t kDistanceMax = 400;  // of two ids of 100 code points of 4 bytes

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

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

NearestNames::NearestNames(std::string_view text) : text_(lower(text)), typed_(text.find('/') != std::string_view::npos) {}

void NearestNames::offer(std::string_view id, std::string name) {
  const std::size_t distance_max = nearest_.size() < kNearest ? kDistanceMax : nearest_.back().distance;
  std::size_t distance = edit_distance(text_, lower(id), distance_max);
  if (typed_) distance = std::min(distance, edit_distance(text_, lower(name), distance_max));
  if (nearest_.size() == kNearest && distance >= distance_max) return;
  const auto place = std::upper_bound(nearest_.begin(), nearest_.end(), distance,
                                      [](std::size_t least, const Near& near) { return least < near.distance; });
  nearest_.insert(place, {distance, std::move(name)});
  if (nearest_.size() > kNearest) nearest_.pop_back();
}

std::vector<std::string> NearestNames::take() && {
  std::vector<std::string> names;
  for (Near& near : nearest_) names.push_back(std::move(near.name));
  return names;
}

std::string_view shorten(std::string_view text) {
  constexpr std::size_t kShownBytes = 120;
  if (text.size() <= kShownBytes) return text;
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

}  // namespace govlog
