// A text is read in pieces: runs of ASCII word characters and of anything beyond ASCII. A piece of ASCII alone is a word. Every other one goes through
// utf8proc, which takes a hundred times as long, unless the same piece was one word before.
#include "codec/words.h"

#include "codec/json_escape.h"
#include "codec/word_fold.h"

#include <libstemmer.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <deque>
#include <optional>

namespace govlog {
namespace {

constexpr std::size_t kCachedBytesMax = 64;
constexpr std::size_t kCachedWordsMax = 4096;
constexpr std::size_t kCacheSlots = 2 * kCachedWordsMax;
constexpr std::size_t kCacheBytes = std::size_t{128} << 10;
static_assert(std::has_single_bit(kCacheSlots));

// What a byte is to a text: a word character as it is when folded, or one of these.
constexpr char kParting = 0;
constexpr char kBeyondAscii = 1;

constexpr std::array<char, 256> kFolded = [] {
  std::array<char, 256> table{};
  for (std::size_t byte = 0; byte < table.size(); ++byte) {
    const char c = static_cast<char>(byte);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_') table[byte] = c;
    if (c >= 'A' && c <= 'Z') table[byte] = static_cast<char>(c - 'A' + 'a');
    if (byte >= 0x80) table[byte] = kBeyondAscii;
  }
  return table;
}();

char folded(char c) { return kFolded[static_cast<unsigned char>(c)]; }

std::uint64_t load_eight(const char* bytes) {
  std::uint64_t eight = 0;
  std::memcpy(&eight, bytes, sizeof eight);
  return eight;
}

/// A short word, followed by zeros as far as hashing reads.
struct ShortWord {
  std::array<char, kCachedBytesMax + 8> bytes;
  std::size_t size = 0;

  explicit ShortWord(std::string_view word) : size(word.size()) {
    std::copy(word.begin(), word.end(), bytes.begin());
    pad();
  }
  ShortWord() {}  // the bytes are for the maker to write

  void pad() { std::memset(bytes.data() + size, 0, 8); }
  std::string_view view() const { return {bytes.data(), size}; }

  std::size_t padded_size() const { return (size + 7) / 8 * 8; }

  /// Whether `padded`, as long as this with its zeros, holds the same.
  bool stands_at(const char* padded) const {
    for (std::size_t at = 0; at < size; at += 8) {
      if (load_eight(bytes.data() + at) != load_eight(padded + at)) return false;
    }
    return true;
  }

  std::uint32_t hash() const {
    std::uint64_t hash = size;
    for (std::size_t at = 0; at < size; at += 8) {
      hash = (hash ^ load_eight(bytes.data() + at)) * 0x9E37'79B9'7F4A'7C15;
      hash ^= hash >> 32;
    }
    return static_cast<std::uint32_t>(hash);
  }
};

/// Words and their stems, until it is full.
class StemCache {
 public:
  StemCache() : slots_(kCacheSlots), bytes_(kCacheBytes) {}

  bool is_full() const { return count_ == kCachedWordsMax || kCacheBytes - used_ < 2 * kCachedBytesMax; }

  void clear() {
    std::fill(slots_.begin(), slots_.end(), Slot{});
    count_ = 0;
    used_ = 0;
  }

  std::optional<std::string_view> find(const ShortWord& word, std::uint32_t hash) const {
    for (std::size_t at = hash % kCacheSlots;; at = (at + 1) % kCacheSlots) {
      const Slot& slot = slots_[at];
      if (slot.word_size == 0) return std::nullopt;
      if (slot.hash != hash || slot.word_size != word.size) continue;
      const char* bytes = bytes_.data() + slot.begin;
      if (word.stands_at(bytes)) return std::string_view(bytes + word.padded_size(), slot.stem_size);
    }
  }

  /// Not for a word that is there, nor where it is full. `stem` is no longer than kCachedBytesMax.
  std::string_view add(const ShortWord& word, std::uint32_t hash, std::string_view stem) {
    std::size_t at = hash % kCacheSlots;
    while (slots_[at].word_size != 0) at = (at + 1) % kCacheSlots;
    slots_[at] = {hash, static_cast<std::uint32_t>(used_), static_cast<std::uint8_t>(word.size),
                  static_cast<std::uint8_t>(stem.size())};
    char* bytes = bytes_.data() + used_;
    char* place = bytes + word.padded_size();
    std::memcpy(bytes, word.bytes.data(), word.padded_size());
    std::memcpy(place, stem.data(), stem.size());
    used_ += word.padded_size() + stem.size();
    ++count_;
    return {place, stem.size()};
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t begin = 0;  // of the word with its zeros; its stem follows
    std::uint8_t word_size = 0;
    std::uint8_t stem_size = 0;
  };

  std::vector<Slot> slots_;
  std::vector<char> bytes_;
  std::size_t count_ = 0;
  std::size_t used_ = 0;
};

struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

}  // namespace

struct WordReader::Parts {
  sb_stemmer* stemmer = sb_stemmer_new("english", "UTF_8");
  WordFolder folder;
  StemCache cache;
  std::deque<std::string> kept;  // stems of the text being read that are not in the cache
  std::vector<FoldedPoint> points;
  std::string word;
  std::vector<std::string_view> stems;
  bool with_places = false;
  std::vector<Stretch> places;  // of the stems, where they are wanted

