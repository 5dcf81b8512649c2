#pragma once
// The other side of server/relay_answer.h: operations as requests to the process that owns the store.

#include "api/executor.h"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

namespace govlog {

/// Every member gives nothing where no process listens, or where it went away before its answer was here: then the same may be asked again of whoever
/// has the store by then. kLocked where the owner speaks another protocol, or does not answer: neither this within `patience`, nor whether it lives.
/// Threads: any; connections are kept, as many as are used at once.
class Relay {
 public:
  Relay(std::filesystem::path directory, AppendOptions options, std::chrono::milliseconds patience);
  ~Relay();

  std::optional<ReadReply> read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch);
  std::optional<Result<std::vector<Receipt>>> write(const WriteOperation& operation, const Arguments& arguments);
  std::optional<Result<std::vector<Receipt>>> append(const std::vector<Event>& batch);
  std::optional<Result<std::vector<std::vector<Receipt>>>> append_in_turn(std::span<const std::vector<Event>> batches);
  std::optional<Result<ExportPage>> export_page(const ExportRange& range);
  std::optional<Result<Completion>> complete(const CompletionQuery& query);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
