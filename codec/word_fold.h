#pragma once
// Texts beyond ASCII as search compares them: in NFC, then fully case-folded, then in NFC again (https://www.unicode.org/reports/tr15/; Unicode 14, as utf8proc has it).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// A code point of a folded text, and the bytes that it came of.
struct FoldedPoint {
  std::int32_t point = 0;  // -1 for a malformed byte
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The code point that `text` begins with, which goes from its front; -1 for a malformed byte. `text` is not empty.
std::int32_t take_point(std::string_view& text);

/// Whether words hold this code point: Unicode categories L, M, Nd, and `_`.
bool is_word_point(std::int32_t point);

/// Whether this one is white space or a control character.
bool is_space_point(std::int32_t point);
/// Whether this one belongs to what stands before it: a mark, a vowel or a final consonant of Hangul.
bool continues_cluster(std::int32_t point);
/// Whether `text` begins with such a one.
bool begins_with_mark(std::string_view text);

/// Folds `text` into `out`. A cluster, a code point with the marks that follow it, is folded at once and its points share their bytes: no more than that ever
/// composes. O(n log n) for a cluster of n marks, O(n) else.
class WordFolder {
 public:
  void fold(std::string_view text, std::vector<FoldedPoint>& out);

 private:
  void fold_cluster();
  void normalize(int options);

  std::vector<std::int32_t> points_;
  std::vector<std::int32_t> scratch_;
};

}  // namespace govlog
