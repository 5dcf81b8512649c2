#include "mcp/work_queue.h"

#include <algorithm>

namespace govlog {

WorkQueue::WorkQueue(std::size_t workers) {
  workers_.reserve(workers);
  try {
    while (workers_.size() < workers) workers_.emplace_back([this] { work(); });
  } catch (...) {
    end();
    throw;
  }
}

WorkQueue::~WorkQueue() { end(); }

void WorkQueue::end() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
    jobs_.clear();
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void WorkQueue::submit(Work kind, std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (drops_reads_ && kind != Work::kWrites) return;
    jobs_.push_back({kind, std::move(job)});
  }
  changed_.notify_all();
}

std::size_t WorkQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

bool WorkQueue::wait(WaitFor what, std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [&] { return is_done(what); });
}

void WorkQueue::drop_reads() {
  {
    const std::lock_guard lock(mutex_);
    drops_reads_ = true;
    std::erase_if(jobs_, [](const Job& job) { return job.kind != Work::kWrites; });
  }
  changed_.notify_all();
}

bool WorkQueue::is_done(WaitFor what) const {
  if (what == WaitFor::kEverything) return jobs_.empty() && reading_ == 0 && writing_ == 0;
  return writing_ == 0 && std::none_of(jobs_.begin(), jobs_.end(), [](const Job& job) { return job.kind == Work::kWrites; });
}

bool WorkQueue::may_begin() const {
  if (jobs_.empty()) return false;
  return jobs_.front().kind == Work::kWrites ? reading_ == 0 : writing_ == 0;
}

void WorkQueue::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ends_ || may_begin(); });
    if (ends_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    std::size_t& running = job.kind == Work::kWrites ? writing_ : reading_;
    ++running;
    lock.unlock();
    changed_.notify_all();  // the next may begin beside it
    job.run();
    job.run = nullptr;
    lock.lock();
    --running;
    changed_.notify_all();
  }
}

}  // namespace govlog
