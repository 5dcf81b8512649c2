#pragma once
// A store that is open in this process and serves others on its socket.

#include "engine/store.h"

#include <filesystem>
#include <memory>

namespace govlog {

/// Listens from begin() until it is destroyed: what is being answered then is still answered (for 5 s at most), then the socket goes, then the store.
/// Only processes of the same user (or root) are served; a peer that sends rubbish, or does not read, is cut off, and keeps nobody waiting.
class Owner {
 public:
  /// Takes a store that is open for writing; a socket that a dead owner left is replaced. A directory where none can be bound (a file system without
  /// sockets) leaves the store to this process alone. kIoError where the system has no threads or descriptors to give.
  static Result<std::unique_ptr<Owner>> begin(std::unique_ptr<Store> store, const std::filesystem::path& directory);
  ~Owner();
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  Store& store() { return *store_; }

 private:
  class Server;
  Owner(std::unique_ptr<Store> store, std::unique_ptr<Server> server);

  std::unique_ptr<Store> store_;
  std::unique_ptr<Server> server_;  // destroyed first
};

}  // namespace govlog
