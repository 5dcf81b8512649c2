#pragma once
// Texts to words, as search knows them: contract 3, `q`.
//
// A word is a run of letters, marks, decimal digits (Unicode categories L, M, Nd) and `_`, in NFC, fully case-folded (ß is ss), and stemmed by
// Snowball's English (https://snowballstem.org/algorithms/english/stemmer.html), whatever its language. There are no stop words.
// What has more than kStemmedBytesMax bytes is no word of any language, and stays as it is.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

inline constexpr std::size_t kStemmedBytesMax = 1000;

/// One word of a text.
struct Word {
  std::string stem;
  std::size_t begin = 0;  // its bytes in the text that was given
  std::size_t end = 0;
};

/// Splits texts. Keeps what it made of words that it met before, since stemming one takes a microsecond and texts repeat their words.
/// Threads: one at a time; make one a thread.
class WordReader {
 public:
  WordReader();
  ~WordReader();
  WordReader(const WordReader&) = delete;
  WordReader& operator=(const WordReader&) = delete;

  /// The stems of the words of `text` (UTF-8; what is malformed parts words), in order. The views live until the next call, or until `text` ends. O(n).
  const std::vector<std::string_view>& stems(std::string_view text);

  /// The same with the places of the words.
  std::vector<Word> words(std::string_view text);

 private:
  struct Parts;
  Parts* parts_;
};

}  // namespace govlog
