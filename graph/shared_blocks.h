#pragma once
// Memory that one writer lets grow while readers read it, without a lock and without anybody waiting.
//
// Memory order. The writer fills an entry, then stores what makes it reachable (a block's count, a block's address, a chunk's address) with
// release; readers load that with acquire, so what they reach is filled. Nothing that is reachable changes afterwards but atomic words, each of
// which says on its own what it means (graph/impact_graph.h). A reader that sees an old block or count sees less, never something torn; that it
// sees enough for its position follows from how it got the position: the writer published that with release after all these stores.
//
// Giving back. A block that is outgrown may still be read, so it is put with the garbage; who publishes the next snapshot keeps that until the
// last reader of the snapshots before has left (engine/snapshot.h). Chunks never move and live as long as their owner.

#include "base/assert.h"
#include "base/huge_pages.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace govlog {

/// Pieces of memory that nobody reaches any more but those who already do. Gives them back when it is destroyed.
class Garbage {
 public:
  Garbage() = default;
  Garbage(Garbage&& other) noexcept : pieces_(std::exchange(other.pieces_, {})) {}
  Garbage& operator=(Garbage&& other) noexcept {
    std::swap(pieces_, other.pieces_);
    return *this;
  }
  ~Garbage() {
    for (void* piece : pieces_) ::operator delete(piece);
  }
  /// Takes a piece of ::operator new that holds nothing with a destructor.
  void add(void* piece) { pieces_.push_back(piece); }
  std::size_t size() const { return pieces_.size(); }

 private:
  std::vector<void*> pieces_;
};

/// A list that grows at its end. 8 bytes while it is empty; its block doubles. O(1) amortised to append.
/// Entries need no destructor, and are copied when the block is outgrown: what is atomic in them by its value then.
template <class Entry>
class GrowingList {
  static_assert(std::is_trivially_destructible_v<Entry>);
  struct alignas(16) Block {
    std::atomic<std::uint32_t> count;
    std::uint32_t capacity;
    bool lent;  // lies in memory of somebody else

    Entry* entries() { return reinterpret_cast<Entry*>(this + 1); }
  };
  static_assert(alignof(Entry) <= alignof(std::max_align_t) && sizeof(Block) % alignof(Entry) == 0);

 public:
  GrowingList() = default;
  GrowingList(const GrowingList&) = delete;
  GrowingList& operator=(const GrowingList&) = delete;
  ~GrowingList() {
    Block* block = block_.load(std::memory_order_relaxed);
    if (block != nullptr && !block->lent) ::operator delete(block);
  }

  /// Readers: the entries that are there. Lives as long as the snapshot that the reader holds.
  std::span<const Entry> read() const { return all(); }
  /// The writer's.
  std::span<Entry> write() { return all(); }

  /// Writer.
  void append(const Entry& entry, Garbage& garbage) {
    Block* block = block_.load(std::memory_order_relaxed);
    const std::uint32_t count = block == nullptr ? 0 : block->count.load(std::memory_order_relaxed);
    if (block != nullptr && count < block->capacity) {
      new (block->entries() + count) Entry(entry);
      block->count.store(count + 1, std::memory_order_release);
      return;
    }
    GOVLOG_ASSERT(count < std::numeric_limits<std::uint32_t>::max() / 2, "a list of {} entries", count);
    const std::uint32_t capacity = count == 0 ? 2 : 2 * count;
    Block* grown = make(::operator new(bytes_for(capacity)), capacity, false);
    for (std::uint32_t i = 0; i < count; ++i) new (grown->entries() + i) Entry(block->entries()[i]);
    new (grown->entries() + count) Entry(entry);
    grown->count.store(count + 1, std::memory_order_relaxed);
    block_.store(grown, std::memory_order_release);
    if (block != nullptr && !block->lent) garbage.add(block);
  }

  /// Asks for the memory that read() will look at, the list itself being there already. For walks, which wait for memory alone.
  void prefetch() const {
    const char* block = reinterpret_cast<const char*>(block_.load(std::memory_order_relaxed));
    __builtin_prefetch(block);
    __builtin_prefetch(block + 64);
  }

