#include "codec/snippet.h"

#include "codec/json_escape.h"
#include "codec/word_fold.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace govlog {
namespace {

constexpr std::int32_t kEllipsis = 0x2026;
constexpr std::int32_t kReplacement = 0xFFFD;
/// What is shown before the hit: a third, since what follows tells more.
constexpr std::size_t kPointsBeforeMax = 50;
/// How far a cut moves to stand between words. Text without spaces is cut anywhere.
constexpr std::size_t kCutMovesMax = 24;

/// Code points with single spaces, and where the hit stands among them.
struct PlainText {
  std::vector<std::int32_t> points;
  TextRange hit;
};

PlainText make_plain(std::string_view text, TextRange hit) {
  PlainText plain;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t at = text.size() - rest.size();
    if (at <= hit.begin) plain.hit.begin = plain.points.size();
    if (at < hit.end) plain.hit.end = plain.points.size() + 1;
    const std::int32_t point = take_point(rest);
    if (point < 0) {
      plain.points.push_back(kReplacement);
    } else if (!is_space_point(point)) {
      plain.points.push_back(point);
    } else if (!plain.points.empty() && plain.points.back() != ' ') {
      plain.points.push_back(' ');
    }
  }
  if (!plain.points.empty() && plain.points.back() == ' ') plain.points.pop_back();
  plain.hit.end = std::min(plain.hit.end, plain.points.size());
  plain.hit.begin = std::min(plain.hit.begin, plain.hit.end);
  return plain;
}

/// The points to show where not all can be.
TextRange choose_window(const std::vector<std::int32_t>& points, TextRange hit) {
  constexpr std::size_t kShownMax = kSnippetPointsMax - 2;  // an ellipsis on either side
  hit.end = std::min(hit.end, hit.begin + kShownMax);
  const std::size_t before = std::min({hit.begin, kPointsBeforeMax, kShownMax - (hit.end - hit.begin)});
  TextRange window{hit.begin - before, std::min(points.size(), hit.begin - before + kShownMax)};
  window.begin = std::min(window.begin, points.size() - std::min(points.size(), kShownMax));

  const auto at = [&](std::size_t index) { return points.begin() + static_cast<std::ptrdiff_t>(index); };
  if (window.begin > 0 && points[window.begin - 1] != ' ') {
    const auto last = at(std::min(hit.begin, window.begin + kCutMovesMax));
    const auto space = std::find(at(window.begin), last, ' ');
    if (space != last) window.begin = static_cast<std::size_t>(space - points.begin()) + 1;
    while (window.begin < hit.begin && continues_cluster(points[window.begin])) ++window.begin;
  }
  if (window.end < points.size() && points[window.end] != ' ') {
    const std::size_t first = std::max(hit.end, window.end - std::min(window.end, kCutMovesMax));
    std::size_t space = window.end;
    while (space > first && points[space] != ' ') --space;
    if (points[space] == ' ') window.end = space;
    while (window.end > hit.end && continues_cluster(points[window.end])) --window.end;
  }
  return window;
}

}  // namespace

std::string make_snippet(std::string_view text, TextRange hit) {
  const PlainText plain = make_plain(text, hit);
  TextRange window{0, plain.points.size()};
  if (window.end > kSnippetPointsMax) window = choose_window(plain.points, plain.hit);
  std::string out;
  if (window.begin > 0) append_utf8(out, kEllipsis);
  for (std::size_t i = window.begin; i < window.end; ++i) append_utf8(out, static_cast<std::uint32_t>(plain.points[i]));
  if (window.end < plain.points.size()) append_utf8(out, kEllipsis);
  return out;
}

}  // namespace govlog
