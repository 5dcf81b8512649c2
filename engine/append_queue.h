#pragma once
// Appenders that wait, so that one of them writes for all (docs/adr/0008). Private to engine.

#include "base/error.h"
#include "codec/event.h"
#include "engine/store.h"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace govlog {

/// What an appender waits for. Without batches: that everything be synced.
struct AppendRequest {
  std::span<const std::vector<Event>> batches;
  AppendOptions options;
  std::vector<std::vector<Receipt>>
      receipts;                // of the batches that were added, from the first; the leader's until it has answered
  std::optional<Error> error;  // why the next one was not, or why none was kept
  bool answered = false;       // the queue's

  std::size_t events() const;
  /// What the events and their rows take, roughly.
  std::uint64_t bytes() const;
};

using AppendGroup = std::vector<AppendRequest*>;

/// No request of the group is kept.
void refuse(const AppendGroup& group, const Error& error);

/// Whoever finds nobody before it leads: it takes those who wait, in order, and answers them all.
class AppendQueue {
 public:
  /// Returns when `request` is answered: by another leader, or by `lead`, which is called with a group that `request` belongs to. One `lead` runs at a time.
  /// From any thread. Waits for those before it. What throws here ends the process, as the others would wait for ever.
  void run(AppendRequest& request, const std::function<void(const AppendGroup&)>& lead) noexcept;

 private:
  AppendGroup take_group() const;

  std::mutex mutex_;
  std::condition_variable moved_;
  std::deque<AppendRequest*> waiting_;  // the first leads
};

}  // namespace govlog
