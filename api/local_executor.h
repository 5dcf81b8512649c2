#pragma once
// The executor of a store that is open in this process.

#include "api/executor.h"

namespace govlog {

class LocalExecutor : public Executor {
 public:
  /// `store` outlives it.
  explicit LocalExecutor(Store& store, AppendOptions options = {}) : store_(store), options_(options) {}

  using Executor::read;
  ReadReply read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) override;
  Result<std::vector<Receipt>> write(const WriteOperation& operation, const Arguments& arguments) override;
  Result<std::vector<Receipt>> append(std::vector<Event> batch) override;
  Result<std::vector<std::vector<Receipt>>> append_in_turn(std::span<const std::vector<Event>> batches) override;
  Result<ExportPage> export_page(const ExportRange& range) override;
  Result<Completion> complete(const CompletionQuery& query) override;

 private:
  Store& store_;
  AppendOptions options_;
};

}  // namespace govlog
