#include "engine/term_query.h"

#include "codec/keys.h"

#include <algorithm>

namespace govlog {

namespace {

constexpr std::size_t kDocumentTermsMax = 64;

}  // namespace

TermQuery::TermQuery(const EventFilter& filter) {
  if (filter.contains) {
    // Each term narrows what is looked at; the events themselves are held against the document. So some of many terms do.
    std::vector<WantedTerm> terms = terms_of(*filter.contains);
    terms.resize(std::min(terms.size(), kDocumentTermsMax));
    for (const WantedTerm& term : terms) required_.push_back(number_of(term.tag, term.text));
  }
  add_list(kTermActor, filter.actors);
  add_list(kTermEventType, filter.event_types);
  add_list(kTermEntityType, filter.entity_types);
  if (filter.q) add_text(*filter.q);
}

std::size_t TermQuery::number_of(char tag, std::string_view text) {
  const auto found =
      std::find_if(terms_.begin(), terms_.end(), [&](const WantedTerm& term) { return term.tag == tag && term.text == text; });
  if (found == terms_.end()) {
    terms_.push_back({tag, std::string(text)});
    return terms_.size() - 1;
  }
  return static_cast<std::size_t>(found - terms_.begin());
}

void TermQuery::add_list(char tag, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::vector<std::size_t>& list = lists_.emplace_back();
  for (const std::string& value : values) list.push_back(number_of(tag, value));
}

void TermQuery::add_text(const TextQuery& query) {
  for (const TextAlternative& terms : query.alternatives()) alternatives_.push_back(make_alternative(terms));
  for (const std::string& stem : query.wanted_stems()) scored_.push_back(number_of(kTermWord, word_term(stem)));
}

TermQuery::Alternative TermQuery::make_alternative(const TextAlternative& terms) {
  Alternative out;
  for (const TextTerm& term : terms) {
    const bool settled = term.stems.size() == 1 && word_term_is_exact(term.stems.front());
    text_is_settled_ = text_is_settled_ && settled;
    if (!term.wanted && !settled) continue;
    for (const std::string& stem : term.stems) {
      (term.wanted ? out.wanted : out.unwanted).push_back(number_of(kTermWord, word_term(stem)));
    }
  }
  return out;
}

Result<RankSet> TermQuery::matches(const Alternative& alternative, const RankSet& within, const BlockSource& block) const {
  RankSet ranks = within;
  for (const std::size_t term : alternative.wanted) {
    const Block* postings = GOVLOG_TRY(block(term));
    if (postings == nullptr) return RankSet{};
    ranks.keep_only(postings->ranks());
  }
  for (const std::size_t term : alternative.unwanted) {
    const Block* postings = GOVLOG_TRY(block(term));
    if (postings != nullptr) ranks.remove_all(postings->ranks());
  }
  return ranks;
}

Result<RankSet> TermQuery::matches(std::uint32_t count, const BlockSource& block) const {
  RankSet all = RankSet::first(count);
  for (const std::size_t term : required_) {
    const Block* postings = GOVLOG_TRY(block(term));
    if (postings == nullptr) return RankSet{};
    all.keep_only(postings->ranks());
    if (all.empty()) return all;
  }
  if (!alternatives_.empty()) {
    RankSet any;
    for (const Alternative& alternative : alternatives_) any.insert_all(GOVLOG_TRY(matches(alternative, all, block)));
    all = any;
  }
  for (const std::vector<std::size_t>& list : lists_) {
    if (all.empty()) return all;
    RankSet any;
    for (const std::size_t term : list) {
      const Block* postings = GOVLOG_TRY(block(term));
      if (postings != nullptr) any.insert_all(postings->ranks());
    }
    all.keep_only(any);
  }
  return all;
}

Result<std::uint32_t> TermQuery::greatest_score(const BlockSource& block) const {
  std::uint32_t sum = 0;
  for (const std::size_t term : scored_) {
    const Block* postings = GOVLOG_TRY(block(term));
    if (postings != nullptr) sum += postings->greatest_weight();
  }
  return sum;
}

Status TermQuery::add_scores(const BlockSource& block, Scores& scores) const {
  for (const std::size_t term : scored_) {
    const Block* postings = GOVLOG_TRY(block(term));
    if (postings == nullptr) continue;
    auto rank = postings->ranks().next(0);
    for (const std::uint8_t weight : postings->weights()) {
      scores[*rank] += weight;
      rank = postings->ranks().next(*rank + 1);
    }
  }
  return Ok{};
}

std::uint32_t score_of(const EventView& event, const TextQuery& query) {
  static thread_local TermCollector collector;
  std::uint32_t sum = 0;
  const std::vector<EventTerm>& terms = collector.collect(event);
  for (const std::string& stem : query.wanted_stems()) {
    const std::string text = word_term(stem);
    for (const EventTerm& term : terms) {
      if (term.tag == kTermWord && term.text == text) sum += term.weight;
    }
  }
  return sum;
}

}  // namespace govlog
