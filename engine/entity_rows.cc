#include "engine/entity_rows.h"

#include "codec/json_text.h"
#include "codec/keys.h"

namespace govlog {

namespace {

constexpr std::uint8_t kHasCheckpoint = 1;
constexpr std::uint8_t kHasVoidMark = 2;
constexpr std::uint8_t kHasState = 4;
constexpr std::uint8_t kHasClaims = 8;

void append_state(std::string& out, std::string_view actor_token, std::string_view state) {
  append_varint(out, actor_token.size());
  out.append(actor_token).append(state);
}

bool take_state(std::string_view bytes, std::string& actor_token, std::string& state) {
  const auto length = take_varint(bytes);
  if (!length || *length > bytes.size()) return false;
  actor_token = bytes.substr(0, *length);
  state = bytes.substr(*length);
  return true;
}

}  // namespace

std::string encode_head_row(const HeadRow& head) {
  const bool with_state = head.has_state && head.state.size() <= kHeadStateBytesMax;
  std::string out;
  out.reserve(64 + head.claims.size() + (with_state ? head.state.size() + head.actor_token.size() : 0));
  out.push_back(static_cast<char>((head.checkpoint ? kHasCheckpoint : 0) | (head.void_mark ? kHasVoidMark : 0) |
                                  (with_state ? kHasState : 0) | (head.claims.empty() ? 0 : kHasClaims)));
  append_varint(out, head.version);
  append_time_key(out, head.first_created_at);
  append_event_key(out, head.last);
  append_varint(out, head.last_version);
  if (head.checkpoint) {
    append_event_key(out, head.checkpoint->key);
    append_varint(out, head.checkpoint->events_folded);
  }
  if (head.void_mark) {
    append_event_key(out, head.void_mark->after);
    append_big_endian_64(out, head.void_mark->since);
  }
  if (!head.claims.empty()) {
    append_varint(out, head.claims.size());
    out += head.claims;
  }
  if (with_state) append_state(out, head.actor_token, head.state);
  return out;
}

std::optional<HeadRow> decode_head_row(std::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto flags = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  HeadRow head;
  const auto version = take_varint(bytes);
  const auto first = take_time_key(bytes);
  const auto last = take_event_key(bytes);
  const auto last_version = take_varint(bytes);
  if (!version || !first || !last || !last_version) return std::nullopt;
  head.version = *version;
  head.first_created_at = *first;
  head.last = *last;
  head.last_version = *last_version;
  if ((flags & kHasCheckpoint) != 0) {
    const auto key = take_event_key(bytes);
    const auto folded = take_varint(bytes);
    if (!key || !folded) return std::nullopt;
    head.checkpoint = {*key, *folded};
  }
  if ((flags & kHasVoidMark) != 0) {
    const auto after = take_event_key(bytes);
    const auto since = take_big_endian_64(bytes);
    if (!after || !since) return std::nullopt;
    head.void_mark = {*after, *since};
  }
  if ((flags & kHasClaims) != 0) {
    const auto length = take_varint(bytes);
    if (!length || *length > bytes.size()) return std::nullopt;
    head.claims = bytes.substr(0, *length);
    bytes.remove_prefix(*length);
  }
  head.has_state = (flags & kHasState) != 0;
  if (head.has_state ? !take_state(bytes, head.actor_token, head.state) : !bytes.empty()) return std::nullopt;
  return head;
}

std::string encode_checkpoint_row(const CheckpointRow& row) {
  std::string out;
  out.reserve(40 + row.actor_token.size() + row.state.size());
  append_big_endian_64(out, row.written_at);
  append_big_endian_64(out, row.greatest_position);
  append_varint(out, row.events_folded);
  append_varint(out, row.version);
  append_state(out, row.actor_token, row.state);
  return out;
}

std::optional<CheckpointRow> decode_checkpoint_row(std::string_view bytes) {
  const auto written_at = take_big_endian_64(bytes);
  const auto greatest = take_big_endian_64(bytes);
  const auto folded = take_varint(bytes);
  const auto version = take_varint(bytes);
  if (!written_at || !greatest || !folded || !version) return std::nullopt;
  CheckpointRow row{*written_at, *greatest, *folded, *version, {}, {}};
  if (!take_state(bytes, row.actor_token, row.state)) return std::nullopt;
  return row;
}

bool is_sound(const std::optional<VoidMark>& mark, const EventKey& key, Position written_at) {
  return !mark || key < mark->after || written_at >= mark->since;
}

std::string actor_token_of(const std::optional<std::string_view>& actor) { return actor ? json_quote(*actor) : "null"; }

}  // namespace govlog
