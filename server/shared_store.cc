#include "server/shared_store.h"

#include "api/arguments.h"
#include "api/event_ids.h"
#include "api/local_executor.h"
#include "codec/uuid.h"
#include "engine/directory.h"
#include "engine/place.h"
#include "server/owner.h"
#include "server/relay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace govlog {

namespace {

constexpr auto kFirstPause = std::chrono::milliseconds(1);
constexpr auto kLastPause = std::chrono::milliseconds(20);

enum class Need : std::uint8_t { kRead, kWrite };

bool lies_on_read_only_medium(const std::filesystem::path& directory) {
  struct statvfs info {};
  return ::statvfs(directory.c_str(), &info) == 0 && (info.f_flag & ST_RDONLY) != 0;
}

}  // namespace

class SharedStore::Impl {
 public:
  explicit Impl(SharedStoreOptions options)
      : options_(std::move(options)), relay_(options_.store.directory, options_.store.append, options_.answer_patience) {
    options_.store.lock_wait_ms = 0;  // waiting is done here, since meanwhile the owner may begin to listen
  }

  /// `here` where this process has the store open, `there` where another one has; both give a Reply, `there` nothing where the other one went away.
  /// `sound` is asked before a store is made.
  template <class Reply>
  Reply run(Need need, const std::function<Reply(Executor&)>& here, const std::function<std::optional<Reply>(Relay&)>& there,
            const std::function<Reply(Error)>& failed, const std::function<Status(const Store&)>& sound) {
    const auto deadline = std::chrono::steady_clock::now() + options_.patience;
    for (auto pause = kFirstPause;; pause = std::min(2 * pause, kLastPause)) {
      if (const Open open = held(); open.serves(need)) return on(open, here);
      if (auto reply = there(relay_)) return *std::move(reply);
      auto opened = open(need, sound);
      if (opened.ok()) return on(*opened, here);
      if (opened.error().code != Code::kLocked || std::chrono::steady_clock::now() >= deadline)
        return failed(opened.take_error());
      std::this_thread::sleep_for(pause);
    }
  }

  Result<std::string> run_unopened(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) const {
    GOVLOG_TRY(check_arguments(operation.parameters, arguments));
    return operation.run_unopened(options_.store, arguments, watch);
  }

  /// Before anything is sent or written.
  Timestamp now() const { return options_.store.clock(); }

 private:
  /// The store in this process, and what keeps it open.
  struct Open {
    std::shared_ptr<void> keeper;
    Store* store = nullptr;
    bool writable = false;
    std::shared_ptr<const Place> place;

    bool serves(Need need) const { return store != nullptr && (need == Need::kRead || writable); }
  };

  template <class Reply>
  Reply on(const Open& open, const std::function<Reply(Executor&)>& here) {
    LocalExecutor executor(*open.store, options_.store.append);
    return here(executor);
  }

  Open held() {
    Open gone;  // destroyed without the lock
    const std::lock_guard lock(mutex_);
    if (held_.store != nullptr && !held_.place->is_same())
      gone = std::exchange(held_, {});  // its directory was moved or removed
    return held_;
  }

  Result<Open> open(Need need, const std::function<Status(const Store&)>& sound) {
    const std::lock_guard lock(mutex_);
    if (held_.serves(need)) return held_;  // another thread did it meanwhile
    if (need == Need::kRead && options_.reads_once) return open_to_read();
    const Presence presence = GOVLOG_TRY(look_at_directory(options_.store.directory));
    if (presence == Presence::kAbsent) {
      Open absent = GOVLOG_TRY(open_to_read());
      if (need == Need::kRead) return absent;  // an empty one, until somebody makes it
      GOVLOG_TRY(sound(*absent.store));
    }
    auto store = Store::open_for_writing(options_.store);
    if (!store.ok())
      return need == Need::kRead ? open_what_cannot_be_written(store.take_error()) : Result<Open>(store.take_error());
    auto owner = std::make_shared<std::unique_ptr<Owner>>(GOVLOG_TRY(Owner::begin(store.take(), options_.store.directory)));
    held_ = {owner, &(*owner)->store(), true, std::make_shared<const Place>(options_.store.directory)};
    return held_;
  }

  Result<Open> open_to_read() const {
    std::shared_ptr<Store> store = GOVLOG_TRY(Store::open_for_reading(options_.store));
    return Open{store, store.get(), false, std::make_shared<const Place>(options_.store.directory)};
  }

