// What is read back when a log is restored or its root is checked: the first byte chooses how the rest is read.

#include "api/backup_manifest.h"
#include "api/exported_line.h"
#include "codec/event_json.h"
#include "codec/signed_note.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace govlog;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 4) {
    case 0: {
      const auto manifest = parse_manifest(text);
      if (manifest.ok() && !parse_manifest(render_manifest(*manifest)).ok()) __builtin_trap();
      break;
    }
    case 1: {
      const auto event = ExportedEvent::parse(text);
      std::string again;
      if (event.ok()) append_event_json(again, event->view());
      if (event.ok() && again != text) __builtin_trap();
      break;
    }
    case 2:
      (void)parse_checkpoint(text);
      break;
    default: {
      const auto key = parse_verifier_key(text);
      if (key.ok() && !parse_verifier_key(format_key(*key)).ok()) __builtin_trap();
      (void)parse_signing_key(text);
    }
  }
  return 0;
}
