#pragma once
// Replies of the REST face.

#include "base/error.h"
#include "server/http.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace govlog {

/// Contract section 4's error with RFC 9457's `type`, `title` and `status`. `status` 0: that of the code.
HttpReply error_reply(const Error& error, unsigned status = 0);

/// What goes wrong between HTTP peers alone, before an operation is reached.
enum class HttpFailure : std::uint8_t { kUnauthorized, kMethodNotAllowed, kUnsupportedMediaType, kTimeout, kOverloaded };

/// The same form, with the failure's code and status.
HttpReply failure_reply(HttpFailure failure, std::string_view message);

/// `body` is JSON.
HttpReply json_reply(std::string body, unsigned status = 200);

/// Packs the body where the request takes gzip and it is worth it (RFC 9110, section 12.5.3).
void pack(const HttpRequest& request, HttpReply& reply);

/// Whether one of the comma-parted items of a header's value is `type`, without its parameters, ignoring case, with a quality that is not 0.
bool accepts(std::string_view header, std::string_view type);

}  // namespace govlog
