#include "base/error.h"
#include "base/system_error.h"
#include "cli/command_line.h"
#include "cli/output.h"
#include "cli/program.h"

#include <csignal>
#include <exception>
#include <string>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

// A standard descriptor that came closed would be given to the next file that is opened, and what we print would go into the store.
void open_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) < 0)
      (void)::open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY);  // the lowest that is free: this one
  }
}

}  // namespace

int main(int argc, char** argv) {
  open_standard_descriptors();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an io_error
  const std::vector<std::string> words(argc > 0 ? argv + 1 : argv, argv + argc);
  try {
    return govlog::run_program(words);
  } catch (const std::exception& bug) {
    const govlog::Error error = govlog::exception_error(bug);
    govlog::report_error(error, govlog::asks_for_json(words));
    return govlog::code_info(error.code).cli_exit;
  }
}
