#include "engine/open_segment.h"

#include "base/assert.h"

#include <algorithm>
#include <map>
#include <memory>

namespace govlog {

void OpenSegment::add(const ForwardRow& row) {
  GOVLOG_ASSERT(row.key.position == next(), "position {}, not {}", row.key.position, next());
  const auto offset = static_cast<std::uint16_t>(keys_.size());
  keys_.push_back(row.key);
  const auto place = std::upper_bound(in_order_.begin(), in_order_.end(), row.key,
                                      [this](const EventKey& key, std::uint16_t other) { return key < keys_[other]; });
  in_order_.insert(place, offset);
  for (ForwardTerms term(row.terms); term.next();) {
    auto found = postings_.find(term.text());
    if (found == postings_.end()) found = postings_.try_emplace(std::string(term.text())).first;
    found->second.push_back({offset, term.weight()});
  }
}

Result<std::vector<OpenMatch>> OpenSegment::matches(const TermQuery& query, Position last, bool scored) const {
  std::map<std::size_t, std::unique_ptr<const Block>> blocks;
  const BlockSource block = [&](std::size_t number) -> Result<const Block*> {
    const auto [place, fresh] = blocks.try_emplace(number);
    const WantedTerm& term = query.terms()[number];
    const auto found = fresh ? postings_.find(term.tag + term.text) : postings_.end();
    if (found != postings_.end()) place->second = std::make_unique<const Block>(found->second);
    return place->second.get();
  };
  std::vector<OpenMatch> out;
  if (last < segment_first(segment_)) return out;
  const auto count = std::min<std::uint64_t>(keys_.size(), last + 1 - segment_first(segment_));
  const RankSet offsets = GOVLOG_TRY(query.matches(static_cast<std::uint32_t>(count), block));
  if (offsets.empty()) return out;
  const auto scores = std::make_unique<Scores>();
  if (scored) GOVLOG_TRY(query.add_scores(block, *scores));
  for (const std::uint16_t offset : in_order_) {
    if (offsets.contains(offset)) out.push_back({keys_[offset], (*scores)[offset]});
  }
  return out;
}

}  // namespace govlog
