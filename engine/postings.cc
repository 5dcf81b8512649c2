#include "engine/postings.h"

#include "base/assert.h"
#include "codec/keys.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

namespace govlog {

namespace {

constexpr std::uint32_t kBitmapFrom = 512;  // ranks; from here on a bitmap is shorter
constexpr std::size_t kBitmapBytes = kSegmentEvents / 8;

void append_u16(std::string& out, std::uint32_t value) {
  out.push_back(static_cast<char>(value >> 8 & 0xFF));
  out.push_back(static_cast<char>(value & 0xFF));
}

std::optional<std::uint32_t> take_u16(std::string_view& bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto value = static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[0]) << 8 | static_cast<std::uint8_t>(bytes[1]));
  bytes.remove_prefix(2);
  return value;
}

}  // namespace

void RankSet::insert_all(const RankSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}

void RankSet::keep_only(const RankSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

bool RankSet::empty() const {
  return std::all_of(words_.begin(), words_.end(), [](std::uint64_t word) { return word == 0; });
}

std::uint32_t RankSet::count() const {
  return std::accumulate(words_.begin(), words_.end(), 0u, [](std::uint32_t sum, std::uint64_t word) {
    return sum + static_cast<std::uint32_t>(std::popcount(word));
  });
}

std::optional<std::uint32_t> RankSet::next(std::uint32_t from) const {
  if (from >= kSegmentEvents) return std::nullopt;
  std::uint64_t word = words_[from / 64] & (~std::uint64_t{0} << (from % 64));
  for (std::uint32_t i = from / 64;;) {
    if (word != 0) return i * 64 + static_cast<std::uint32_t>(std::countr_zero(word));
    if (++i == words_.size()) return std::nullopt;
    word = words_[i];
  }
}

std::optional<std::uint32_t> RankSet::previous(std::uint32_t from) const {
  std::uint64_t word = words_[from / 64] & (~std::uint64_t{0} >> (63 - from % 64));
  for (std::uint32_t i = from / 64;;) {
    if (word != 0) return i * 64 + 63 - static_cast<std::uint32_t>(std::countl_zero(word));
    if (i-- == 0) return std::nullopt;
    word = words_[i];
  }
}

std::string encode_block(const RankSet& ranks) {
  const std::uint32_t count = ranks.count();
  std::string out(1, count >= kBitmapFrom ? '\1' : '\0');
  append_u16(out, count & 0xFFFF);
  std::string bitmap(count >= kBitmapFrom ? kBitmapBytes : 0, '\0');
  std::uint32_t before = 0;
  for (auto rank = ranks.next(0); rank; rank = ranks.next(*rank + 1)) {
    if (count >= kBitmapFrom) {
      bitmap[*rank / 8] = static_cast<char>(bitmap[*rank / 8] | 1 << (*rank % 8));
    } else {
      append_varint(out, *rank - before);
      before = *rank;
    }
  }
  return out + bitmap;
}

std::optional<RankSet> decode_block(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const char kind = bytes.front();
  bytes.remove_prefix(1);
  const auto count = take_u16(bytes);
  if (!count) return std::nullopt;
  RankSet ranks;
  if (kind == 1) {
    if (bytes.size() != kBitmapBytes) return std::nullopt;
    for (std::uint32_t rank = 0; rank < kSegmentEvents; ++rank) {
      if ((static_cast<std::uint8_t>(bytes[rank / 8]) >> (rank % 8) & 1) != 0) ranks.insert(rank);
    }
  } else {
    std::uint64_t rank = 0;
    for (std::uint32_t i = 0; i < *count; ++i) {
      const auto delta = take_varint(bytes);
      if (!delta || *delta >= kSegmentEvents || (rank += *delta) >= kSegmentEvents) return std::nullopt;
      ranks.insert(static_cast<std::uint32_t>(rank));
    }
    if (kind != 0 || !bytes.empty()) return std::nullopt;
  }
  if (ranks.count() != *count) return std::nullopt;
  return ranks;
}

std::string encode_summary(const SegmentSummary& summary) {
  std::string out;
  append_u16(out, summary.count);
  out.push_back(summary.in_order ? '\1' : '\0');
  append_time_key(out, summary.first);
  append_time_key(out, summary.last);
  return out;
}

std::optional<SegmentSummary> decode_summary(std::string_view bytes) {
  const auto count = take_u16(bytes);
  if (!count || *count > kSegmentEvents || bytes.size() != 17) return std::nullopt;
  const bool in_order = bytes.front() == 1;
  bytes.remove_prefix(1);
  const auto first = take_time_key(bytes);
  const auto last = take_time_key(bytes);
  return SegmentSummary{static_cast<std::uint16_t>(*count), in_order, *first, *last};
}

std::string encode_column(const std::vector<EventKey>& newest_first, std::uint32_t segment, bool in_order) {
  std::string out;
  out.reserve(newest_first.size() * 10);
  for (const EventKey& key : newest_first) append_time_key(out, key.created_at);
  if (in_order) return out;
  for (const EventKey& key : newest_first) append_u16(out, static_cast<std::uint32_t>(key.position - segment_first(segment)));
  return out;
}

std::optional<SegmentColumn> SegmentColumn::open(std::string bytes, const SegmentSummary& summary, std::uint32_t segment) {
  const std::size_t width = summary.in_order ? 8 : 10;
  if (bytes.size() != summary.count * width) return std::nullopt;
  return SegmentColumn(std::move(bytes), summary, segment);
}

std::optional<EventKey> SegmentColumn::at(std::uint32_t rank) const {
  const std::size_t count = summary_.count;
  if (rank >= count) return std::nullopt;
  std::string_view time = std::string_view(bytes_).substr(std::size_t{8} * rank);
  std::size_t offset = count - 1 - rank;
  if (!summary_.in_order) {
    std::string_view offsets = std::string_view(bytes_).substr(8 * count + std::size_t{2} * rank);
    offset = *take_u16(offsets);
  }
  if (offset >= kSegmentEvents) return std::nullopt;
  return EventKey{*take_time_key(time), segment_first(segment_) + offset};
}

std::string encode_forward(const ForwardRow& row) {
  std::string out;
  append_time_key(out, row.key.created_at);
  for (const Term& term : row.terms) {
    out.push_back(term.tag);
    append_varint(out, term.text.size());
    out.append(term.text);
  }
  return out;
}

std::optional<ForwardRow> decode_forward(Position position, std::string_view bytes) {
  const auto time = take_time_key(bytes);
  if (!time) return std::nullopt;
  ForwardRow row{{*time, position}, {}};
  while (!bytes.empty()) {
    const char tag = bytes.front();
    bytes.remove_prefix(1);
    const auto length = take_varint(bytes);
    if (!length || *length > bytes.size()) return std::nullopt;
    row.terms.push_back({tag, std::string(bytes.substr(0, *length))});
    bytes.remove_prefix(*length);
  }
  return row;
}

std::vector<std::pair<std::string, std::string>> seal_segment(std::uint32_t segment, const std::vector<ForwardRow>& rows) {
  GOVLOG_ASSERT(rows.size() == kSegmentEvents, "{} rows", rows.size());
  std::vector<std::uint32_t> newest_first(rows.size());
  std::iota(newest_first.begin(), newest_first.end(), 0u);
  std::sort(newest_first.begin(), newest_first.end(),
            [&](std::uint32_t a, std::uint32_t b) { return rows[a].key > rows[b].key; });
  std::vector<EventKey> column;
  std::map<Term, RankSet> blocks;
  bool in_order = true;
  for (std::uint32_t rank = 0; rank < newest_first.size(); ++rank) {
    const ForwardRow& row = rows[newest_first[rank]];
    in_order = in_order && newest_first[rank] == rows.size() - 1 - rank;
    column.push_back(row.key);
    for (const Term& term : row.terms) blocks[term].insert(rank);
  }
  std::vector<std::pair<std::string, std::string>> out;
  const SegmentSummary summary{static_cast<std::uint16_t>(rows.size()), in_order, column.back().created_at,
                               column.front().created_at};
  out.emplace_back(segment_summary_key(segment), encode_summary(summary));
  out.emplace_back(segment_column_key(segment), encode_column(column, segment, in_order));
  for (const auto& [term, ranks] : blocks) out.emplace_back(block_key(term.tag, term.text, 0, segment), encode_block(ranks));
  return out;
}

}  // namespace govlog
