#include "codec/keys.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace govlog {

namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
constexpr char kHeadRows = '\x01';
constexpr char kCounterRows = '\x03';
constexpr char kBlockRows = '\x01';
constexpr char kSummaryRows = '\x02';
constexpr char kForwardRows = '\x03';
constexpr char kColumnRows = '\x04';

/// From or to the order of bytes that keys have.
std::uint64_t big_endian(std::uint64_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap64(value) : value;
}

std::uint64_t time_bits(Timestamp time) { return static_cast<std::uint64_t>(time.micros) ^ kSignBit; }
Timestamp time_of_bits(std::uint64_t bits) { return {static_cast<std::int64_t>(bits ^ kSignBit)}; }

std::string segment_key(char rows, std::uint32_t segment) {
  std::string key(1, rows);
  append_big_endian_32(key, ~segment);
  return key;
}

}  // namespace

void append_big_endian_64(std::string& out, std::uint64_t value) {
  const auto bytes = std::bit_cast<std::array<char, 8>>(big_endian(value));
  out.append(bytes.data(), bytes.size());
}

void append_big_endian_32(std::string& out, std::uint32_t value) {
  char bytes[4];
  for (int i = 3; i >= 0; --i, value >>= 8) bytes[i] = static_cast<char>(value & 0xFF);
  out.append(bytes, sizeof bytes);
}

std::optional<std::uint64_t> take_big_endian_64(std::string_view& bytes) {
  if (bytes.size() < 8) return std::nullopt;
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return big_endian(value);
}

std::optional<std::uint32_t> take_big_endian_32(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[i]);
  bytes.remove_prefix(4);
  return value;
}

void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 10 && i < bytes.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(bytes[i]);
    value |= std::uint64_t{byte & 0x7Fu} << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

void append_zigzag(std::string& out, std::int64_t value) {
  append_varint(out, static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63));
}

std::optional<std::int64_t> take_zigzag(std::string_view& bytes) {
  const auto value = take_varint(bytes);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value >> 1 ^ (~(*value & 1) + 1));
}

void append_text(std::string& out, const std::optional<std::string>& text) {
  append_varint(out, text ? text->size() + 1 : 0);
  if (text) out += *text;
}

bool take_text(std::string_view& bytes, std::optional<std::string>& text) {
  const auto length = take_varint(bytes);
  if (!length || *length > bytes.size() + 1) return false;
  text.reset();
  if (*length == 0) return true;
  text = bytes.substr(0, *length - 1);
  bytes.remove_prefix(*length - 1);
  return true;
}

void append_time_key(std::string& out, Timestamp time) { append_big_endian_64(out, time_bits(time)); }

std::optional<Timestamp> take_time_key(std::string_view& bytes) {
  const auto bits = take_big_endian_64(bytes);
  if (!bits) return std::nullopt;
  return time_of_bits(*bits);
}

void append_event_key(std::string& out, const EventKey& key) {
  append_time_key(out, key.created_at);
  append_big_endian_64(out, key.position);
}

std::optional<EventKey> take_event_key(std::string_view& bytes) {
  const auto time = take_time_key(bytes);
  const auto position = take_big_endian_64(bytes);
  if (!time || !position) return std::nullopt;
  return EventKey{*time, *position};
}

std::string event_key_prefix(const EventKey& key) {
  std::string out;
  out.reserve(16);
  append_big_endian_64(out, ~time_bits(key.created_at));
  append_big_endian_64(out, ~key.position);
  return out;
}

std::string event_key(const EventKey& key, std::string_view entity_type, std::string_view entity_id) {
  std::string out = event_key_prefix(key);
  out.reserve(17 + entity_type.size() + entity_id.size());
  out.append(entity_type).push_back('\0');
  out.append(entity_id);
  return out;
}

