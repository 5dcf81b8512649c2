#pragma once
// Events as NDJSON in position order: `export`, `tail`, later the feed.

#include "api/operation.h"
#include "base/result.h"
#include "engine/read_view.h"

#include <functional>
#include <span>
#include <string_view>

namespace govlog {

/// Inclusive; a range that reaches beyond the log ends with it, and one that holds nothing is empty.
struct ExportRange {
  Position from = 1;
  Position to = kPositionMax;
  std::size_t page_bytes = std::size_t{4} << 20;  // after which a page of it ends; about, as blocks are whole
};

/// `from_position` and `to_position`.
std::span<const Parameter> export_parameters();
/// `from_position` alone. (`--follow` is the command line's.)
std::span<const Parameter> tail_parameters();

/// Checks `arguments` against `parameters`, one of the two lists above. kInvalidArgument with `details.parameter`.
Result<ExportRange> parse_export_range(std::span<const Parameter> parameters, const Arguments& arguments);

/// Calls `sink` with blocks of whole lines, newlines included, about 256 KiB each; an error of `sink` ends the export and is returned.
Status export_events(const ReadView& view, const ExportRange& range, const std::function<Status(std::string_view)>& sink);

}  // namespace govlog
