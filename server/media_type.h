#pragma once
// What a body is.

#include "server/http.h"

#include <string>

namespace govlog {

/// Content-Type without its parameters, in lower case; empty where there is none.
std::string media_type(const HttpRequest& request);

}  // namespace govlog
