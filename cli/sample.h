#pragma once
// Govlog's own governance history, which ships inside the binary: cli/sample.ndjson.

#include <string_view>

namespace govlog {

/// One event a line, as `import` takes them.
std::string_view sample_events();

}  // namespace govlog
