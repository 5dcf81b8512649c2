#include "server/socket_path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace govlog {

namespace {

constexpr std::string_view kSocketName = "sock";

}  // namespace

Result<SocketPath> SocketPath::of_store(const std::filesystem::path& directory) {
  std::string plain = (directory / kSocketName).string();
  if (plain.size() < sizeof(sockaddr_un::sun_path)) return SocketPath(std::move(plain), Descriptor());
  Descriptor descriptor(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.number() < 0) {
    return Error{Code::kIoError, fmt::format("opening {}: {}", directory.string(), std::strerror(errno)), {}};
  }
  std::string text = fmt::format("/proc/self/fd/{}/{}", descriptor.number(), kSocketName);
  return SocketPath(std::move(text), std::move(descriptor));
}

}  // namespace govlog
