#include "mcp/stdio.h"

#include "base/descriptor.h"
#include "mcp/connection.h"
#include "mcp/line_buffer.h"
#include "mcp/line_writer.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <memory>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace govlog {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kWorkers = 4;
constexpr std::size_t kWaitingJobsMax = 1000;                    // beyond it standard input waits
constexpr std::size_t kWaitingBytesMax = std::size_t{16} << 20;  // of answers that nobody reads
constexpr std::chrono::milliseconds kAnswersMax{800};            // for what is queued when input ends
constexpr std::chrono::milliseconds kWritesMax{5000};            // for its writes
constexpr std::chrono::milliseconds kLastBytesMax{150};          // for answers to reach the reader
constexpr int kLookAgainMs = 20;                                 // while input waits
constexpr int kParentCheckMs = 300;                              // where the parent cannot be polled

sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  return signals;
}

int open_signals() {
  const sigset_t signals = ending_signals();
  return ::signalfd(-1, &signals, SFD_CLOEXEC);
}

/// The parent as something to poll; -1 where the system has no such thing.
int open_parent(pid_t parent) {
  if (parent <= 1) return -1;
  return static_cast<int>(::syscall(SYS_pidfd_open, parent, 0));
}

/// Moves standard output away, so that what is printed by mistake goes to standard error.
int take_output() {
  const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  if (output >= 0) (void)::dup2(STDERR_FILENO, STDOUT_FILENO);
  return output;
}

/// Waits for input and for what ends it.
class Input {
 public:
  explicit Input(int closed_output)
      : parent_(::getppid()),
        signals_(open_signals()),
        parent_descriptor_(open_parent(parent_)),
        closed_output_(closed_output) {}

  /// The next bytes; empty at the end, whatever brought it.
  std::string_view next(const std::function<bool()>& may_read) {
    while (true) {
      const bool reads = may_read();
      std::array<pollfd, 4> watched{{{signals_.number(), POLLIN, 0},
                                     {parent_descriptor_.number(), POLLIN, 0},
                                     {closed_output_, POLLIN, 0},
                                     {reads ? STDIN_FILENO : -1, POLLIN, 0}}};
      const int timeout = !reads ? kLookAgainMs : parent_descriptor_.number() < 0 ? kParentCheckMs : -1;
      if (::poll(watched.data(), watched.size(), timeout) < 0 && errno != EINTR) return {};
      if (watched[0].revents != 0 || watched[1].revents != 0 || watched[2].revents != 0) return {};
      if (parent_descriptor_.number() < 0 && ::getppid() != parent_) return {};
      if (watched[3].revents == 0) continue;
      const ssize_t count = ::read(STDIN_FILENO, block_.data(), block_.size());
      if (count > 0) return {block_.data(), static_cast<std::size_t>(count)};
      if (count == 0 || (errno != EINTR && errno != EAGAIN)) return {};
    }
  }

 private:
  pid_t parent_;
  Descriptor signals_;
  Descriptor parent_descriptor_;
  int closed_output_;
  std::array<char, 65536> block_{};
};

/// What serves, and is destroyed together or, where something still runs, not at all.
struct Serving {
  Serving(const McpServer& server, ChangeSource* changes)
      : output(take_output()),
        output_closed(::eventfd(0, EFD_CLOEXEC)),
        writer(output.number(), [this] { (void)::eventfd_write(output_closed.number(), 1); }),
        connection(server, queue, changes, [this](std::string line) { writer.write(std::move(line)); }),
        queue(kWorkers) {}

  bool may_read() const { return queue.waiting() < kWaitingJobsMax && writer.waiting() < kWaitingBytesMax; }
  void receive(std::string_view line) {
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) connection.receive(line);
  }
  bool finish();

  Descriptor output;
  Descriptor output_closed;
  LineWriter writer;
  McpConnection connection;
  WorkQueue queue;  // last: its jobs end before what they use
};

/// What was asked before the end is answered, as far as time allows. False where something still runs.
bool Serving::finish() {
  const auto end = Clock::now();
  bool done = queue.wait(WorkQueue::WaitFor::kEverything, end + kAnswersMax);
  if (!done) {
    queue.drop_reads();
    (void)queue.wait(WorkQueue::WaitFor::kWrites, end + kWritesMax);  // one that lasts longer was not acknowledged
    done = queue.wait(WorkQueue::WaitFor::kEverything, Clock::now());
  }
  connection.close();
  return writer.finish(std::max(end + kAnswersMax, Clock::now() + kLastBytesMax)) && done;
}

}  // namespace

void hold_signals_for_stdio() {
  const sigset_t signals = ending_signals();
  (void)::pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // it fails for bad arguments alone
}

StdioEnd serve_stdio(const McpServer& server, ChangeSource* changes) {
  auto serving = std::make_unique<Serving>(server, changes);
  LineBuffer lines({.line = [&](std::string_view line) { serving->receive(line); },
                    .too_long = [&] { serving->connection.refuse_long_line(); }});
  Input input(serving->output_closed.number());
  const auto may_read = [&] { return serving->may_read(); };
  for (std::string_view bytes = input.next(may_read); !bytes.empty(); bytes = input.next(may_read)) lines.add(bytes);
  if (serving->finish()) return StdioEnd::kFinished;
  (void)serving.release();  // threads are still at it
  return StdioEnd::kAbandoned;
}

}  // namespace govlog
