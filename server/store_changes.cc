#include "server/store_changes.h"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>

namespace govlog {

StoreChanges::~StoreChanges() {
  if (!thread_.joinable()) return;
  (void)::eventfd_write(stop_.number(), 1);
  thread_.join();
}

void StoreChanges::start(std::function<void()> changed) {
  auto watch = HeadWatch::begin(directory_);
  stop_ = Descriptor(::eventfd(0, EFD_CLOEXEC));
  if (!watch.ok() || stop_.number() < 0) return;
  watch_ = watch.take();
  thread_ = std::thread([this, changed = std::move(changed)] { wait(changed); });
}

void StoreChanges::wait(const std::function<void()>& changed) {
  while (true) {
    std::array<pollfd, 2> descriptors{
        {{.fd = stop_.number(), .events = POLLIN, .revents = 0}, {.fd = watch_->descriptor(), .events = POLLIN, .revents = 0}}};
    if (::poll(descriptors.data(), descriptors.size(), -1) < 0 && errno != EINTR) return;
    if (descriptors[0].revents != 0) return;
    if (descriptors[1].revents != 0 && watch_->clear()) changed();
  }
}

}  // namespace govlog
