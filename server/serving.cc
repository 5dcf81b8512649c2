#include "server/serving.h"

#include <utility>

namespace govlog {

Serving::Serving(Executor& executor, const std::filesystem::path& directory, RestOptions rest)
    : handler_(
          executor, fan_, [this] { wake(); }, std::move(rest)),
      changes_(directory) {}

Serving::~Serving() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = nullptr;
  }
  server_.reset();
}

void Serving::wake() {
  const std::lock_guard lock(mutex_);
  if (woken_ != nullptr) woken_->wake();
}

Result<std::unique_ptr<Serving>> Serving::begin(Executor& executor, const std::filesystem::path& directory,
                                                const HttpServerOptions& http, RestOptions rest) {
  std::unique_ptr<Serving> serving(new Serving(executor, directory, std::move(rest)));
  serving->server_ = GOVLOG_TRY(HttpServer::begin(http, serving->handler_));
  {
    const std::lock_guard lock(serving->mutex_);
    serving->woken_ = serving->server_.get();
  }
  serving->changes_.start([self = serving.get()] {
    self->fan_.ring();
    self->wake();
  });
  return serving;
}

}  // namespace govlog
