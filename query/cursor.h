#pragma once
// Where a page ends, as a text that a caller gives back to get the next one.
//
//   cursor = base64url( body, CRC32C of body (4 bytes, big-endian) )
//   body   = version (1 byte), then for each field its length (4 bytes, big-endian) and its bytes, in the order of struct Cursor
//
// Opaque to callers, checked in full: what was cut, changed or made up does not decode; what was made by another operation, with
// other parameters, or over another log, is told from its fields.

#include "base/result.h"
#include "engine/read_view.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

struct Cursor {
  std::string operation;
  Position log_position = 0;  // what the first page knew; later pages know the same
  std::string witness;        // of the log: see log_witness
  std::string fingerprint;    // of the parameters but limit and cursor, with times resolved
  std::string last_key;       // of the page's last item, in the operation's own form
  /// Times as they were given, and as they were resolved for the first page: `7d` means the same instant on every page.
  std::vector<std::pair<std::string, Timestamp>> times;
  /// The first page's arguments as they were given, name and value; none where they would make the cursor too long.
  std::vector<std::pair<std::string, std::string>> given;
};

std::string encode_cursor(const Cursor& cursor);

/// kInvalidArgument for anything that encode_cursor did not make.
Result<Cursor> decode_cursor(std::string_view text);

/// What tells one log from another at `position`: id and recorded_at of the event there.
Result<std::string> log_witness(const ReadView& view, Position position);

/// kInvalidArgument where the cursor is of another operation, or of a log whose event at its position is another one.
Status check_cursor(const ReadView& view, const Cursor& cursor, std::string_view operation);

/// Event keys, alone or with a score, and entities as `last_key`. kInvalidArgument where the text is none.
std::string encode_key(const EventKey& key);
Result<EventKey> decode_cursor_key(std::string_view text);
std::string encode_key(const EventScore& scored);
Result<EventScore> decode_score_key(std::string_view text);
std::string encode_key(const EntityRef& entity);
Result<EntityRef> decode_entity_key(std::string_view text);

}  // namespace govlog
