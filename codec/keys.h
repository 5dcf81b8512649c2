#pragma once
// The keys of every family: big-endian, so that bytes sort as their meaning does. docs/storage.md has test vectors.
//
//   t   created_at, 8 bytes: the sign bit flipped            p   position, 8 bytes
//   ~x  all bits of x inverted (newest first)                00  ends entity types and ids, which hold no control characters
//
//   events     ~t ~p type 00 id               → record (codec/event.fbs)
//   positions  p                              → t, leaf hash[32]
//   ids        uuid[16]                       → p
//   entities   type 00 id 00 t p              → version, varint
//   terms      01 tag term 00 level ~seg[4]   → posting block (engine/postings.h)
//              02 ~seg[4]                     → segment summary
//              03 p                           → forward row: t, then the event's terms; open segment only
//              04 ~seg[4] piece               → piece of the segment's column: times and offsets by rank
//   states     type 00 id 00 t p              → state checkpoint (engine/entity_rows.h)
//   views      01 type 00 id                  → head of an entity (engine/entity_rows.h)
//              03 tag name                    → how many events have this event type ('e') or entity type ('t')
//              04 unit t                  → what analytics counts of a week or an hour (engine/analytics_rows.h)
//              09 n[4]                        → piece of the graph's checkpoint (engine/graph_checkpoint.h)
//   tiles      level index[8]                 → hash of the complete subtree of 256^level leaves
//   meta       name                           → store_id, accept_clock
//   all        FF "head"                      → p: the last position whose rows this family holds

#include "base/types.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::string_view kFamilyHeadKey{"\xFFhead", 5};

/// Which index a term belongs to.
inline constexpr char kTermEventType = 'e';
inline constexpr char kTermEntityType = 't';
inline constexpr char kTermActor = 'a';
inline constexpr char kTermWord = 'w';   // codec/event_terms.h
inline constexpr char kTermValue = 'v';  // codec/event_terms.h

void append_big_endian_64(std::string& out, std::uint64_t value);
void append_big_endian_32(std::string& out, std::uint32_t value);
/// Reads and removes from the front; nothing where `bytes` is too short.
std::optional<std::uint64_t> take_big_endian_64(std::string_view& bytes);
std::optional<std::uint32_t> take_big_endian_32(std::string_view& bytes);
void append_varint(std::string& out, std::uint64_t value);  // LEB128
std::optional<std::uint64_t> take_varint(std::string_view& bytes);
void append_zigzag(std::string& out, std::int64_t value);  // a varint, small where the value is near 0 on either side
std::optional<std::int64_t> take_zigzag(std::string_view& bytes);
/// Length plus one as a varint, then the bytes; 0 is null. `text` is set where true is given.
void append_text(std::string& out, const std::optional<std::string>& text);
bool take_text(std::string_view& bytes, std::optional<std::string>& text);

void append_time_key(std::string& out, Timestamp time);
std::optional<Timestamp> take_time_key(std::string_view& bytes);
/// `t p`
void append_event_key(std::string& out, const EventKey& key);
std::optional<EventKey> take_event_key(std::string_view& bytes);

/// `~t ~p`: where the event with `key`, or the first after it in newest-first order, stands.
std::string event_key_prefix(const EventKey& key);
std::string event_key(const EventKey& key, std::string_view entity_type, std::string_view entity_id);
struct EventKeyParts {
  EventKey key;
  std::string_view entity_type;
  std::string_view entity_id;
};
std::optional<EventKeyParts> decode_event_key(std::string_view bytes);

std::string position_key(Position position);
std::optional<Position> decode_position_key(std::string_view bytes);

std::string id_key(const Uuid& id);

/// `type 00 id 00`, then t p: of families entities and states.
std::string entity_prefix(std::string_view entity_type, std::string_view entity_id);
std::string entity_key(std::string_view entity_type, std::string_view entity_id, const EventKey& key);
/// The t p at the end of a key of entities or states.
std::optional<EventKey> decode_entity_key_tail(std::string_view bytes);

std::string head_key(std::string_view entity_type, std::string_view entity_id);
std::string head_key_prefix(std::string_view entity_type);
std::optional<EntityRef> decode_head_key(std::string_view bytes);

std::string counter_key(char tag, std::string_view name);
std::string counter_key_prefix(char tag);

/// Rows of the graph's checkpoint, from 0 (engine/graph_checkpoint.h).
std::string graph_piece_key(std::uint32_t piece);
bool is_graph_piece_key(std::string_view bytes);

std::string tile_key(std::uint8_t level, std::uint64_t index);

/// A term's blocks, newest segment first, begin with the prefix. `term` of one tag holds no byte 00, or is of one length.
std::string block_key_prefix(char tag, std::string_view term, std::uint8_t level);
std::string block_key(char tag, std::string_view term, std::uint8_t level, std::uint32_t segment);
std::string segment_summary_key(std::uint32_t segment);
std::string segment_column_key(std::uint32_t segment, std::uint32_t piece);
/// The segment at the end of a summary's or a block's key; nothing where it is too short.
std::optional<std::uint32_t> decode_segment(std::string_view bytes);
std::string forward_key(Position position);

}  // namespace govlog
