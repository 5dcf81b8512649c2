// `govlog serve` with the fixtures of the protocol's conformance suite, on an empty store of its own.
//
//   conformance_server           prints `listening on http://127.0.0.1:PORT`, and ends when its standard input does

#include "server/serving.h"
#include "server/shared_store.h"
#include "tests/conformance/fixtures.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>

using namespace govlog;

namespace {

int serve(const std::filesystem::path& directory) {
  SharedStore store({.store = {.directory = directory}});
  Fixtures fixtures;
  auto serving = Serving::begin(store, directory, {.address = "127.0.0.1", .port = 0},
                                {.hosts = HostCheck("127.0.0.1", {}), .log = {}, .extension = &fixtures});
  if (!serving.ok()) {
    fmt::print(stderr, "{}\n", serving.error().message);
    return 1;
  }
  fmt::print("listening on http://127.0.0.1:{}\n", (*serving)->port());
  (void)std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) continue;
  fixtures.finish();
  return 0;
}

}  // namespace

int main() {
  (void)std::signal(SIGPIPE, SIG_IGN);
  std::string directory = (std::filesystem::temp_directory_path() / "govlog-conformance-XXXXXX").string();
  if (::mkdtemp(directory.data()) == nullptr) return 1;
  const int status = serve(std::filesystem::path(directory) / "store");
  std::filesystem::remove_all(directory);
  return status;
}
