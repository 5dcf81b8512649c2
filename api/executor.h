#pragma once
// Running operations on a store, wherever it is open: in this process, or in the one that owns it. What cli, mcp and server work with.

#include "api/export.h"
#include "api/operation.h"
#include "api/write.h"
#include "base/result.h"
#include "engine/store.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace govlog {

/// What became of a read.
struct ReadReply {
  Result<std::string> answer;    // as run_operation gives it
  std::optional<Damage> damage;  // what the store lost, also where the answer is an error
  bool exists = true;            // false: there is no store yet, it reads as an empty one
};

/// Some events of the log, as lines.
struct ExportPage {
  std::string lines;          // whole NDJSON lines, newlines included
  Position next = 1;          // the position after the last line; that of the range's beginning where there is none
  Position log_position = 0;  // the log's last
  std::optional<Damage> damage;
  bool exists = true;
};

enum class CompletionSource : std::uint8_t {
  kEntityId,    // ids of entities; of one type, where `narrow` is not empty
  kEntity,      // `type/id`; those whose id, or the whole, begins with the prefix
  kEntityType,  // types in use
  kEventType,   // types in use
  kActor,       // of the latest events
  kLayer,       // declared layers
  kNodeId,      // ids of nodes of the graph whose label is `narrow` (Element, …)
};

struct CompletionQuery {
  CompletionSource source = CompletionSource::kEntityId;
  std::string narrow;
  std::string prefix;  // compared byte by byte, ASCII letters of either case alike
  std::size_t limit = 100;
};

struct Completion {
  std::vector<std::string> values;  // the first `limit`, by bytes, each once
  std::uint64_t total = 0;          // how many there are
};

/// Threads: every member may be called from many threads at once. Errors of all: those of opening the store, kLocked where its owner does not
/// answer.
class Executor {
 public:
  virtual ~Executor() = default;

  /// As run_operation: `arguments` are checked here.
  virtual ReadReply read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) = 0;
  ReadReply read(const Operation& operation, const Arguments& arguments) { return read(operation, arguments, {}); }

  /// As run_write. Where no id is given, one is made before anything is sent or written, so that whatever dies meanwhile, the events are in the log
  /// once. A store that is not there is made when the arguments are sound.
  virtual Result<std::vector<Receipt>> write(const WriteOperation& operation, const Arguments& arguments) = 0;

  /// As Store::append; ids as for write().
  virtual Result<std::vector<Receipt>> append(std::vector<Event> batch) = 0;

  /// As Store::append_in_turn. Every event has an id.
  virtual Result<std::vector<std::vector<Receipt>>> append_in_turn(std::span<const std::vector<Event>> batches) = 0;

  /// Lines from `range.from` on: all of the range, or as much of it as a page holds. An empty page where nothing is left.
  virtual Result<ExportPage> export_page(const ExportRange& range) = 0;

  virtual Result<Completion> complete(const CompletionQuery& query) = 0;
};

}  // namespace govlog
