#pragma once
// The common events by name: what the command line's verbs, REST's shorthands and the MCP write tools do. One table, as for the reads.

#include "api/operation.h"
#include "base/result.h"
#include "codec/event.h"
#include "engine/store.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// What a write operation decides from: what the store holds now, and the arguments, which are checked already.
struct WriteRequest {
  const ReadView& view;
  Timestamp now;
  const Arguments& arguments;
  std::span<const Parameter> parameters;  // the operation's
};

struct WriteOperation {
  std::string_view name;  // as the MCP tool has it: "create_change_request"; ours where there is none: "create_adr"
  std::string_view
      command;  // on the command line: "cr new", "cr update", "cr status", "adr new", "adr status", "adr supersede",
                // "link add", "link rm", "diagram add", "append"
  std::string_view title;
  std::string_view summary;
  std::vector<Parameter>
      parameters;  // positional ones first; `actor`, `created_at`, `expected_version`, `metadata` and `event_id` last
  std::vector<std::string_view> examples;
  bool answers_receipts = false;  // the answer adds `"receipts"`, since it may write several events
  Result<std::vector<Event>> (*make)(const WriteRequest& request);
  bool from_state = false;  // its events say what the state was before: they are made anew where another writer was faster
};

/// The argument that REST and MCP give metadata in that they know and the caller may not have given: a JSON object of reserved keys. Keys that
/// `metadata` has are left out, and a retry is not compared by what was filled in.
inline constexpr std::string_view kFilledMetadata = "filled_metadata";

/// kForbidden where `metadata` (an object) names a principal: a face that knows whose token it was says so itself.
Status refuse_principal(std::string_view metadata);

/// Every write operation, in the order that help shows them.
std::span<const WriteOperation> write_operations();

/// By the words of its command ("cr new"); nullptr where there is none.
const WriteOperation* find_write_operation(std::string_view command);

/// Checks `arguments` as run_operation does, makes the events and appends them as one atomic batch. An argument that is there with no value is
/// an empty list. Whoever calls fills in `actor` where a default is wanted. kInvalidArgument with `details.parameter`, kNotFound with `details.nearest`,
/// and whatever parse_event and Store::append answer.
Result<std::vector<Receipt>> run_write(const WriteOperation& operation, Store& store, const Arguments& arguments,
                                       const AppendOptions& options = {});

/// The same without the append: whether the arguments are sound, as far as that can be told from `view`.
Status try_write(const WriteOperation& operation, const ReadView& view, Timestamp now, const Arguments& arguments);

/// Answer of a write operation: the receipt of the last event, and `"receipts"` where the operation says so.
std::string render_write(const WriteOperation& operation, std::span<const Receipt> receipts);

/// One event or an array of them (one atomic batch) as JSON text. The answer: the receipt, or an array of them.
Result<std::string> append_json(Store& store, std::string_view json);

}  // namespace govlog
