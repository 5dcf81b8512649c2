#include "server/worker_threads.h"

#include <boost/asio/post.hpp>

namespace govlog {

WorkerThreads::WorkerThreads(std::size_t count) {
  threads_.reserve(count);
  try {
    while (threads_.size() < count) threads_.emplace_back([this] { pool_.attach(); });
  } catch (...) {
    join();
    throw;
  }
}

void WorkerThreads::join() {
  boost::asio::post(pool_, [this] { pool_.stop(); });  // behind all that was posted
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

}  // namespace govlog
