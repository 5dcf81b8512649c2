#pragma once
// Threads for what may wait: for the disk, or for a reader. Private to server: it shows Asio.

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <thread>
#include <vector>

namespace govlog {

/// Runs what is posted to its executor, on `count` threads. Asio's own thread_pool waits for ever in its constructor where the system gives fewer threads than
/// it wants (of 1.74: its threads are joined, and nobody stops them).
class WorkerThreads {
 public:
  /// Throws std::system_error where there are too few threads; none is left then.
  explicit WorkerThreads(std::size_t count);
  /// What has not begun is dropped.
  ~WorkerThreads();

  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  boost::asio::io_context::executor_type executor() { return context_.get_executor(); }
  /// Waits until all that was posted is done.
  void join();

 private:
  void join_threads();

  boost::asio::io_context context_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
  std::vector<std::thread> threads_;
};

}  // namespace govlog
