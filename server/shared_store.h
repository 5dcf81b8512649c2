#pragma once
// One store, many processes: whoever comes first has it open and serves the others; when it ends, or dies, the next one takes over. Nobody sees of
// that more than a moment's wait.

#include "api/executor.h"

#include <chrono>
#include <memory>

namespace govlog {

struct SharedStoreOptions {
  StoreOptions store;                          // lock_wait_ms is not used
  bool reads_once = false;                     // where nobody has it open, open it for reading alone, for each operation anew
  std::chrono::milliseconds patience{10'000};  // for an owner to come up, or to go
  std::chrono::milliseconds answer_patience{
      2'250};  // of an owner's silence; then it is asked whether it lives, and may be silent for as long again
};

/// The executor of everything that is a program of its own: a command, an MCP server. Opens nothing before the first operation. What was sent to an
/// owner that died is sent again to the next one, with the same ids: it happens once.
class SharedStore final : public Executor {
 public:
  explicit SharedStore(SharedStoreOptions options);
  ~SharedStore() override;

  using Executor::read;
  ReadReply read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) override;
  Result<std::vector<Receipt>> write(const WriteOperation& operation, const Arguments& arguments) override;
  Result<std::vector<Receipt>> append(std::vector<Event> batch) override;
  Result<std::vector<std::vector<Receipt>>> append_in_turn(std::span<const std::vector<Event>> batches) override;
  Result<ExportPage> export_page(const ExportRange& range) override;
  Result<Completion> complete(const CompletionQuery& query) override;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
