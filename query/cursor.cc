#include "query/cursor.h"

#include "codec/hash.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

namespace govlog {

namespace {

constexpr char kVersion = 1;
constexpr std::size_t kChecksumBytes = 4;
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

Error bad_cursor(std::string_view why) {
  return Error{Code::kInvalidArgument,
               fmt::format("cursor {}; give next_cursor of the page before, or none", why),
               {{"parameter", "cursor"}}};
}

void put_number(std::string& out, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>((number >> shift) & 0xFFU));
}

void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size(), 4);
  out += text;
}

/// Reads what put_number and put_text wrote; after the first that does not fit, ok() is false and everything is empty.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  std::uint64_t number(std::size_t bytes) {
    std::uint64_t number = 0;
    for (const char c : take(bytes)) number = number << 8U | static_cast<std::uint8_t>(c);
    return number;
  }
  std::string_view text() { return take(static_cast<std::size_t>(number(4))); }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t bytes) {
    if (!ok_ || bytes > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }

  std::string_view rest_;
  bool ok_ = true;
};

std::string encode_base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<std::uint8_t>(c);
    for (count += 8; count >= 6; count -= 6) out.push_back(kAlphabet[(bits >> (count - 6)) & 63U]);
    bits &= 0xFFU;
  }
  if (count > 0) out.push_back(kAlphabet[(bits << (6 - count)) & 63U]);
  return out;
}

/// Nothing where a character is outside the alphabet, or the bits that fill up the last one are not zero.
std::optional<std::string> decode_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6U | static_cast<std::uint32_t>(value)) & 0xFFFFU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>((bits >> count) & 0xFFU));
    }
  }
  if (count >= 6 || (bits & ((1U << count) - 1U)) != 0) return std::nullopt;
  return out;
}

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  std::string body(1, kVersion);
  put_text(body, cursor.operation);
  put_number(body, cursor.log_position, 8);
  put_text(body, cursor.witness);
  put_text(body, cursor.fingerprint);
  put_text(body, cursor.last_key);
  put_number(body, cursor.times.size(), 1);
  for (const auto& [text, time] : cursor.times) {
    put_text(body, text);
    put_number(body, static_cast<std::uint64_t>(time.micros), 8);
  }
  put_number(body, cursor.given.size(), 2);
  for (const auto& [name, value] : cursor.given) {
    put_text(body, name);
    put_text(body, value);
  }
  put_number(body, crc32c(body), kChecksumBytes);
  return encode_base64url(body);
}

Result<Cursor> decode_cursor(std::string_view text) {
  const auto bytes = decode_base64url(text);
  if (!bytes || bytes->size() <= kChecksumBytes) return bad_cursor("is none of ours");
  const std::string_view body = std::string_view(*bytes).substr(0, bytes->size() - kChecksumBytes);
  if (Reader(std::string_view(*bytes).substr(body.size())).number(kChecksumBytes) != crc32c(body))
    return bad_cursor("is damaged or cut off");
  if (body[0] != kVersion) return bad_cursor("was made by another version of govlog");
  Reader reader(body.substr(1));
  Cursor cursor;
  cursor.operation = reader.text();
  cursor.log_position = reader.number(8);
  cursor.witness = reader.text();
  cursor.fingerprint = reader.text();
  cursor.last_key = reader.text();
  for (std::uint64_t left = reader.number(1); left > 0 && reader.ok(); --left) {
    std::string given(reader.text());
    const Timestamp time{static_cast<std::int64_t>(reader.number(8))};
    cursor.times.emplace_back(std::move(given), time);
  }
  for (std::uint64_t left = reader.number(2); left > 0 && reader.ok(); --left) {
    std::string name(reader.text());
    cursor.given.emplace_back(std::move(name), reader.text());
  }
  if (!reader.at_end()) return bad_cursor("is damaged");
  return cursor;
}

Result<std::string> log_witness(const ReadView& view, Position position) {
  std::string buffer;
  const auto event = GOVLOG_TRY(view.event_at(position, buffer));
  std::string witness;
  if (!event) return witness;
  witness.append(event->id.bytes.begin(), event->id.bytes.end());
  put_number(witness, static_cast<std::uint64_t>(event->recorded_at.micros), 8);
  return witness;
}

Status check_cursor(const ReadView& view, const Cursor& cursor, std::string_view operation) {
  if (cursor.operation != operation) return bad_cursor(fmt::format("was not made by {}", operation));
  const std::string witness = GOVLOG_TRY(log_witness(view, cursor.log_position));
  if (cursor.log_position > view.log_position() || witness != cursor.witness) return bad_cursor("is one of another store");
  return Ok{};
}

std::string encode_key(const EventKey& key) {
  std::string out;
  put_number(out, static_cast<std::uint64_t>(key.created_at.micros), 8);
  put_number(out, key.position, 8);
  return out;
}

Result<EventKey> decode_cursor_key(std::string_view text) {
  Reader reader(text);
  EventKey key;
  key.created_at.micros = static_cast<std::int64_t>(reader.number(8));
  key.position = reader.number(8);
  // Positions of events begin with 1, and those who go on after a key count up or down from it.
  if (!reader.at_end() || key.position == 0 || key.position == kPositionMax) return bad_cursor("is damaged");
  return key;
}

std::string encode_key(const EventScore& scored) {
  std::string out;
  put_number(out, scored.score, 4);
  return out + encode_key(scored.key);
}

Result<EventScore> decode_score_key(std::string_view text) {
  if (text.size() < 4) return bad_cursor("is damaged");
  Reader reader(text.substr(0, 4));
  EventScore scored;
  scored.score = static_cast<std::uint32_t>(reader.number(4));
  scored.key = GOVLOG_TRY(decode_cursor_key(text.substr(4)));
  return scored;
}

std::string encode_key(const EntityRef& entity) {
  std::string out;
  put_text(out, entity.entity_type);
  put_text(out, entity.entity_id);
  return out;
}

Result<EntityRef> decode_entity_key(std::string_view text) {
  Reader reader(text);
  EntityRef entity;
  entity.entity_type = reader.text();
  entity.entity_id = reader.text();
  if (!reader.at_end()) return bad_cursor("is damaged");
  return entity;
}

}  // namespace govlog
