#pragma once
// Garbage of the graph that waits for the readers of earlier snapshots to leave. Private to engine.
//
// Each snapshot holds its place in a line, and each place the next one. What is replaced on the way from one snapshot to the next is put with the
// place of the first: so it is destroyed once that snapshot and all before it are gone, by whoever lets go of the last of them.

#include "graph/shared_blocks.h"

#include <atomic>
#include <cstdint>
#include <utility>

namespace govlog {

/// A counted reference to a place. Threads: as std::shared_ptr.
class GarbagePlace {
 public:
  GarbagePlace() = default;
  /// The first place of a line.
  static GarbagePlace begin() { return GarbagePlace(new Place); }
  GarbagePlace(const GarbagePlace& other) : place_(other.place_) {
    if (place_ != nullptr) place_->references.fetch_add(1, std::memory_order_relaxed);
  }
  GarbagePlace(GarbagePlace&& other) noexcept : place_(std::exchange(other.place_, nullptr)) {}
  GarbagePlace& operator=(GarbagePlace other) noexcept {
    std::swap(place_, other.place_);
    return *this;
  }
  ~GarbagePlace() {
    // A place that goes lets go of the next: a line of any length goes without recursion. Acquire, so that what its readers read came before.
    Place* place = place_;
    while (place != nullptr && place->references.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete std::exchange(place, place->next);
    }
  }

  /// Of the last place of a line, once and by its writer: puts `garbage` with it, and gives the next place.
  GarbagePlace follow(Garbage garbage) const {
    GarbagePlace next = begin();
    place_->garbage = std::move(garbage);
    place_->next = GarbagePlace(next).release();
    return next;
  }

 private:
  struct Place {
    std::atomic<std::uint32_t> references = 1;
    Garbage garbage;
    Place* next = nullptr;  // one reference of it
  };
  explicit GarbagePlace(Place* place) : place_(place) {}
  Place* release() { return std::exchange(place_, nullptr); }

  Place* place_ = nullptr;
};

}  // namespace govlog
