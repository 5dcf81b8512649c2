#pragma once
// Lines out, by a thread of its own: a peer that does not read keeps nobody else waiting.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace govlog {

/// Threads: every member may be called from any thread.
class LineWriter {
 public:
  /// Writes to `descriptor`, which stays the caller's. `closed` is called once, from the writing thread, when the reader went away.
  LineWriter(int descriptor, std::function<void()> closed);
  /// Ends the writing, in the middle of what waits where need be; finish() comes first.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// `line` has no newline. Nothing is kept once the reader went away.
  void write(std::string line);

  /// Bytes that wait.
  std::size_t waiting() const;

  /// Waits until all is written, or the reader went away. False where it lasts beyond `deadline`: then the thread may hang in a write.
  bool finish(std::chrono::steady_clock::time_point deadline);

 private:
  void run();
  bool write_all(const std::string& text);

  int descriptor_;
  std::function<void()> closed_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;  // of `lines_` and what is being written
  bool gone_ = false;
  bool ends_ = false;
  std::thread thread_;
};

}  // namespace govlog
