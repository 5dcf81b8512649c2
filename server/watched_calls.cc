#include "server/watched_calls.h"

#include <utility>

namespace govlog {

namespace {

constexpr std::size_t kRunningMax = 4;

}  // namespace

WatchedCalls::~WatchedCalls() {
  for (const auto& running : running_) running->gone = true;
  for (const auto& running : running_) running->thread.join();
}

std::unique_ptr<HttpStream> WatchedCalls::begin(Call call) {
  const std::lock_guard lock(mutex_);
  forget_ended();
  if (running_.size() == kRunningMax) return nullptr;
  const auto outbox = std::make_shared<Outbox>(wake_);
  const auto running = std::make_shared<Running>();
  const auto place = running_.insert(running_.end(), running);
  try {
    running->thread = std::thread([call = std::move(call), outbox, state = running.get()] {
      run(call, *outbox, *state);
      outbox->end();
      state->ended = true;
    });
  } catch (...) {  // no thread is to be had
    running_.erase(place);
    throw;
  }
  return std::make_unique<OutboxStream>(outbox, [running] { running->gone = true; });
}

void WatchedCalls::run(const Call& call, Outbox& outbox, const Running& state) {
  try {
    outbox.put(call([&](std::string message) { outbox.put(std::move(message)); }, [&] { return state.gone.load(); }));
  } catch (const std::exception&) {  // memory that is not there: the stream ends without its last message
  }
}

void WatchedCalls::forget_ended() {
  std::erase_if(running_, [](const std::shared_ptr<Running>& running) {
    if (!running->ended) return false;
    running->thread.join();
    return true;
  });
}

}  // namespace govlog
