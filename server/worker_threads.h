#pragma once
// Threads for what may wait: for the disk, or for a reader. Private to server: it shows Asio.

#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <thread>
#include <vector>

namespace govlog {

/// Runs what is posted to its executor, on `count` threads. The pool is Asio's, the threads are ours: its own constructor waits for ever where the system gives
/// fewer threads than it wants (of 1.74: those that there are are joined, and nobody stops them).
class WorkerThreads {
 public:
  /// Throws std::system_error where there are too few threads; none is left then.
  explicit WorkerThreads(std::size_t count);
  ~WorkerThreads() { join(); }

  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  boost::asio::thread_pool::executor_type executor() { return pool_.get_executor(); }
  /// Waits until all that was posted is done; nothing may be posted afterwards.
  void join();

 private:
  boost::asio::thread_pool pool_{0};
  std::vector<std::thread> threads_;
};

}  // namespace govlog
