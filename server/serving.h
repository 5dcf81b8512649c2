#pragma once
// Everything that `govlog serve` is, put together.

#include "api/executor.h"
#include "server/change_fan.h"
#include "server/http_server.h"
#include "server/rest.h"
#include "server/store_changes.h"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

namespace govlog {

class Serving {
 public:
  /// Listens until it is destroyed. `directory`: of the store that `executor` works on, to be told of appends. Errors of HttpServer::begin.
  static Result<std::unique_ptr<Serving>> begin(Executor& executor, const std::filesystem::path& directory,
                                                const HttpServerOptions& http, RestOptions rest);
  ~Serving();
  Serving(const Serving&) = delete;
  Serving& operator=(const Serving&) = delete;

  std::uint16_t port() const { return server_->port(); }

 private:
  Serving(Executor& executor, const std::filesystem::path& directory, RestOptions rest);
  void wake();

  std::mutex mutex_;
  HttpServer* woken_ = nullptr;
  ChangeFan fan_;
  RestHandler handler_;
  StoreChanges changes_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace govlog