  /// On a read-only medium it stays open, since nobody can want to write. Where we may not write others may, and a disk that is full or fails may do so no
  /// more: then it is opened for a moment.
  Result<Open> open_what_cannot_be_written(Error error) {
    const bool medium = lies_on_read_only_medium(options_.store.directory);
    const bool writing_fails = error.code == Code::kForbidden || error.code == Code::kDiskFull || error.code == Code::kIoError;
    if (!medium && !writing_fails) return error;
    Open open = GOVLOG_TRY(open_to_read());
    if (medium) held_ = open;
    return open;
  }

  SharedStoreOptions options_;
  Relay relay_;
  std::mutex mutex_;
  Open held_;
};

namespace {

using Receipts = Result<std::vector<Receipt>>;

/// Where the outcome is unknown: whoever sends it again with these ids does no harm, whether it was kept or not.
Error with_ids(Error error, std::vector<std::string> ids) {
  const bool unknown =
      std::any_of(error.details.begin(), error.details.end(), [](const Detail& d) { return d.name == "outcome"; });
  if (error.code != Code::kLocked || !unknown) return error;
  error.message += fmt::format("; whether the write was kept is unknown: send it again with {} {}, which is harmless",
                               ids.size() == 1 ? "the id" : "the ids", fmt::join(ids, ", "));
  return std::move(error).with("ids", std::move(ids));
}

Status always_sound(const Store&) { return Ok{}; }

template <class Value>
Result<Value> as_result(Error error) {
  return error;
}

}  // namespace

SharedStore::SharedStore(SharedStoreOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
SharedStore::~SharedStore() = default;

ReadReply SharedStore::read(const Operation& operation, const Arguments& arguments, const ReadWatch& watch) {
  return impl_->run<ReadReply>(
      Need::kRead, [&](Executor& store) { return store.read(operation, arguments, watch); },
      [&](Relay& relay) { return relay.read(operation, arguments, watch); },
      [&](Error error) {
        const bool broken = error.code == Code::kCorruption || error.code == Code::kIoError;
        if (!broken || operation.run_unopened == nullptr) return ReadReply{std::move(error), std::nullopt, true};
        return ReadReply{impl_->run_unopened(operation, arguments, watch), std::nullopt, true};
      },
      always_sound);
}

Result<std::vector<Receipt>> SharedStore::write(const WriteOperation& operation, const Arguments& given) {
  Arguments arguments = given;
  const bool ours = give_id(operation, arguments, impl_->now());
  Receipts receipts = impl_->run<Receipts>(
      Need::kWrite, [&](Executor& store) { return store.write(operation, arguments); },
      [&](Relay& relay) { return relay.write(operation, arguments); }, as_result<std::vector<Receipt>>,
      [&](const Store& absent) { return try_write(operation, absent.read(), absent.now(), arguments); });
  if (receipts.ok() && ours) forget_retries(receipts.value(), std::vector<bool>(receipts->size(), true));
  if (!receipts.ok()) return with_ids(receipts.take_error(), {id_argument(operation, arguments)});
  return receipts;
}

Result<std::vector<Receipt>> SharedStore::append(std::vector<Event> batch) {
  const std::vector<bool> ours = give_ids(batch, impl_->now());
  Receipts receipts = impl_->run<Receipts>(
      Need::kWrite, [&](Executor& store) { return store.append(batch); }, [&](Relay& relay) { return relay.append(batch); },
      as_result<std::vector<Receipt>>, always_sound);
  if (receipts.ok()) {
    forget_retries(receipts.value(), ours);
    return receipts;
  }
  std::vector<std::string> ids;
  for (const Event& event : batch) ids.push_back(format_uuid(*event.id));
  return with_ids(receipts.take_error(), std::move(ids));
}

Result<std::vector<std::vector<Receipt>>> SharedStore::append_in_turn(std::span<const std::vector<Event>> batches) {
  using Answer = Result<std::vector<std::vector<Receipt>>>;
  return impl_->run<Answer>(
      Need::kWrite, [&](Executor& store) { return store.append_in_turn(batches); },
      [&](Relay& relay) { return relay.append_in_turn(batches); }, as_result<std::vector<std::vector<Receipt>>>, always_sound);
}

Result<ExportPage> SharedStore::export_page(const ExportRange& range) {
  using Answer = Result<ExportPage>;
  return impl_->run<Answer>(
      Need::kRead, [&](Executor& store) { return store.export_page(range); },
      [&](Relay& relay) { return relay.export_page(range); }, as_result<ExportPage>, always_sound);
}

Result<Completion> SharedStore::complete(const CompletionQuery& query) {
  using Answer = Result<Completion>;
  return impl_->run<Answer>(
      Need::kRead, [&](Executor& store) { return store.complete(query); }, [&](Relay& relay) { return relay.complete(query); },
      as_result<Completion>, always_sound);
}

}  // namespace govlog
