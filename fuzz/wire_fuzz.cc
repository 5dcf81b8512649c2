// What another process says on the socket of a store, in either direction: the first byte chooses how it is read.

#include "api/wire.h"
#include "server/protocol.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace govlog;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  switch (data[0] % 7) {
    case 0:
      (void)parse_rendered_error(text);
      break;
    case 1:
      (void)parse_receipts(text);
      break;
    case 2:
      (void)parse_receipts_in_turn(text);
      break;
    case 3:
      (void)parse_completion(text);
      break;
    case 4:
      (void)parse_batches(text, Timestamp{0});
      break;
    case 5:
      (void)decode_damage(text);
      break;
    default: {
      const auto arguments = decode_arguments(text);
      const bool named = arguments.ok() && !arguments->contains("");  // a nameless one without value is written as nothing
      if (named && *decode_arguments(encode_arguments(*arguments)) != *arguments) __builtin_trap();
    }
  }
  return 0;
}
