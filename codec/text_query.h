#pragma once
// What `q` asks for, and whether an event answers it: contract 3.
//
//   query        alternatives parted by OR (in any case), each a list of terms, all of which must hold; OR binds weaker than the list
//   term         word, "a phrase", -word, -"a phrase"; a word of several runs (ADR-7) is a phrase
//
// As PostgreSQL's websearch_to_tsquery (https://www.postgresql.org/docs/15/textsearch-controls.html) reads operators and quotes: two minuses cancel each other, a quote that is not
// closed ends with the query, and a quote within a word ends it. An OR that lacks a term on one side is left out, and so is a term without a word.

#include "base/result.h"
#include "codec/event.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// Words that follow each other within one string; often one alone.
struct TextTerm {
  bool wanted = true;  // false: must not be there
  std::vector<std::string> stems;
};

/// Terms that must all hold. At least one.
using TextAlternative = std::vector<TextTerm>;

class TextQuery {
 public:
  /// kInvalidArgument (`details.parameter` q) where there is no word in it.
  static Result<TextQuery> parse(std::string_view text);

  /// At least one.
  const std::vector<TextAlternative>& alternatives() const { return alternatives_; }

  /// The distinct stems of all wanted terms, sorted: what counts for the score, and what a snippet shows.
  const std::vector<std::string>& wanted_stems() const { return wanted_; }

  /// Whether the strings of the event's data, its event type, entity id and actor answer the query. O(text of the event).
  bool matches(const EventView& event) const;

  /// A plain text of some 160 code points at most, around the first place where the query is met: a wanted phrase or word of an alternative that holds, in the string that holds
  /// most of it. A run of white space and control characters is one space; `…` stands where text was left out. Empty where only unwanted terms hold.
  std::string snippet(const EventView& event) const;

 private:
  std::vector<TextAlternative> alternatives_;
  std::vector<std::string> wanted_;
};

}  // namespace govlog
