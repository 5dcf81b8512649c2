#include "engine/postings.h"

#include "base/assert.h"
#include "codec/keys.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kBitmapFrom = 512;  // ranks; from here on a bitmap is shorter
constexpr std::size_t kBitmapBytes = kSegmentEvents / 8;

enum BlockKind : char { kDeltas, kBitmap, kWeightedDeltas, kWeightedBitmap };

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

std::optional<std::uint8_t> take_u8(std::string_view& bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto value = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  return value;
}

/// The words of a bitmap and its bytes are the same thing on a machine that puts the lowest byte first.
std::uint64_t little_endian(std::uint64_t word) {
  if constexpr (std::endian::native == std::endian::little) return word;
  return std::byteswap(word);
}

}  // namespace

RankSet RankSet::first(std::uint32_t count) {
  RankSet out;
  std::fill_n(out.words_.begin(), count / 64, ~std::uint64_t{0});
  if (count % 64 != 0) out.words_[count / 64] = (std::uint64_t{1} << (count % 64)) - 1;
  return out;
}

void RankSet::insert_all(const RankSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
}

void RankSet::keep_only(const RankSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
}

void RankSet::remove_all(const RankSet& other) {
  for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
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

std::string encode_block(std::span<const Posting> postings, bool weighted) {
  GOVLOG_ASSERT(!postings.empty() && postings.size() <= kSegmentEvents, "{} postings", postings.size());
  const bool dense = postings.size() >= kBitmapFrom;
  std::string out(1, weighted ? (dense ? kWeightedBitmap : kWeightedDeltas) : (dense ? kBitmap : kDeltas));
  append_u16(out, static_cast<std::uint32_t>(postings.size()));
  if (weighted) {
    const auto greatest = std::max_element(postings.begin(), postings.end(),
                                           [](const Posting& a, const Posting& b) { return a.weight < b.weight; });
    out.push_back(static_cast<char>(greatest->weight));
  }
  if (dense) {
    const std::size_t begin = out.size();
    out.resize(begin + kBitmapBytes, '\0');
    for (const Posting& posting : postings) {
      char& byte = out[begin + posting.rank / 8];
      byte = static_cast<char>(byte | 1 << (posting.rank % 8));
    }
  } else {
    std::uint32_t before = 0;
    for (const Posting& posting : postings) append_varint(out, posting.rank - std::exchange(before, posting.rank));
  }
  if (weighted) {
    for (const Posting& posting : postings) out.push_back(static_cast<char>(posting.weight));
  }
  return out;
}

Block::Block(std::span<const Posting> postings) {
  weights_.reserve(postings.size());
  for (const Posting& posting : postings) {
    ranks_.insert(posting.rank);
    weights_.push_back(posting.weight);
    greatest_ = std::max(greatest_, posting.weight);
  }
}

bool Block::take_bitmap(std::string_view& bytes) {
  if (bytes.size() < kBitmapBytes) return false;
  std::memcpy(ranks_.words_.data(), bytes.data(), kBitmapBytes);
  for (std::uint64_t& word : ranks_.words_) word = little_endian(word);
  bytes.remove_prefix(kBitmapBytes);
  return true;
}

bool Block::take_deltas(std::string_view& bytes, std::uint32_t count) {
  std::uint64_t rank = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto delta = take_varint(bytes);
    if (!delta || *delta >= kSegmentEvents || (rank += *delta) >= kSegmentEvents) return false;
    ranks_.insert(static_cast<std::uint32_t>(rank));
  }
  return true;
}

std::optional<Block> Block::decode(std::string_view bytes) {
  const auto kind = take_u8(bytes);
  const auto count = take_u16(bytes);
  if (!kind || *kind > kWeightedBitmap || !count || *count == 0) return std::nullopt;
  const bool weighted = *kind == kWeightedDeltas || *kind == kWeightedBitmap;
  const bool dense = *kind == kBitmap || *kind == kWeightedBitmap;
  Block block;
  if (weighted) {
    const auto greatest = take_u8(bytes);
    if (!greatest) return std::nullopt;
    block.greatest_ = *greatest;
  }
  if (!(dense ? block.take_bitmap(bytes) : block.take_deltas(bytes, *count)) || block.ranks_.count() != *count)
    return std::nullopt;
  if (bytes.size() != (weighted ? *count : 0)) return std::nullopt;
  block.weights_.assign(bytes.begin(), bytes.end());
  return block;
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

std::string encode_column_piece(std::span<const EventKey> newest_first, std::uint32_t segment, bool in_order) {
  std::string out;
  out.reserve(newest_first.size() * 10);
  for (const EventKey& key : newest_first) append_time_key(out, key.created_at);
  if (in_order) return out;
  for (const EventKey& key : newest_first) append_u16(out, static_cast<std::uint32_t>(key.position - segment_first(segment)));
  return out;
}

std::optional<std::vector<EventKey>> decode_column_piece(std::string_view bytes, std::uint32_t piece,
                                                         const SegmentSummary& summary, std::uint32_t segment) {
  const std::size_t begin = std::size_t{piece} * kColumnPieceRanks;
  if (begin >= summary.count) return std::nullopt;
  const std::size_t count = std::min<std::size_t>(kColumnPieceRanks, summary.count - begin);
  if (bytes.size() != count * (summary.in_order ? 8 : 10)) return std::nullopt;
  std::string_view offsets = bytes.substr(8 * count);
  std::vector<EventKey> keys(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t offset = summary.in_order ? summary.count - 1 - (begin + i) : *take_u16(offsets);
    if (offset >= kSegmentEvents) return std::nullopt;
    keys[i] = {*take_time_key(bytes), segment_first(segment) + offset};
  }
  return keys;
}

}  // namespace govlog
