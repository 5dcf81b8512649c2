#include "codec/word_fold.h"

#include "base/assert.h"

#include <utf8proc.h>

#include <algorithm>

namespace govlog {
namespace {

constexpr std::int32_t kMalformed = -1;
/// One code point decomposes to 4 at most, and folds to 3.
constexpr std::size_t kDecomposedMax = 16;

bool is_mark(std::int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
      return true;
    default:
      return false;
  }
}

int combining_class(std::int32_t point) { return utf8proc_get_property(point)->combining_class; }

/// The canonical order of marks. utf8proc's own takes n² steps for n of them.
void order_marks(std::vector<std::int32_t>& points) {
  auto begin = points.begin();
  while (begin != points.end()) {
    if (combining_class(*begin) == 0) {
      ++begin;
      continue;
    }
    const auto end = std::find_if(begin, points.end(), [](std::int32_t point) { return combining_class(point) == 0; });
    std::stable_sort(begin, end, [](std::int32_t a, std::int32_t b) { return combining_class(a) < combining_class(b); });
    begin = end;
  }
}

}  // namespace

std::int32_t take_point(std::string_view& text) {
  std::int32_t point = kMalformed;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &point);
  text.remove_prefix(length < 1 ? 1 : static_cast<std::size_t>(length));
  return length < 1 ? kMalformed : point;
}

bool is_word_point(std::int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_ND:
      return true;
    default:
      return point == '_';
  }
}

bool is_space_point(std::int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
      return true;
    default:
      return false;
  }
}

bool continues_cluster(std::int32_t point) {
  if (point < 0x300) return false;
  return is_mark(point) || (point >= 0x1160 && point <= 0x11FF);
}

bool begins_with_mark(std::string_view text) { return !text.empty() && continues_cluster(take_point(text)); }

/// points_, decomposed (and folded where `options` say so), ordered and composed.
void WordFolder::normalize(int options) {
  scratch_.clear();
  for (const std::int32_t point : points_) {
    std::int32_t decomposed[kDecomposedMax];
    int boundary = 0;
    const auto length = utf8proc_decompose_char(point, decomposed, kDecomposedMax,
                                                static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | options), &boundary);
    GOVLOG_ASSERT(length >= 0 && length <= static_cast<utf8proc_ssize_t>(kDecomposedMax), "{} of U+{:04X}", length, point);
    scratch_.insert(scratch_.end(), decomposed, decomposed + length);
  }
  order_marks(scratch_);
  const auto length = utf8proc_normalize_utf32(scratch_.data(), static_cast<utf8proc_ssize_t>(scratch_.size()),
                                               static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  GOVLOG_ASSERT(length >= 0, "composing gave {}", length);
  scratch_.resize(static_cast<std::size_t>(length));
  points_.swap(scratch_);
}

void WordFolder::fold_cluster() {
  normalize(0);
  normalize(UTF8PROC_CASEFOLD);
}

void WordFolder::fold(std::string_view text, std::vector<FoldedPoint>& out) {
  const std::size_t size = text.size();
  while (!text.empty()) {
    const std::size_t begin = size - text.size();
    points_.assign(1, take_point(text));
    if (points_.front() == kMalformed) {
      out.push_back({kMalformed, begin, begin + 1});
      continue;
    }
    while (!text.empty()) {
      std::string_view after = text;
      const std::int32_t point = take_point(after);
      if (!continues_cluster(point)) break;
      points_.push_back(point);
      text = after;
    }
    fold_cluster();
    for (const std::int32_t point : points_) out.push_back({point, begin, size - text.size()});
  }
}

}  // namespace govlog
