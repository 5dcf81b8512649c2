#include "tests/support/process.h"

#include "codec/hash.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

extern char** environ;

namespace govlog::testing {
namespace {

/// What comes from `descriptor` until its end; the child is killed when the moment has come.
std::string read_until_end(int descriptor, pid_t child, KillMoment moment) {
  using Clock = std::chrono::steady_clock;
  std::string out;
  bool killed = moment.after.count() == 0;
  bool running = !moment.from_first_output;
  Clock::time_point deadline = Clock::now() + moment.after;
  char bytes[65536];
  for (;;) {
    const auto left =
        std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::microseconds>(deadline - Clock::now()).count());
    pollfd waiting{descriptor, POLLIN, 0};
    const timespec wait{left / 1'000'000, left % 1'000'000 * 1000};
    const int ready = ::ppoll(&waiting, 1, killed || !running ? nullptr : &wait, nullptr);
    if (!killed && running && (ready == 0 || left == 0)) {
      ::kill(child, SIGKILL);
      killed = true;
      continue;
    }
    const ssize_t count = ::read(descriptor, bytes, sizeof bytes);
    if (count <= 0) return out;
    if (!running) deadline = Clock::now() + moment.after;
    running = true;
    out.append(bytes, static_cast<std::size_t>(count));
  }
}

}  // namespace

CommandLine::CommandLine(int argc, char** argv, std::string_view help) {
  (void)std::setvbuf(stdout, nullptr, _IOLBF, 0);  // what was found out stays, whatever ends the run
  for (int i = 1; i < argc; ++i) {
    std::string_view word = argv[i];
    const bool flag = word.starts_with("--");
    if (flag) word.remove_prefix(2);
    const std::size_t equals = word.find('=');
    const std::string name(word.substr(0, equals));
    if (flag && name == "help") {
      fmt::print("{}", help);
      std::exit(0);
    }
    if (!flag || !help.contains(fmt::format("--{} ", name))) {
      fmt::print(stderr, "unknown argument {}, expected one of these:\n\n{}", argv[i], help);
      std::exit(2);
    }
    if (equals != std::string_view::npos) {
      flags_[name] = word.substr(equals + 1);
    } else if (i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--")) {
      flags_[name] = argv[++i];
    } else {
      flags_[name] = "1";
    }
  }
}

std::string CommandLine::text(std::string_view name, std::string_view fallback) const {
  const auto found = flags_.find(name);
  return found == flags_.end() ? std::string(fallback) : found->second;
}

std::uint64_t CommandLine::number(std::string_view name, std::uint64_t fallback) const {
  const auto found = flags_.find(name);
  return found == flags_.end() ? fallback : std::strtoull(found->second.c_str(), nullptr, 10);
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "govlog-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    std::perror(name.c_str());
    std::exit(2);
  }
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code error;
  if (!kept_) std::filesystem::remove_all(path_, error);
}

bool Ended::exited(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
bool Ended::killed_by(int signal) const { return WIFSIGNALED(status) && WTERMSIG(status) == signal; }
std::string Ended::sentence() const {
  if (WIFEXITED(status)) return fmt::format("it ended with exit {}", WEXITSTATUS(status));
  return fmt::format("it ended by signal {}", WTERMSIG(status));
}

Ended run_child(const std::vector<std::string>& arguments, KillMoment moment) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  std::vector<char*> words;
  for (const std::string& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  pid_t child = 0;
  const int spawned = ::posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (spawned != 0) {
    fmt::print(stderr, "{} does not start\n", arguments[0]);
    std::exit(2);
  }
  Ended ended;
  ended.output = read_until_end(ends[0], child, moment);
  ::close(ends[0]);
  ::waitpid(child, &ended.status, 0);
  return ended;
}

std::string own_path() { return std::filesystem::read_symlink("/proc/self/exe").string(); }

void write_line(int descriptor, std::string_view text) {
  (void)!::write(descriptor, text.data(), text.size());  // where nobody reads any more, nobody judges either
}

int conclude(std::uint64_t passed, std::uint64_t failed) {
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? 0 : 1;
}

std::map<std::string, std::string> fingerprint(const std::filesystem::path& directory) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string name = std::filesystem::relative(entry.path(), directory).string();
    if (entry.is_regular_file() && name != "lock") out[name] = format_hash(sha256(read_file(entry.path())));
  }
  return out;
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

}  // namespace govlog::testing
