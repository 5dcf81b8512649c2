#pragma once
// Growth of a store's log, for subscriptions.

#include "base/descriptor.h"
#include "engine/head_watch.h"
#include "mcp/change_source.h"

#include <filesystem>
#include <memory>
#include <thread>

namespace govlog {

/// Waits on a thread of its own, which the system wakes. A directory that cannot be watched tells of nothing.
class StoreChanges final : public ChangeSource {
 public:
  explicit StoreChanges(std::filesystem::path directory) : directory_(std::move(directory)) {}
  ~StoreChanges() override;
  StoreChanges(const StoreChanges&) = delete;
  StoreChanges& operator=(const StoreChanges&) = delete;

  void start(std::function<void()> changed) override;

 private:
  void wait(const std::function<void()>& changed);

  std::filesystem::path directory_;
  std::unique_ptr<HeadWatch> watch_;
  Descriptor stop_;  // an eventfd
  std::thread thread_;
};

}  // namespace govlog
