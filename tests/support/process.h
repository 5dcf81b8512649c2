#pragma once
// What the stand-alone test programs share: their command line, child processes, temporary directories, and the last line.

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace govlog::testing {

/// `--name value` and `--name=value`; a name that stands alone has the value "1".
class CommandLine {
 public:
  /// Prints `help` and ends the process for `--help`, and (with exit 2) for a flag that `help` does not name.
  CommandLine(int argc, char** argv, std::string_view help);

  bool has(std::string_view name) const { return flags_.contains(name); }
  std::string text(std::string_view name, std::string_view fallback = "") const;
  std::uint64_t number(std::string_view name, std::uint64_t fallback) const;

 private:
  std::map<std::string, std::string, std::less<>> flags_;
};

/// A directory of its own, gone at the end unless keep() was called.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::filesystem::path path_;
  bool kept_ = false;
};

/// How a child ended, and what it wrote.
struct Ended {
  int status = 0;  // as waitpid gives it
  std::string output;

  bool exited(int code) const;
  bool killed_by(int signal) const;
  std::string sentence() const;
};

/// When a child gets SIGKILL: so long after its start, or after its first output; 0: never.
struct KillMoment {
  std::chrono::microseconds after{0};
  bool from_first_output = false;
};

/// After this nobody waits any longer: the child hangs.
inline constexpr KillMoment kHangs{std::chrono::seconds(60)};

/// Runs `arguments` (the program first), its stdout into `output`. No descriptor but 0 to 2 is handed on.
Ended run_child(const std::vector<std::string>& arguments, KillMoment moment = {});

/// Path of this program.
std::string own_path();

/// Writes all of `text` in one go, so that a reader sees the whole or nothing of it (at most 4096 bytes).
void write_line(int descriptor, std::string_view text);

/// `N passed, N failed` as the last line; the exit status.
int conclude(std::uint64_t passed, std::uint64_t failed);

/// Every file below `directory` but `lock`, with a checksum.
std::map<std::string, std::string> fingerprint(const std::filesystem::path& directory);

std::string read_file(const std::filesystem::path& path);

}  // namespace govlog::testing
