#pragma once
// Base64 (RFC 4648, section 4).

#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// Standard alphabet, with padding. At most 2 GiB.
std::string encode_base64(std::string_view bytes);

/// What encode_base64 gives back, at most 4096 characters of it; nothing for any other text, nor for an empty one.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace govlog
