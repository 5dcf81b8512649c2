#pragma once
// The head of an HTTP request, more strictly than its parser takes it: what two programs could read in two ways is refused (RFC 9112, sections 2.2, 5.2, 11.2).

#include "server/http.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::size_t kHeadBytesMax = 16 << 10;

/// Where the head in `bytes` ends, behind its empty line; nothing while that is not there.
std::optional<std::size_t> head_end(std::string_view bytes);

/// What is wrong with a head, or with the beginning of one; empty where nothing is. `bytes` up to head_end(), or all there is so far.
std::string_view head_fault(std::string_view bytes);

/// What is wrong with how a head tells the length of its body, where the parser lets it pass; empty where nothing is. `is_11`: it is of HTTP/1.1 or later.
std::string_view framing_fault(const HttpRequest& head, bool is_11);

/// RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::chrono::system_clock::time_point time);

/// "Not Found".
std::string_view reason_of(unsigned status);

}  // namespace govlog
