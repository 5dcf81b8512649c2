#include "engine/segment_column.h"

#include "codec/keys.h"

#include <fmt/format.h>

namespace govlog {

Result<EventKey> SegmentColumn::at(std::uint32_t rank) {
  const std::uint32_t piece = rank / kColumnPieceRanks;
  if (rank < kSegmentEvents && pieces_[piece].empty()) {
    const auto bytes = GOVLOG_TRY(database_->get(Family::kTerms, segment_column_key(segment_, piece), snapshot_));
    auto keys = bytes ? decode_column_piece(*bytes, piece, summary_, segment_) : std::nullopt;
    if (keys) pieces_[piece] = *std::move(keys);
  }
  if (rank >= kSegmentEvents || rank % kColumnPieceRanks >= pieces_[piece].size()) {
    return Error{
        Code::kCorruption, fmt::format("the column of segment {} ends before rank {}, or does not decode", segment_, rank), {}};
  }
  return pieces_[piece][rank % kColumnPieceRanks];
}

}  // namespace govlog
