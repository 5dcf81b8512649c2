#include "server/worker_threads.h"

namespace govlog {

WorkerThreads::WorkerThreads(std::size_t count)
    : context_(static_cast<int>(count)), guard_(boost::asio::make_work_guard(context_)) {
  threads_.reserve(count);
  try {
    while (threads_.size() < count) threads_.emplace_back([this] { context_.run(); });
  } catch (...) {
    context_.stop();
    join_threads();
    throw;
  }
}

WorkerThreads::~WorkerThreads() {
  context_.stop();
  join_threads();
}

void WorkerThreads::join() {
  guard_.reset();
  join_threads();
}

void WorkerThreads::join_threads() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace govlog
