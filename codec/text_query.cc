#include "codec/text_query.h"

#include "codec/json_text.h"
#include "codec/json_tokens.h"
#include "codec/shown.h"
#include "codec/snippet.h"
#include "codec/word_fold.h"
#include "codec/words.h"

#include <algorithm>

namespace govlog {
namespace {

/// A thread's own, since its cache is worth keeping.
WordReader& thread_reader() {
  thread_local WordReader reader;
  return reader;
}

/// Length of the white space that `text` begins with, as iswspace has it in C.UTF-8: no-break spaces are none.
std::size_t space_length(std::string_view text) {
  std::string_view after = text;
  const std::int32_t point = take_point(after);
  const bool space = (point >= 0x09 && point <= 0x0D) || point == 0x20 || point == 0x1680 ||
                     (point >= 0x2000 && point <= 0x200A && point != 0x2007) || point == 0x2028 || point == 0x2029 ||
                     point == 0x205F || point == 0x3000;
  return space ? text.size() - after.size() : 0;
}

void skip_space(std::string_view& text) {
  while (!text.empty()) {
    const std::size_t length = space_length(text);
    if (length == 0) return;
    text.remove_prefix(length);
  }
}

bool begins_with_or(std::string_view text) {
  return text.size() >= 2 && (text[0] == 'o' || text[0] == 'O') && (text[1] == 'r' || text[1] == 'R');
}

/// Whether an OR between two terms stands here: followed by no part of a word, and then by something.
bool is_or_operator(std::string_view text) {
  if (!begins_with_or(text) || text.size() == 2) return false;
  text.remove_prefix(2);
  const std::int32_t next = take_point(text);
  if (next == '-' || is_word_point(next)) return false;
  skip_space(text);
  return !text.empty();
}

/// Reads a query from left to right, as websearch_to_tsquery does: it waits for a term, then for what stands between terms.
class QueryReader {
 public:
  explicit QueryReader(std::string_view text) : rest_(text) {}

  std::vector<TextAlternative> read() {
    alternatives_.emplace_back();
    skip_space(rest_);
    for (; !rest_.empty(); pass_space()) {
      if (after_term_ && is_or_operator(rest_)) {
        rest_.remove_prefix(2);
        alternatives_.emplace_back();
        after_term_ = false;
      } else {
        read_term();
      }
    }
    std::erase_if(alternatives_, [](const TextAlternative& alternative) { return alternative.empty(); });
    return std::move(alternatives_);
  }

 private:
  void pass_space() {
    const std::size_t before = rest_.size();
    skip_space(rest_);
    if (rest_.size() != before) glued_ = false;
  }

  /// What begins a term, or the term itself.
  void read_term() {
    constexpr std::string_view kIgnored = "!&|()";
    const char c = rest_.front();
    if (kIgnored.find(c) != std::string_view::npos) {
      rest_.remove_prefix(1);
      glued_ = true;
      return;
    }
    after_term_ = false;
    if (c == '-') {
      rest_.remove_prefix(1);
      ++minuses_;
    } else if (c == '"') {
      rest_.remove_prefix(1);
      const std::size_t end = std::min(rest_.find('"'), rest_.size());
      add_term(rest_.substr(0, end));
      rest_.remove_prefix(std::min(end + 1, rest_.size()));
    } else {
      read_token();
    }
    glued_ = false;
  }

  void read_token() {
    std::size_t end = 0;
    while (end < rest_.size() && rest_[end] != '"' && space_length(rest_.substr(end)) == 0) ++end;
    const std::string_view token = rest_.substr(0, end);
    rest_.remove_prefix(end);
    const bool stray_or = begins_with_or(token) && token.size() == 2 && minuses_ == 0 && !glued_;
    if (!stray_or) add_term(token);
  }

  void add_term(std::string_view text) {
    const bool wanted = minuses_ % 2 == 0;
    minuses_ = 0;
    after_term_ = true;
    const std::vector<std::string_view>& stems = thread_reader().stems(text);
    if (!stems.empty()) alternatives_.back().push_back({wanted, {stems.begin(), stems.end()}});
  }

  std::string_view rest_;
  std::vector<TextAlternative> alternatives_;
  std::size_t minuses_ = 0;  // before the term that comes
  bool after_term_ = false;
  bool glued_ = false;  // something ignored stands right before
};

/// The texts of an event that are searched.
class EventTexts {
 public:
  explicit EventTexts(const EventView& event) : event_(event), values_(event.data) {}

