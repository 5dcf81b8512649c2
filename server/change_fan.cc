#include "server/change_fan.h"

#include <list>
#include <mutex>
#include <utility>

namespace govlog {

struct ChangeFan::Branches {
  std::mutex mutex;
  std::list<std::function<void()>> called;
};

class ChangeFan::Branch final : public ChangeSource {
 public:
  explicit Branch(std::shared_ptr<Branches> branches) : branches_(std::move(branches)) {}
  ~Branch() override {
    const std::lock_guard lock(branches_->mutex);
    if (started_) branches_->called.erase(place_);
  }
  Branch(const Branch&) = delete;
  Branch& operator=(const Branch&) = delete;

  void start(std::function<void()> changed) override {
    const std::lock_guard lock(branches_->mutex);
    place_ = branches_->called.insert(branches_->called.end(), std::move(changed));
    started_ = true;
  }

 private:
  std::shared_ptr<Branches> branches_;
  std::list<std::function<void()>>::iterator place_;
  bool started_ = false;
};

ChangeFan::ChangeFan() : branches_(std::make_shared<Branches>()) {}
ChangeFan::~ChangeFan() = default;

std::unique_ptr<ChangeSource> ChangeFan::branch() { return std::make_unique<Branch>(branches_); }

void ChangeFan::ring() {
  const std::lock_guard lock(branches_->mutex);
  for (const auto& changed : branches_->called) changed();
}

}  // namespace govlog