  /// Bytes of memory that is its own.
  std::size_t own_bytes() const {
    const Block* block = block_.load(std::memory_order_relaxed);
    return block == nullptr || block->lent ? 0 : bytes_for(block->capacity);
  }

  /// Bytes that begin() wants for `count` entries; a multiple of 16.
  static std::size_t bytes_for(std::uint32_t count) { return (sizeof(Block) + count * sizeof(Entry) + 15) / 16 * 16; }
  /// An empty list becomes one of `count` entries in memory that outlives it, aligned to 16. Where they stand is told: the caller makes all of them
  /// before anybody reads the list.
  Entry* begin(void* memory, std::uint32_t count) {
    Block* block = make(memory, count, true);
    block->count.store(count, std::memory_order_relaxed);
    block_.store(block, std::memory_order_relaxed);
    return block->entries();
  }

 private:
  static Block* make(void* memory, std::uint32_t capacity, bool lent) { return new (memory) Block{{0}, capacity, lent}; }
  std::span<Entry> all() const {
    Block* block = block_.load(std::memory_order_acquire);
    if (block == nullptr) return {};
    return {block->entries(), block->count.load(std::memory_order_acquire)};
  }

  std::atomic<Block*> block_ = nullptr;
};

/// An array that grows at its end and never moves: chunks of 1024, 1024, 2048, 4096 … items.
template <class Item>
class StableArray {
  static_assert(alignof(Item) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  static constexpr unsigned kFirstBits = 10;

 public:
  StableArray() = default;
  StableArray(const StableArray&) = delete;
  StableArray& operator=(const StableArray&) = delete;
  ~StableArray() {
    for (unsigned number = 0; number < chunks_.size(); ++number) {
      Item* chunk = chunks_[number].load(std::memory_order_relaxed);
      if (chunk == nullptr) continue;
      std::destroy_n(chunk, chunk_items(number));
      ::operator delete(chunk);
    }
  }

  Item& operator[](std::uint32_t index) { return chunk_of(index).load(std::memory_order_acquire)[offset_of(index)]; }
  const Item& operator[](std::uint32_t index) const {
    return chunk_of(index).load(std::memory_order_acquire)[offset_of(index)];
  }
  std::uint32_t size() const { return size_.load(std::memory_order_acquire); }

  /// Writer: room for one more, which the writer fills; publish() then lets readers see it in size().
  Item& grow() {
    const std::uint32_t index = size_.load(std::memory_order_relaxed);
    GOVLOG_ASSERT(index < std::numeric_limits<std::uint32_t>::max() / 2, "an array of {} items", index);
    std::atomic<Item*>& chunk = chunk_of(index);
    if (chunk.load(std::memory_order_relaxed) == nullptr) {
      const std::size_t items = chunk_items(chunk_number(index));
      void* memory = ::operator new(items * sizeof(Item));
      prefer_huge_pages(memory, items * sizeof(Item));
      std::uninitialized_value_construct_n(static_cast<Item*>(memory), items);
      chunk.store(static_cast<Item*>(memory), std::memory_order_release);
    }
    return (*this)[index];
  }
  std::uint32_t publish() { return size_.fetch_add(1, std::memory_order_release); }

 private:
  static std::size_t chunk_items(unsigned number) { return std::size_t{1} << (kFirstBits + (number == 0 ? 0 : number - 1)); }
  static unsigned chunk_number(std::uint32_t index) {
    return index >> kFirstBits == 0 ? 0 : static_cast<unsigned>(std::bit_width(index)) - kFirstBits;
  }
  static std::uint32_t offset_of(std::uint32_t index) {
    return index >> kFirstBits == 0 ? index : index & (std::bit_floor(index) - 1);
  }
  std::atomic<Item*>& chunk_of(std::uint32_t index) { return chunks_[chunk_number(index)]; }
  const std::atomic<Item*>& chunk_of(std::uint32_t index) const { return chunks_[chunk_number(index)]; }

  std::array<std::atomic<Item*>, 32 - kFirstBits + 1> chunks_{};
  std::atomic<std::uint32_t> size_ = 0;
};

}  // namespace govlog
