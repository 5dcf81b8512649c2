#pragma once
// Packing for those who asked for it.

#include <string>
#include <string_view>

namespace govlog {

/// RFC 1952, at the level that is quick. O(bytes).
std::string gzip(std::string_view bytes);

}  // namespace govlog
