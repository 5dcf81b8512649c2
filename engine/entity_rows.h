#pragma once
// Two rows that keep an entity's folded state: its head (family views) and its checkpoints (family states).
//
//   head        flags u8, version varint, first t, last t p, version of that last event varint
//               [flag 1] newest sound checkpoint: t p, events folded varint
//               [flag 2] void mark: t p (after this key), p (since this position)
//               [flag 8] open claims: length varint, bytes (graph/claims.h)
//               [flag 4] actor token: length varint, bytes; then the folded state to the end
//   checkpoint  written at p, greatest folded p, events folded varint, version varint, actor token as above, state to the end
//
// How they stay right under late events: a checkpoint tells the state after all events up to its key. An event that comes in later with a
// smaller key makes every checkpoint behind it wrong; none is searched for and deleted then (that would be O(later events)).
// The head notes the void mark instead: checkpoints behind `after` that were written before position `since` are void. Later appends fold
// on from the last sound one, a bounded step each, delete the void ones that they pass, and lift the mark when they have caught up.

#include "base/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::uint64_t kCheckpointEvery = 16;
/// A larger state does not stand in its head row: it would be written again with each event of the entity.
inline constexpr std::size_t kHeadStateBytesMax = 4096;
/// The same of its open claims: larger ones are folded again with each event of the entity.
inline constexpr std::size_t kHeadClaimsBytesMax = 4096;

struct SoundCheckpoint {
  EventKey key;
  std::uint64_t events_folded = 0;
};

struct VoidMark {
  EventKey after;
  Position since = 0;
};

struct HeadRow {
  std::uint64_t version = 0;
  Timestamp first_created_at;
  EventKey last;
  std::uint64_t last_version = 0;  // of the event `last`: below `version` where events came late
  std::optional<SoundCheckpoint> checkpoint;
  std::optional<VoidMark> void_mark;
  bool has_state = false;  // state and actor_token are those after `last`
  std::string actor_token;
  std::string state;
  std::string claims;  // of the entities that say something of the graph, over all events; empty where they are too large
};

std::string encode_head_row(const HeadRow& head);
std::optional<HeadRow> decode_head_row(std::string_view bytes);

struct CheckpointRow {
  Position written_at = 0;         // last position of the log when it was folded
  Position greatest_position = 0;  // of the events folded
  std::uint64_t events_folded = 0;
  std::uint64_t version = 0;  // of the last event folded
  std::string actor_token;
  std::string state;
};

std::string encode_checkpoint_row(const CheckpointRow& row);
std::optional<CheckpointRow> decode_checkpoint_row(std::string_view bytes);

/// Whether a checkpoint under `key`, written at `written_at`, still tells the truth.
bool is_sound(const std::optional<VoidMark>& mark, const EventKey& key, Position written_at);

/// `actor` as a JSON token, `null` where there is none.
std::string actor_token_of(const std::optional<std::string_view>& actor);

}  // namespace govlog