  void read(std::string_view text);
  std::size_t read_piece(std::string_view text, std::size_t begin);
  void read_beyond_ascii(std::string_view text, Stretch piece);
  void add(std::string_view stem, Stretch place) {
    stems.push_back(stem);
    if (with_places) places.push_back(place);
  }
  std::string_view stem(std::string_view folded_word);
  std::string_view stem_short(const ShortWord& folded_word);
  std::string_view make_stem(std::string_view folded_word);
};

/// Snowball's own memory, so until the next one.
std::string_view WordReader::Parts::make_stem(std::string_view folded_word) {
  if (folded_word.size() > kStemmedBytesMax) return folded_word;
  const auto* stemmed =
      sb_stemmer_stem(stemmer, reinterpret_cast<const sb_symbol*>(folded_word.data()), static_cast<int>(folded_word.size()));
  const int size = stemmed == nullptr ? 0 : sb_stemmer_length(stemmer);
  if (size == 0) return folded_word;
  return {reinterpret_cast<const char*>(stemmed), static_cast<std::size_t>(size)};
}

std::string_view WordReader::Parts::stem_short(const ShortWord& folded_word) {
  const std::uint32_t hash = folded_word.hash();
  if (const auto known = cache.find(folded_word, hash)) return *known;
  const std::string_view made = make_stem(folded_word.view());
  if (!cache.is_full() && made.size() <= kCachedBytesMax) return cache.add(folded_word, hash, made);
  return kept.emplace_back(made);
}

std::string_view WordReader::Parts::stem(std::string_view folded_word) {
  if (folded_word.size() <= kCachedBytesMax) return stem_short(ShortWord(folded_word));
  return kept.emplace_back(make_stem(folded_word));
}

void WordReader::Parts::read_beyond_ascii(std::string_view text, Stretch piece) {
  const std::string_view whole = text.substr(piece.begin, piece.end - piece.begin);
  // A mark belongs to what stands before it: = and U+0338 are ≠, which is no word.
  const bool with_mark = begins_with_mark(whole);
  const std::size_t begin = piece.begin - (with_mark && piece.begin > 0 ? 1 : 0);
  std::optional<ShortWord> key;
  if (!with_mark && whole.size() <= kCachedBytesMax) {
    key.emplace(whole);
    if (const auto known = cache.find(*key, key->hash())) {
      add(*known, piece);
      return;
    }
  }
  points.clear();
  folder.fold(text.substr(begin, piece.end - begin), points);
  const std::size_t first = stems.size();
  Stretch last;
  for (auto at = points.begin(); at != points.end();) {
    if (!is_word_point(at->point)) {
      ++at;
      continue;
    }
    word.clear();
    Stretch place{begin + at->begin, 0};
    for (; at != points.end() && is_word_point(at->point); ++at) {
      append_utf8(word, static_cast<std::uint32_t>(at->point));
      place.end = begin + at->end;
    }
    add(stem(word), place);
    last = place;
  }
  const bool is_one_word = stems.size() == first + 1 && last.begin == piece.begin && last.end == piece.end;
  if (key && is_one_word && stems.back().size() <= kCachedBytesMax && !cache.is_full() && !cache.find(*key, key->hash())) {
    cache.add(*key, key->hash(), std::string(stems.back()));
  }
}

/// Reads the piece that begins at `begin`; gives its end.
std::size_t WordReader::Parts::read_piece(std::string_view text, std::size_t begin) {
  ShortWord short_word;
  std::size_t end = begin;
  char c = 0;
  bool digits = true;
  while (end < text.size() && (c = folded(text[end])) > kBeyondAscii) {
    if (end - begin < kCachedBytesMax) short_word.bytes[end - begin] = c;
    digits = digits && c <= '9';
    ++end;
  }
  if (end < text.size() && c == kBeyondAscii) {
    while (end < text.size() && folded(text[end]) != kParting) ++end;
    read_beyond_ascii(text, {begin, end});
    return end;
  }
  if (digits) {
    add(text.substr(begin, end - begin), {begin, end});
  } else if (end - begin <= kCachedBytesMax) {
    short_word.size = end - begin;
    short_word.pad();
    add(stem_short(short_word), {begin, end});
  } else {
    word.assign(text.substr(begin, end - begin));
    std::transform(word.begin(), word.end(), word.begin(), folded);
    add(stem(word), {begin, end});
  }
  return end;
}

void WordReader::Parts::read(std::string_view text) {
  if (cache.is_full()) cache.clear();
  kept.clear();
  stems.clear();
  places.clear();
  for (std::size_t at = 0; at < text.size();) {
    if (folded(text[at]) == kParting) {
      ++at;
    } else {
      at = read_piece(text, at);
    }
  }
}

WordReader::WordReader() : parts_(new Parts) {}

WordReader::~WordReader() {
  sb_stemmer_delete(parts_->stemmer);
  delete parts_;
}

const std::vector<std::string_view>& WordReader::stems(std::string_view text) {
  parts_->with_places = false;
  parts_->read(text);
  return parts_->stems;
}

std::vector<Word> WordReader::words(std::string_view text) {
  parts_->with_places = true;
  parts_->read(text);
  std::vector<Word> out;
  out.reserve(parts_->stems.size());
  for (std::size_t i = 0; i < parts_->stems.size(); ++i) {
    out.push_back({std::string(parts_->stems[i]), parts_->places[i].begin, parts_->places[i].end});
  }
  return out;
}

}  // namespace govlog
