#include "engine/head_watch.h"

#include <fmt/format.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>

namespace govlog {

namespace {

constexpr std::uint32_t kEvents = IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF |
                                  IN_ONLYDIR;  // IN_MOVED_TO: a new store gets its HEAD so

}  // namespace

Result<std::unique_ptr<HeadWatch>> HeadWatch::begin(const std::filesystem::path& directory) {
  const int descriptor = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  std::error_code failed;
  std::unique_ptr<HeadWatch> watch(new HeadWatch(std::filesystem::absolute(directory, failed), descriptor));
  if (descriptor < 0 || !watch->watch()) {
    return Error{Code::kIoError, fmt::format("watching {}: {}", directory.string(), std::strerror(errno)), {}};
  }
  return watch;
}

/// Watches the store's directory, or while it is not there the nearest above.
bool HeadWatch::watch() {
  std::filesystem::path there = directory_;
  int found = -1;
  while ((found = ::inotify_add_watch(descriptor(), there.c_str(), kEvents)) < 0) {
    if ((errno != ENOENT && errno != ENOTDIR) || there == there.parent_path()) return false;
    there = there.parent_path();
  }
  if (watch_ >= 0 && watch_ != found) (void)::inotify_rm_watch(descriptor(), watch_);
  watch_ = found;
  watched_ = std::move(there);
  return true;
}

bool HeadWatch::clear() {
  bool grown = false;
  bool moved = false;
  bool told = false;
  alignas(inotify_event) char bytes[4096];
  for (ssize_t count = 0; (count = ::read(descriptor(), bytes, sizeof bytes)) > 0;) {
    for (ssize_t at = 0; at < count;) {
      inotify_event event{};
      std::memcpy(&event, bytes + at, sizeof event);
      const std::string_view name = event.len == 0 ? std::string_view() : std::string_view(bytes + at + sizeof event);
      grown = grown || name == "HEAD" || (event.mask & IN_Q_OVERFLOW) != 0;
      moved = moved || (event.mask & (IN_DELETE_SELF | IN_MOVE_SELF)) != 0;
      told = told || (event.mask & IN_IGNORED) == 0;  // that is the echo of a watch that has ended
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
  if (!told || (watched_ == directory_ && !moved)) return grown;
  (void)watch();  // where it fails there is nothing to tell of
  return grown || watched_ == directory_;
}

}  // namespace govlog
