#pragma once
// What an event is found by: the terms of the index, and those that a query asks it for.
//
//   event type, entity type, actor    as they are
//   word       stem of a word in a string of data, the event type, the entity id or the actor; longer than kTermBytesMax: a hash of it
//   value      64-bit hash of a path (member names, without places in arrays) and the scalar there (numbers by value); or of a path and that an
//              object or array stands there. A string of more than kTermBytesMax bytes that holds a word has none: its words stand for it
//
// Hashes may collide, so who asks by them looks at the record too.

#include "codec/contains_query.h"
#include "codec/event.h"
#include "codec/text_query.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

inline constexpr std::size_t kTermBytesMax = 64;
inline constexpr std::uint8_t kGreatestWeight = 255;

/// Tag (codec/keys.h) and text of a term, and how much it says of the event: 1 to 255 for words, 0 for all else.
struct EventTerm {
  char tag = 0;
  std::uint8_t weight = 0;
  std::string_view text;
};

/// Collects the terms of events. Threads: one at a time.
class TermCollector {
 public:
  TermCollector();
  ~TermCollector();
  TermCollector(const TermCollector&) = delete;
  TermCollector& operator=(const TermCollector&) = delete;

  /// The terms of `event`, sorted by tag and text, each once. They live until the next call, or until the event's texts end. O(text of the event).
  const std::vector<EventTerm>& collect(const EventView& event);

 private:
  struct Parts;
  Parts* parts_;
};

/// The text of the term that stands for a stem.
std::string word_term(std::string_view stem);
/// Whether no other word has the term of `stem`.
bool word_term_is_exact(std::string_view stem);

/// Terms that every event has whose data contains the document; none where any may: as (tag, text).
struct WantedTerm {
  char tag = 0;
  std::string text;
};
std::vector<WantedTerm> terms_of(const ContainsQuery& query);

}  // namespace govlog
