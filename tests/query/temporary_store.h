#pragma once
// A store in a directory of its own that goes with it, with a clock that stands still until it is told otherwise.

#include "codec/event_json.h"
#include "codec/time.h"
#include "codec/uuid.h"
#include "engine/store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

class TemporaryStore {
 public:
  TemporaryStore() {
    std::string name = (std::filesystem::temp_directory_path() / "govlog-test-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    directory_ = name;
    StoreOptions options;
    options.directory = directory_ / "store";
    options.clock = [now = now_] { return *now; };
    auto store = Store::open_for_writing(options);
    REQUIRE_MESSAGE(store.ok(), (store.ok() ? "" : store.error().message));
    store_ = store.take();
  }
  ~TemporaryStore() {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  TemporaryStore(const TemporaryStore&) = delete;
  TemporaryStore& operator=(const TemporaryStore&) = delete;

  Store& store() { return *store_; }
  ReadView read() const { return store_->read(); }
  Timestamp now() const { return *now_; }
  void set_now(std::string_view time) { *now_ = parse_rfc3339(time).value(); }
  /// Of files that a test needs beside the store.
  std::filesystem::path path(std::string_view name) const { return directory_ / name; }

  /// Appends one event from its JSON text.
  Receipt append(std::string_view json) {
    auto event = parse_event(json, now(), EventLimits{});
    REQUIRE_MESSAGE(event.ok(), (event.ok() ? "" : event.error().message));
    std::vector<Event> batch;
    batch.push_back(event.take());
    auto receipts = store_->append(std::move(batch));
    REQUIRE_MESSAGE(receipts.ok(), (receipts.ok() ? "" : receipts.error().message));
    return receipts.value().front();
  }

  /// Appends an event of type Noted on `entity_type/entity_id`, dated `day` of November 2025.
  Receipt note(std::string_view entity, int day, std::string_view data) {
    const std::size_t slash = entity.find('/');
    return append(fmt::format(
        R"({{"event_type":"Noted","entity_type":"{}","entity_id":"{}","actor":"ana","data":{},"created_at":"2025-11-{:02}T00:00:00Z"}})",
        entity.substr(0, slash), entity.substr(slash + 1), data, day));
  }

 private:
  std::filesystem::path directory_;
  std::shared_ptr<Timestamp> now_ = std::make_shared<Timestamp>(Timestamp{1'764'547'200'000'000});  // 2025-12-01
  std::unique_ptr<Store> store_;
};

}  // namespace govlog