std::optional<EventKeyParts> decode_event_key(std::string_view bytes) {
  const auto time = take_big_endian_64(bytes);
  const auto position = take_big_endian_64(bytes);
  if (!time || !position) return std::nullopt;
  const auto split = bytes.find('\0');
  if (split == std::string_view::npos) return std::nullopt;
  return EventKeyParts{{time_of_bits(~*time), ~*position}, bytes.substr(0, split), bytes.substr(split + 1)};
}

std::string position_key(Position position) {
  std::string out;
  append_big_endian_64(out, position);
  return out;
}

std::optional<Position> decode_position_key(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  return take_big_endian_64(bytes);
}

std::string id_key(const Uuid& id) { return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()}; }

std::string entity_prefix(std::string_view entity_type, std::string_view entity_id) {
  std::string out;
  out.reserve(entity_type.size() + entity_id.size() + 18);
  out.append(entity_type).push_back('\0');
  out.append(entity_id).push_back('\0');
  return out;
}

std::string entity_key(std::string_view entity_type, std::string_view entity_id, const EventKey& key) {
  std::string out = entity_prefix(entity_type, entity_id);
  append_time_key(out, key.created_at);
  append_big_endian_64(out, key.position);
  return out;
}

std::optional<EventKey> decode_entity_key_tail(std::string_view bytes) {
  if (bytes.size() < 16) return std::nullopt;
  bytes.remove_prefix(bytes.size() - 16);
  const auto time = take_time_key(bytes);
  const auto position = take_big_endian_64(bytes);
  return EventKey{*time, *position};
}

std::string head_key(std::string_view entity_type, std::string_view entity_id) {
  std::string out = head_key_prefix(entity_type);
  out.append(entity_id);
  return out;
}

std::string head_key_prefix(std::string_view entity_type) {
  std::string out(1, kHeadRows);
  out.append(entity_type).push_back('\0');
  return out;
}

std::optional<EntityRef> decode_head_key(std::string_view bytes) {
  if (bytes.empty() || bytes.front() != kHeadRows) return std::nullopt;
  bytes.remove_prefix(1);
  const auto split = bytes.find('\0');
  if (split == std::string_view::npos) return std::nullopt;
  return EntityRef{std::string(bytes.substr(0, split)), std::string(bytes.substr(split + 1))};
}

std::string counter_key_prefix(char tag) { return {kCounterRows, tag}; }

std::string counter_key(char tag, std::string_view name) {
  std::string out = counter_key_prefix(tag);
  out.append(name);
  return out;
}

std::string graph_piece_key(std::uint32_t piece) {
  std::string key(1, '\x09');
  append_big_endian_32(key, piece);
  return key;
}

bool is_graph_piece_key(std::string_view bytes) { return bytes.starts_with('\x09'); }

std::string tile_key(std::uint8_t level, std::uint64_t index) {
  std::string out(1, static_cast<char>(level));
  append_big_endian_64(out, index);
  return out;
}

std::string block_key_prefix(char tag, std::string_view term, std::uint8_t level) {
  std::string out{kBlockRows, tag};
  out.append(term).push_back('\0');
  out.push_back(static_cast<char>(level));
  return out;
}

std::string block_key(char tag, std::string_view term, std::uint8_t level, std::uint32_t segment) {
  std::string out = block_key_prefix(tag, term, level);
  append_big_endian_32(out, ~segment);
  return out;
}

std::string segment_summary_key(std::uint32_t segment) { return segment_key(kSummaryRows, segment); }

std::string segment_column_key(std::uint32_t segment, std::uint32_t piece) {
  std::string out = segment_key(kColumnRows, segment);
  out.push_back(static_cast<char>(piece));
  return out;
}

std::optional<std::uint32_t> decode_segment(std::string_view bytes) {
  if (bytes.size() < 5) return std::nullopt;
  bytes.remove_prefix(bytes.size() - 4);
  return ~*take_big_endian_32(bytes);
}

std::string forward_key(Position position) {
  std::string out(1, kForwardRows);
  append_big_endian_64(out, position);
  return out;
}

}  // namespace govlog
