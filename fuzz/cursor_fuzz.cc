// Cursors come back from callers: whatever they send decodes to what encodes to the same, or is refused.
#include "query/cursor.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto cursor = govlog::decode_cursor(text);
  if (cursor.ok()) {
    GOVLOG_ASSERT(govlog::encode_cursor(cursor.value()) == text, "{} bytes", size);
    (void)govlog::decode_cursor_key(cursor->last_key);  // either answer is right
    (void)govlog::decode_entity_key(cursor->last_key);  // either answer is right
  }
  const auto key = govlog::decode_cursor_key(text);
  if (key.ok()) GOVLOG_ASSERT(govlog::encode_key(key.value()) == text, "{} bytes", size);
  const auto entity = govlog::decode_entity_key(text);
  if (entity.ok()) GOVLOG_ASSERT(govlog::encode_key(entity.value()) == text, "{} bytes", size);
  return 0;
}
