#pragma once
// A store in a directory of its own, with a clock that tests move, and events in one line.

#include "codec/event_json.h"
#include "engine/store.h"

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace govlog {

class StoreFixture {
 public:
  StoreFixture() {
    static std::atomic<int> count{0};
    directory_ =
        std::filesystem::temp_directory_path() / ("govlog-test-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
    std::filesystem::remove_all(directory_);
  }
  ~StoreFixture() { std::filesystem::remove_all(directory_); }
  StoreFixture(const StoreFixture&) = delete;
  StoreFixture& operator=(const StoreFixture&) = delete;

  StoreOptions options() {
    StoreOptions options;
    options.directory = directory_;
    options.lock_wait_ms = 0;
    options.clock = [this] { return now.load(); };
    return options;
  }
  std::unique_ptr<Store> write() { return Store::open_for_writing(options()).take(); }
  std::unique_ptr<Store> read() { return Store::open_for_reading(options()).take(); }
  const std::filesystem::path& directory() const { return directory_; }

  std::atomic<Timestamp> now{Timestamp{1'750'000'000'000'000}};

 private:
  std::filesystem::path directory_;
};

/// An event of type Noted of thing/`id` that merges `data`, at `micros` where given.
inline Event noted(std::string id, std::string data, std::optional<std::int64_t> micros = std::nullopt) {
  Event event;
  event.event_type = "Noted";
  event.entity_type = "thing";
  event.entity_id = std::move(id);
  event.data = std::move(data);
  if (micros) event.created_at = Timestamp{*micros};
  return event;
}

inline std::vector<Event> batch_of(Event event) {
  std::vector<Event> batch;
  batch.push_back(std::move(event));
  return batch;
}

/// Exported lines of the whole view, a newline after each.
inline std::string exported(const ReadView& view) {
  std::string out;
  const Status status = view.scan_positions(1, view.log_position(), [&](const EventView& event) -> Result<bool> {
    append_event_json(out, event);
    out.push_back('\n');
    return true;
  });
  return status.ok() ? out : "error: " + status.error().message;
}

}  // namespace govlog
