#include "engine/published.h"

#include "engine/garbage_line.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace govlog;

namespace {

/// Tells how many of its kind live.
struct Counted {
  explicit Counted(int its_number) : number(its_number) { ++alive(); }
  ~Counted() {
    number = -1;
    --alive();
  }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  static std::atomic<int>& alive() {
    static std::atomic<int> count{0};
    return count;
  }
  int number;
};

}  // namespace

TEST_SUITE("threads") {
  TEST_CASE(
      "readers take whole values, each no older than the one before, while a writer replaces them; none outlives its readers") {
    {
      Published<Counted> published;
      CHECK(published.load() == nullptr);
      published.store(std::make_shared<const Counted>(0));
      std::atomic<bool> done{false};
      std::atomic<int> wrong{0};
      std::vector<std::thread> readers;
      for (int i = 0; i < 4; ++i) {
        readers.emplace_back([&] {
          int last = 0;
          while (!done) {
            const auto value = published.load();
            if (value->number < last) ++wrong;
            last = value->number;
          }
        });
      }
      for (int i = 1; i <= 20'000; ++i) published.store(std::make_shared<const Counted>(i));
      done = true;
      for (std::thread& reader : readers) reader.join();
      CHECK(wrong == 0);
      published.store(std::make_shared<const Counted>(20'001));  // nobody reads now
      CHECK(Counted::alive() == 1);
      const auto held = published.load();
      published.store(nullptr);
      CHECK(held->number == 20'001);
    }
    CHECK(Counted::alive() == 0);
  }

  TEST_CASE("garbage waits for every reader before it, however they leave, and a long line goes at once") {
    std::vector<GarbagePlace> readers{GarbagePlace::begin()};
    for (int i = 0; i < 3; ++i) {
      Garbage garbage;
      garbage.add(::operator new(16));  // the sanitizer tells of one that is lost, and of one that is used
      readers.push_back(readers.back().follow(std::move(garbage)));
    }
    readers.erase(readers.begin() + 1);
    readers.erase(readers.begin());
    GarbagePlace first = GarbagePlace::begin();
    GarbagePlace last = first;
    for (int i = 0; i < 200'000; ++i) last = last.follow(Garbage());
    first = GarbagePlace();  // goes through them all, without recursion
    std::vector<std::thread> threads;
    for (int t = 0; t < 2; ++t) threads.emplace_back([copy = last] { GarbagePlace mine = copy; });
    for (std::thread& thread : threads) thread.join();
  }
}
