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
  if (plain.size() < sizeof(sockaddr_un::sun_path)) return SocketPath(std::move(plain), -1);
  const int descriptor = ::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    return Error{Code::kIoError, fmt::format("opening {}: {}", directory.string(), std::strerror(errno)), {}};
  }
  return SocketPath(fmt::format("/proc/self/fd/{}/{}", descriptor, kSocketName), descriptor);
}

SocketPath& SocketPath::operator=(SocketPath&& other) noexcept {
  std::swap(text_, other.text_);
  std::swap(directory_, other.directory_);
  return *this;
}

SocketPath::~SocketPath() {
  if (directory_ >= 0) (void)::close(directory_);
}

}  // namespace govlog
