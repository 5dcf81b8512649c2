#pragma once
// Runs the program itself, as a shell would, in a directory of its own.

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace govlog {

struct Ran {
  int exit_code = -1;
  std::string out;
  std::string err;
};

class Shell {
 public:
  Shell() {
    std::string name = (std::filesystem::temp_directory_path() / "govlog-cli-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    const char* program = std::getenv("GOVLOG");
    REQUIRE_MESSAGE(program != nullptr, "GOVLOG names the program to test");
    program_ = program;
  }
  ~Shell() {
    std::error_code error;  // A command in the background may be removing its own files.
    std::filesystem::remove_all(directory_, error);
  }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path store() const { return directory_ / "store"; }

  /// Runs a line of shell in which `govlog` is the program and GOVLOG_DB names a store of this directory.
  Ran run(const std::string& line) const {
    const std::string set_up = "cd '" + directory_.string() +
                               "'; unset GOVLOG_ACTOR NO_COLOR XDG_DATA_HOME COLUMNS; export GOVLOG_DB='" + store().string() +
                               "'; govlog() { '" + program_ + "' \"$@\"; }; ";
    const std::string whole =
        set_up + "{ " + line + "\n} >'" + (directory_ / "out").string() + "' 2>'" + (directory_ / "err").string() + "'";
    const int status = std::system(whole.c_str());  // NOLINT(cert-env33-c): a shell is what is tested
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text_of("out"), text_of("err")};
  }

  void write(std::string_view name, std::string_view text) const { std::ofstream(directory_ / name, std::ios::binary) << text; }

 private:
  std::string text_of(std::string_view name) const {
    std::ifstream file(directory_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path directory_;
  std::string program_;
};

inline bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// Appends so many events to the store of the shell.
inline void append_notes(const Shell& shell, int count) {
  std::string lines;
  for (int i = 0; i < count; ++i)
    lines += R"({"event_type":"Noted","entity_type":"note","entity_id":"n","data":{"text":"some words"}})"
             "\n";
  shell.write("more", lines);
  REQUIRE(shell.run("sed \"s/some/$(date +%N)/\" more | govlog import -").exit_code == 0);
}

}  // namespace govlog
