#include "codec/event_terms.h"

#include "codec/hash.h"
#include "codec/json_number.h"
#include "codec/json_text.h"
#include "codec/json_tokens.h"
#include "codec/keys.h"
#include "codec/words.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace govlog {
namespace {

/// How much an occurrence counts where it names the thing, and elsewhere.
constexpr std::uint64_t kNameOccurrence = 4;
constexpr std::uint64_t kOccurrence = 1;

/// Begins the text that stands for a long stem; no word holds it.
constexpr char kLongStem = '#';

/// docs/search.md, "Score": round(255 f / (f + 1.2 (0.25 + 0.75 L / 30))), with both sides of the fraction a hundredfold.
std::uint8_t weight_of(std::uint64_t occurrences, std::uint64_t words) {
  const std::uint64_t divisor = 100 * occurrences + 30 + 3 * words;
  const std::uint64_t rounded = (2 * 25'500 * occurrences + divisor) / (2 * divisor);
  return static_cast<std::uint8_t>(std::clamp<std::uint64_t>(rounded, 1, 255));
}

/// The texts that are hashed with a path; their first characters tell their kinds apart.
std::uint64_t hash_value(const JsonValues& value) {
  if (value.kind() == JsonTokenKind::kNumber) return xxh64(normal_number(value.text()), value.path());
  return xxh64(value.text(), value.path());
}

bool is_long(std::string_view string_token) { return string_token.size() > kTermBytesMax + 2; }

/// What a string token means, in `scratch` where it has escapes.
std::string_view plain_text(std::string_view string_token, std::string& scratch) {
  const std::string_view inside = string_token.substr(1, string_token.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return inside;
  scratch = json_unescape(string_token);
  return scratch;
}

/// The first eight bytes, zeros where there are fewer, as a number that sorts as they do.
std::uint64_t first_eight(std::string_view text) {
  const auto load = [&](auto value, std::size_t at) {
    std::memcpy(&value, text.data() + at, sizeof value);
    return value;
  };
  const std::size_t size = text.size();
  if (size >= 8) return __builtin_bswap64(load(std::uint64_t{0}, 0));
  if (size >= 4) {
    const std::uint64_t high = __builtin_bswap32(load(std::uint32_t{0}, 0));
    const std::uint64_t low = __builtin_bswap32(load(std::uint32_t{0}, size - 4));
    return high << 32 | (low << (8 * (8 - size)) & 0xFFFF'FFFF);
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (56 - 8 * i);
  return value;
}

/// The distinct words of an event and how often each occurs.
class WordCounts {
 public:
  struct Count {
    std::uint64_t first = 0;  // first_eight
    std::uint64_t occurrences = 0;
    std::uint32_t hash = 0;
    std::uint32_t size = 0;
    std::size_t begin = 0;  // in the texts
  };

  WordCounts() : slots_(1024, kEmpty) {}

  void clear() {
    for (const std::uint32_t slot : taken_) slots_[slot] = kEmpty;
    taken_.clear();
    counts_.clear();
    texts_.clear();
  }

  void add(std::string_view text, std::uint64_t occurrences) {
    const std::uint64_t first = first_eight(text);
    const std::uint32_t hash = hash_of(text, first);
    std::size_t slot = hash & mask();
    for (; slots_[slot] != kEmpty; slot = (slot + 1) & mask()) {
      Count& count = counts_[slots_[slot]];
      if (count.first != first || count.size != text.size()) continue;
      if (text.size() > 8 && view(count) != text) continue;
      count.occurrences += occurrences;
      return;
    }
    take(slot, static_cast<std::uint32_t>(counts_.size()));
    counts_.push_back({first, occurrences, hash, static_cast<std::uint32_t>(text.size()), texts_.size()});
    texts_.append(text);
    if (counts_.size() * 2 > slots_.size()) grow();
  }

  const std::vector<Count>& counts() const { return counts_; }
  std::string_view view(const Count& count) const { return {texts_.data() + count.begin, count.size}; }

 private:
  static constexpr std::uint32_t kEmpty = 0xFFFF'FFFF;

  std::size_t mask() const { return slots_.size() - 1; }

  /// Short words by the bytes at both ends, which are all. Only in memory: no stored byte depends on it.
  static std::uint32_t hash_of(std::string_view text, std::uint64_t first) {
    std::uint64_t last = text.size();
    if (text.size() > 16) return static_cast<std::uint32_t>(xxh64(text, 0));
    if (text.size() > 8) std::memcpy(&last, text.data() + text.size() - 8, sizeof last);
    return static_cast<std::uint32_t>(((first ^ std::rotl(last, 29)) * 0x9E37'79B9'7F4A'7C15) >> 32);
  }

  void take(std::size_t slot, std::uint32_t index) {
    slots_[slot] = index;
    taken_.push_back(static_cast<std::uint32_t>(slot));
  }

  void grow() {
    slots_.assign(slots_.size() * 4, kEmpty);
    taken_.clear();
    for (std::uint32_t index = 0; index < counts_.size(); ++index) {
      std::size_t slot = counts_[index].hash & mask();
      while (slots_[slot] != kEmpty) slot = (slot + 1) & mask();
      take(slot, index);
    }
  }

  std::vector<Count> counts_;
  std::vector<std::uint32_t> slots_;  // a power of two of them
  std::vector<std::uint32_t> taken_;
  std::string texts_;
};

struct SortKey {
  std::uint64_t first = 0;
  std::uint32_t index = 0;
};

}  // namespace

struct TermCollector::Parts {
  WordReader reader;
  WordCounts words;
  std::uint64_t word_count = 0;
  std::vector<std::uint64_t> values;
  std::vector<SortKey> order;
  std::string scratch;
  std::string value_texts;
  std::vector<EventTerm> terms;

  /// How many words the text has.
  std::size_t add_text(std::string_view text, std::uint64_t occurrences);
  void add_data(std::string_view data);
  void write_values();
  void write_words();
};

std::size_t TermCollector::Parts::add_text(std::string_view text, std::uint64_t occurrences) {
  const std::vector<std::string_view>& stems = reader.stems(text);
  for (const std::string_view stem : stems) {
    if (word_term_is_exact(stem)) {
      words.add(stem, occurrences);
    } else {
      words.add(word_term(stem), occurrences);
    }
  }
  word_count += stems.size();
  return stems.size();
}

void TermCollector::Parts::add_data(std::string_view data) {
  for (JsonValues value(data); value.next();) {
    if (value.depth() == 0) continue;  // an object, in every event
    std::size_t words_there = 0;
    if (value.kind() == JsonTokenKind::kString) {
      const bool is_name = value.depth() == 1 && (value.name() == "title" || value.name() == "name");
      words_there = add_text(plain_text(value.text(), scratch), is_name ? kNameOccurrence : kOccurrence);
      if (words_there > 0 && is_long(value.text())) continue;
    }
    values.push_back(hash_value(value));
  }
}

void TermCollector::Parts::write_values() {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  value_texts.clear();
  for (const std::uint64_t value : values) append_big_endian_64(value_texts, value);
  for (std::size_t at = 0; at < value_texts.size(); at += 8) {
    terms.push_back({kTermValue, 0, std::string_view(value_texts).substr(at, 8)});
  }
}

void TermCollector::Parts::write_words() {
  order.clear();
  const auto& counts = words.counts();
  for (std::uint32_t index = 0; index < counts.size(); ++index) order.push_back({counts[index].first, index});
  std::sort(order.begin(), order.end(), [&](const SortKey& a, const SortKey& b) {
    return a.first != b.first ? a.first < b.first : words.view(counts[a.index]) < words.view(counts[b.index]);
  });
  terms.reserve(terms.size() + order.size());
  for (const SortKey& key : order) {
    const WordCounts::Count& count = counts[key.index];
    terms.push_back({kTermWord, weight_of(count.occurrences, word_count), words.view(count)});
  }
}

TermCollector::TermCollector() : parts_(new Parts) {}
TermCollector::~TermCollector() { delete parts_; }

const std::vector<EventTerm>& TermCollector::collect(const EventView& event) {
  static_assert(kTermActor < kTermEventType && kTermEventType < kTermEntityType && kTermEntityType < kTermValue &&
                kTermValue < kTermWord);
  Parts& parts = *parts_;
  parts.words.clear();
  parts.word_count = 0;
  parts.values.clear();
  parts.terms.clear();
  parts.add_data(event.data);
  parts.add_text(event.event_type, kOccurrence);
  parts.add_text(event.entity_id, kNameOccurrence);
  if (event.actor) parts.add_text(*event.actor, kOccurrence);

  if (event.actor) parts.terms.push_back({kTermActor, 0, *event.actor});
  parts.terms.push_back({kTermEventType, 0, event.event_type});
  parts.terms.push_back({kTermEntityType, 0, event.entity_type});
  parts.write_values();
  parts.write_words();
  return parts.terms;
}

std::string word_term(std::string_view stem) {
  if (word_term_is_exact(stem)) return std::string(stem);
  return fmt::format("{}{:016x}", kLongStem, xxh64(stem, 0));
}

bool word_term_is_exact(std::string_view stem) { return stem.size() <= kTermBytesMax; }

std::vector<WantedTerm> terms_of(const ContainsQuery& query) {
  std::vector<WantedTerm> terms;
  WordReader reader;
  std::string scratch;
  for (JsonValues value(query.document()); value.next();) {
    if (value.kind() == JsonTokenKind::kOpen && (!value.is_empty() || query.document() == "{}")) continue;
    if (value.kind() == JsonTokenKind::kString && is_long(value.text())) {
      const std::vector<std::string_view>& stems = reader.stems(plain_text(value.text(), scratch));
      for (const std::string_view stem : stems) terms.push_back({kTermWord, word_term(stem)});
      if (!stems.empty()) continue;
    }
    WantedTerm& term = terms.emplace_back(WantedTerm{kTermValue, {}});
    append_big_endian_64(term.text, hash_value(value));
  }
  const auto key = [](const WantedTerm& term) { return std::pair(term.tag, std::string_view(term.text)); };
  std::sort(terms.begin(), terms.end(), [&](const WantedTerm& a, const WantedTerm& b) { return key(a) < key(b); });
  terms.erase(
      std::unique(terms.begin(), terms.end(), [&](const WantedTerm& a, const WantedTerm& b) { return key(a) == key(b); }),
      terms.end());
  return terms;
}

}  // namespace govlog
