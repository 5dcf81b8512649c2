#pragma once
// The one table of operations. CLI flags are made from it; REST parameters, OpenAPI and MCP schemas will be.

#include "base/result.h"
#include "base/types.h"
#include "engine/store.h"

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class ParameterType : std::uint8_t {
  kText,     // at most `maximum` code points
  kInteger,  // `minimum` to `maximum`
  kTime,     // contract 3: RFC 3339, a day, a duration back from now, or `now`
  kKnownAt,  // a time, or a position in digits
  kChoice,   // one of `choices`
  kEntity,   // `entity_id` or `entity_type/entity_id`, as one text
  kVersion,  // a diff reference
  kCursor,
  kJson,  // an object or array as JSON text
};

struct Parameter {
  std::string_view name;  // as the contract has it: snake_case. A CLI flag is the same in kebab-case
  ParameterType type = ParameterType::kText;
  std::string_view help;
  bool required = false;
  bool repeatable = false;
  bool positional = false;  // given as an argument on the command line, not as a flag
  std::int64_t minimum = 0;
  std::int64_t maximum = 0;
  std::string_view default_text;  // shown in help; empty for none
  std::vector<std::string_view> choices;
  std::string_view
      completes;  // what completion offers: "entity", "entity:TYPE" (ids of that type), "entity_type", "event_type", "actor", "" for nothing
  std::size_t items_maximum = 0;  // of a repeatable one: how often it may be given; 0 for any
  bool of_face = false;           // filled in by REST and MCP themselves; no caller may give it, and no help shows it
};

/// Values as they came, in order; one given twice that is not repeatable is refused by run_operation.
using Arguments = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What whoever waits for a long read hears of it, and how it is told that nobody waits any more. Both may be empty; they are called from the
/// thread that reads.
struct ReadWatch {
  /// As VerifyOptions::progress.
  std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)> progress{};
  /// True: it ends soon, with an error.
  std::function<bool()> stop{};
};

struct Operation {
  std::string_view name;     // "timeline", "list", "history", "replay", "at", "diff", "stats"
  std::string_view title;    // a few words
  std::string_view summary;  // one sentence
  std::vector<Parameter> parameters;
  std::vector<std::string_view> examples;  // command lines after `govlog `
  Result<std::string> (*run)(const ReadView& view, Timestamp now, const Arguments& arguments);
  /// In the place of `run` where it may take minutes, else null.
  Result<std::string> (*run_watched)(const ReadView& view, Timestamp now, const Arguments& arguments,
                                     const ReadWatch& watch) = nullptr;
  /// Of one that tells what is wrong with a store that cannot be opened (kCorruption, kIoError), else null.
  Result<std::string> (*run_unopened)(const StoreOptions& store, const Arguments& arguments, const ReadWatch& watch) = nullptr;
};

/// Every read operation, in the order that help shows them.
std::span<const Operation> operations();

/// By name; nullptr where there is none.
const Operation* find_operation(std::string_view name);

/// Checks `arguments` against the operation's parameters and runs it against what `store` holds now. The answer is the contract's JSON, on
/// one line without newline, `"damaged"` added last where the store is damaged. Errors as contract section 4, kInvalidArgument with `details.parameter`.
Result<std::string> run_operation(const Operation& operation, const Store& store, const Arguments& arguments,
                                  const ReadWatch& watch = {});

/// Whether the arguments ask for a picture (`format` other than json): then the answer is that text, and nothing is added to it.
bool asks_for_picture(const Arguments& arguments);

/// `{"error":{"code","message","details"}}`.
std::string render_error(const Error& error);

/// A receipt as contract section 2 has it.
std::string render_receipt(const Receipt& receipt);
std::string render_receipts(std::span<const Receipt> receipts);

}  // namespace govlog
