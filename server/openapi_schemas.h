#pragma once
// What the REST face takes and answers, as JSON Schemas (2020-12). Contract sections 2 to 7 bind the members of every answer, so that these objects are closed, but for
// those that hold what callers wrote.

#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::string_view kJson = "application/json";

/// `components.schemas`: an object of schemas by name.
std::string openapi_schemas();

/// `{"$ref":"#/components/schemas/NAME"}`.
std::string schema_reference(std::string_view name);

/// The name of the schema of what a read answers, by the operation's name.
std::string_view answer_schema(std::string_view operation);

}  // namespace govlog