  bool next() {
    while (values_.next()) {
      if (values_.kind() != JsonTokenKind::kString) continue;
      text_ = values_.text().substr(1, values_.text().size() - 2);
      if (text_.find('\\') != std::string_view::npos) text_ = unescaped_ = json_unescape(values_.text());
      return true;
    }
    switch (field_++) {
      case 0:
        text_ = event_.event_type;
        return true;
      case 1:
        text_ = event_.entity_id;
        return true;
      case 2:
        text_ = event_.actor.value_or(std::string_view());
        return true;
      default:
        return false;
    }
  }

  /// Until next().
  std::string_view text() const { return text_; }

 private:
  const EventView& event_;
  JsonValues values_;
  std::string_view text_;
  std::string unescaped_;
  int field_ = 0;
};

/// Where the term stands first among the words: an index, or how many there are.
std::size_t find_term(const std::vector<std::string_view>& stems, const TextTerm& term) {
  const auto found = std::search(stems.begin(), stems.end(), term.stems.begin(), term.stems.end());
  return static_cast<std::size_t>(found - stems.begin());
}

/// For each alternative, for each of its terms, whether it is there.
using Found = std::vector<std::vector<char>>;

Found find_terms(const std::vector<TextAlternative>& alternatives, const EventView& event) {
  Found found;
  found.reserve(alternatives.size());
  for (const TextAlternative& alternative : alternatives) found.emplace_back(alternative.size(), false);
  for (EventTexts texts(event); texts.next();) {
    const std::vector<std::string_view>& stems = thread_reader().stems(texts.text());
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
      for (std::size_t j = 0; j < alternatives[i].size(); ++j) {
        if (!found[i][j]) found[i][j] = find_term(stems, alternatives[i][j]) < stems.size();
      }
    }
  }
  return found;
}

bool holds(const TextAlternative& alternative, const std::vector<char>& found) {
  for (std::size_t i = 0; i < alternative.size(); ++i) {
    if (alternative[i].wanted != static_cast<bool>(found[i])) return false;
  }
  return true;
}

/// The wanted terms of the alternatives that hold.
std::vector<const TextTerm*> shown_terms(const std::vector<TextAlternative>& alternatives, const EventView& event) {
  const Found found = find_terms(alternatives, event);
  std::vector<const TextTerm*> terms;
  for (std::size_t i = 0; i < alternatives.size(); ++i) {
    if (!holds(alternatives[i], found[i])) continue;
    for (const TextTerm& term : alternatives[i]) {
      if (term.wanted) terms.push_back(&term);
    }
  }
  return terms;
}

/// The place of the term that stands first in `text`; of two, the longer. One of them is there.
TextRange first_hit(std::string_view text, const std::vector<const TextTerm*>& terms) {
  const std::vector<Word> words = thread_reader().words(text);
  std::vector<std::string_view> stems;
  for (const Word& word : words) stems.push_back(word.stem);
  std::size_t first = words.size();
  std::size_t length = 0;
  for (const TextTerm* term : terms) {
    const std::size_t at = find_term(stems, *term);
    if (at > first || (at == first && term->stems.size() <= length)) continue;
    first = at;
    length = term->stems.size();
  }
  if (first == words.size()) return {};
  return {words[first].begin, words[first + length - 1].end};
}

}  // namespace

Result<TextQuery> TextQuery::parse(std::string_view text) {
  TextQuery query;
  query.alternatives_ = QueryReader(text).read();
  if (query.alternatives_.empty()) {
    return Error{Code::kInvalidArgument, fmt::format("q is {}, expected a word in it", shown(text)), {}}.with("parameter", "q");
  }
  for (const TextAlternative& alternative : query.alternatives_) {
    for (const TextTerm& term : alternative) {
      if (term.wanted) query.wanted_.insert(query.wanted_.end(), term.stems.begin(), term.stems.end());
    }
  }
  std::sort(query.wanted_.begin(), query.wanted_.end());
  query.wanted_.erase(std::unique(query.wanted_.begin(), query.wanted_.end()), query.wanted_.end());
  return query;
}

bool TextQuery::matches(const EventView& event) const {
  const Found found = find_terms(alternatives_, event);
  for (std::size_t i = 0; i < alternatives_.size(); ++i) {
    if (holds(alternatives_[i], found[i])) return true;
  }
  return false;
}

std::string TextQuery::snippet(const EventView& event) const {
  const std::vector<const TextTerm*> terms = shown_terms(alternatives_, event);
  std::string best;
  std::size_t best_count = 0;
  for (EventTexts texts(event); texts.next();) {
    const std::vector<std::string_view>& stems = thread_reader().stems(texts.text());
    const auto count = static_cast<std::size_t>(std::count_if(
        terms.begin(), terms.end(), [&](const TextTerm* term) { return find_term(stems, *term) < stems.size(); }));
    if (count <= best_count) continue;
    best_count = count;
    best = texts.text();
  }
  return best_count == 0 ? std::string() : make_snippet(best, first_hit(best, terms));
}

}  // namespace govlog
