// Diff references: whatever the text, it is taken apart at its last @ or refused.
#include "query/version_ref.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto ref = govlog::parse_version_ref(text, govlog::Timestamp{1'760'000'000'000'000});
  if (!ref.ok()) return 0;
  GOVLOG_ASSERT(ref->text == text, "{} bytes", size);
  GOVLOG_ASSERT(ref->entity.empty() || text.starts_with(ref->entity + "@"), "{} bytes", size);
  if (const auto* version = std::get_if<std::uint64_t>(&ref->what)) GOVLOG_ASSERT(*version > 0, "{} bytes", size);
  return 0;
}
