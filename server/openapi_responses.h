#pragma once
// What each route may answer, as OpenAPI describes it: every status, its headers, its media types and their schemas.

#include "server/routes.h"

#include <string>

namespace govlog {

/// `responses` of an operation.
void append_responses(std::string& out, const Route& route);

/// `components.responses`: the refusals, by name.
std::string openapi_responses();

}  // namespace govlog
