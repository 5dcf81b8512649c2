#include "mcp/line_writer.h"

#include <cerrno>
#include <utility>

#include <poll.h>
#include <unistd.h>

namespace govlog {

LineWriter::LineWriter(int descriptor, std::function<void()> closed)
    : descriptor_(descriptor), closed_(std::move(closed)), thread_([this] { run(); }) {}

LineWriter::~LineWriter() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LineWriter::write(std::string line) {
  line += '\n';
  {
    const std::lock_guard lock(mutex_);
    if (gone_) return;
    bytes_ += line.size();
    lines_.push_back(std::move(line));
  }
  changed_.notify_all();
}

std::size_t LineWriter::waiting() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

bool LineWriter::finish(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return gone_ || bytes_ == 0; });
}

void LineWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ends_ || !lines_.empty(); });
    if (ends_ || gone_) return;
    const std::string line = std::move(lines_.front());
    lines_.pop_front();
    lock.unlock();
    const bool written = write_all(line);
    if (!written) closed_();
    lock.lock();
    bytes_ -= line.size();
    if (!written) {
      gone_ = true;
      lines_.clear();
      bytes_ = 0;
    }
    changed_.notify_all();
    if (gone_) return;
  }
}

/// One write of one line; what a signal or a full pipe left over follows.
bool LineWriter::write_all(const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(descriptor_, text.data() + done, text.size() - done);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      struct pollfd ready {
        descriptor_, POLLOUT, 0
      };
      (void)::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace govlog
