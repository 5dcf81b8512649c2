#pragma once
// One value that a writer replaces and any number of threads take, none of which waits for another.
//
// Epochs (K. Fraser, "Practical lock-freedom", 2004, section 5.2.3). A reader puts the epoch into a slot of its own for as long as it copies the
// pointer. The writer exchanges the pointer, then counts the epoch up, and destroys what it replaced in epoch e once every slot that is taken shows
// a later one than e. All of these are sequentially consistent: in their one order either the reader's slot comes before the writer's look at
// the slots, so that the old value is kept; or after it, then the reader's load follows the exchange and gets the new value. No fences, which the
// thread sanitizer of g++ does not model.
//
// What is taken is a std::shared_ptr, so it may be held for any time; the slot is taken for a few nanoseconds only. A reader that is stopped
// just there keeps what is replaced meanwhile from being destroyed, and nothing else.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

namespace govlog {

/// Threads: load() from any; store() from one at a time.
template <class Value>
class Published {
 public:
  Published() = default;
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;
  ~Published() {
    delete current_.load();
    for (const Replaced& old : replaced_) delete old.holder;
  }

  /// Null before the first store. O(1).
  std::shared_ptr<const Value> load() const {
    std::atomic<std::uint64_t>& slot = take_slot();
    const Holder* holder = current_.load();
    std::shared_ptr<const Value> value = holder == nullptr ? nullptr : *holder;
    slot.store(0, std::memory_order_release);
    return value;
  }

  /// O(slots). Destroys here, on the writer's thread, what no reader can be taking any more.
  void store(std::shared_ptr<const Value> value) {
    const Holder* old = current_.exchange(new Holder(std::move(value)));
    const std::uint64_t epoch = epoch_.fetch_add(1);
    if (old != nullptr) replaced_.push_back({old, epoch});
    std::uint64_t oldest = std::numeric_limits<std::uint64_t>::max();
    for (const Slot& slot : slots_) {
      const std::uint64_t taken = slot.epoch.load();
      if (taken != 0 && taken < oldest) oldest = taken;
    }
    std::erase_if(replaced_, [&](const Replaced& one) {
      if (one.epoch >= oldest) return false;
      delete one.holder;
      return true;
    });
  }

 private:
  using Holder = std::shared_ptr<const Value>;
  struct Replaced {
    const Holder* holder;
    std::uint64_t epoch;
  };
  struct alignas(64) Slot {
    std::atomic<std::uint64_t> epoch = 0;
  };
  static constexpr std::size_t kSlots = 128;

  /// A free slot, now taken. Threads begin looking at places of their own, and more than kSlots would have to be here at once for one to look
  /// twice at the same.
  std::atomic<std::uint64_t>& take_slot() const {
    static thread_local std::size_t place = std::hash<std::thread::id>()(std::this_thread::get_id());
    for (;; ++place) {
      std::atomic<std::uint64_t>& slot = slots_[place % kSlots].epoch;
      std::uint64_t free = 0;
      if (slot.compare_exchange_strong(free, epoch_.load())) return slot;
    }
  }

  std::atomic<const Holder*> current_ = nullptr;
  std::atomic<std::uint64_t> epoch_ = 1;
  mutable std::array<Slot, kSlots> slots_;
  std::vector<Replaced> replaced_;  // of the writer alone
};

}  // namespace govlog
