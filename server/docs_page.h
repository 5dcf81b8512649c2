#pragma once
// The REST face described for people.

#include <string>

namespace govlog {

/// A page of HTML that needs nothing else: every route with its parameters, made from the same tables as openapi().
const std::string& docs_page();

}  // namespace govlog
