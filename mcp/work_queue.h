#pragma once
// Jobs on a few threads: reads run beside reads, writes beside writes, never the two beside each other, and they begin in the order in which they
// came. So a read that was asked after a write sees it.

#include "mcp/server.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace govlog {

/// Threads: every member may be called from any thread but those of its jobs. The destructor drops what has not begun and waits for the rest.
class WorkQueue {
 public:
  explicit WorkQueue(std::size_t workers);
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  void submit(Work kind, std::function<void()> job);

  /// Jobs that have not begun.
  std::size_t waiting() const;

  /// Waits until nothing is left to do, or no write where `writes_alone`. False where it lasts beyond `deadline`.
  enum class WaitFor : std::uint8_t { kEverything, kWrites };
  bool wait(WaitFor what, std::chrono::steady_clock::time_point deadline);

  /// Reads that have not begun are dropped, and those that come.
  void drop_reads();

 private:
  void end();
  struct Job {
    Work kind = Work::kReads;
    std::function<void()> run;
  };
  void work();
  bool may_begin() const;
  bool is_done(WaitFor what) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::size_t reading_ = 0;
  std::size_t writing_ = 0;
  bool drops_reads_ = false;
  bool ends_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace govlog
