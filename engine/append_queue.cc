#include "engine/append_queue.h"

namespace govlog {

namespace {

constexpr std::size_t kGroupEventsMax = 10'000;
constexpr std::uint64_t kRowBytes = 500;  // of an event's rows beside its data

}  // namespace

std::size_t AppendRequest::events() const {
  std::size_t count = 0;
  for (const std::vector<Event>& batch : batches) count += batch.size();
  return count;
}

std::uint64_t AppendRequest::bytes() const {
  std::uint64_t sum = 0;
  for (const std::vector<Event>& batch : batches) {
    for (const Event& event : batch) sum += event.data.size() + event.metadata.size() + kRowBytes;
  }
  return sum;
}

void refuse(const AppendGroup& group, const Error& error) {
  for (AppendRequest* request : group) {
    request->receipts.clear();
    request->error = error;
  }
}

void AppendQueue::run(AppendRequest& request, const std::function<void(const AppendGroup&)>& lead) noexcept {
  std::unique_lock lock(mutex_);
  waiting_.push_back(&request);
  moved_.wait(lock, [&] { return request.answered || waiting_.front() == &request; });
  if (request.answered) return;
  const AppendGroup group = take_group();
  lock.unlock();
  lead(group);
  lock.lock();
  for (AppendRequest* answered : group) answered->answered = true;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(group.size()));
  moved_.notify_all();
}

AppendGroup AppendQueue::take_group() const {
  AppendGroup group;
  std::size_t events = 0;
  for (AppendRequest* request : waiting_) {
    events += request->events();
    if (!group.empty() && events > kGroupEventsMax) break;
    group.push_back(request);
  }
  return group;
}

}  // namespace govlog
