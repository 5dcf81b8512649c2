#pragma once
// The REST face described by itself.

#include <string>

namespace govlog {

/// OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), made from the routes and the tables of operations; the same text each time.
const std::string& openapi();

}  // namespace govlog
