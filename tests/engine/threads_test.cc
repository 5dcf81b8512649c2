// Many appenders and readers at once. Run under the thread sanitizer too.

#include "engine/store.h"
#include "tests/support/store_fixture.h"

#include <doctest/doctest.h>

#include <thread>

using namespace govlog;

TEST_SUITE("threads") {
  TEST_CASE("every appender reads its own write, readers never see half a batch, positions are dense") {
    StoreFixture fixture;
    const auto store = fixture.write();
    constexpr int kAppenders = 4;
    constexpr int kBatches = 40;
    std::atomic<int> wrong{0};
    std::atomic<bool> done{false};
    std::vector<std::thread> threads;
    for (int t = 0; t < kAppenders; ++t) {
      threads.emplace_back([&, t] {
        const std::string id = "t" + std::to_string(t);
        for (int i = 0; i < kBatches; ++i) {
          const auto receipts = store->append({noted(id, "{}"), noted(id, "{}")});
          const bool seen = receipts.ok() && store->read().log_position() >= (*receipts)[1].position &&
                            (*receipts)[1].position == (*receipts)[0].position + 1;
          if (!seen) ++wrong;
        }
      });
    }
    std::thread reader([&] {
      EventFilter filter;
      filter.event_types = {"Noted"};
      while (!done) {
        const ReadView view = store->read();
        Position count = 0;
        const Status status = view.scan_events({}, Order::kDescending, filter, [&](const EventView&) -> Result<bool> {
          ++count;
          return true;
        });
        if (!status.ok() || count != view.log_position() || count % 2 != 0) ++wrong;
      }
    });
    for (std::thread& thread : threads) thread.join();
    done = true;
    reader.join();
    CHECK(wrong == 0);
    CHECK(store->read().log_position() == 2 * kAppenders * kBatches);
  }
}
