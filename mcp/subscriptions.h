#pragma once
// Watched resources of one connection: `resources/subscribe` and `subscriptions/listen`.

#include "mcp/change_source.h"
#include "mcp/message.h"
#include "mcp/server.h"

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace govlog {

inline constexpr std::chrono::milliseconds kBetweenUpdates{250};
inline constexpr std::size_t kWatchedMax = 1000;  // of one connection
inline constexpr std::size_t kListensMax = 64;

/// What a resource's answer says: without `log_position` and `at`, which every append changes, and what a cursor holds.
std::string fingerprint(std::string_view answer);

/// Tells of each watched resource whose answer changed. After a change the answers are read again, at most once in 250 ms.
///
/// Threads: members may be called from any thread; notifications are sent from one of its own, while it holds its lock, so after stop() returns
/// none is sent for that key.
class Subscriptions {
 public:
  using Send = std::function<void(std::string)>;  // one message, as a line

  /// `changes` nullptr: nothing ever changes. It starts with the first subscription, and must live as long.
  Subscriptions(Executor& executor, ChangeSource* changes, Send send);
  ~Subscriptions();
  Subscriptions(const Subscriptions&) = delete;
  Subscriptions& operator=(const Subscriptions&) = delete;

  /// Watches `uris` under `key`, a listen's id, or empty for legacy subscriptions. What is compared with is what they answer now; `ready` is called
  /// after that, before the first notification. Nothing where it is done; -32602 where a URI is none of ours, -32603 where there are too many.
  /// Throws std::system_error where no thread is to be had, and may be called again.
  std::optional<RpcError> watch(const std::string& key, const std::vector<std::string>& uris,
                                const std::function<void()>& ready);

  /// `resources/subscribe` or `resources/unsubscribe`, the legacy subscriptions.
  RpcOutcome answer(const Message& request);

  /// Ends those of `key`, of one URI alone where it is given.
  void stop(std::string_view key, std::string_view uri = {});

  /// The keys of listens that are open.
  std::vector<std::string> listens() const;

 private:
  struct Watched {
    std::string key;
    std::string uri;
    std::string seen;  // fingerprint of what was told last
  };
  /// What the source of changes calls, which may outlive us.
  struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    bool changed = false;
    bool ends = false;
  };
  void begin();
  void run();
  bool look();
  void tell_changes();
  std::string read(const std::string& uri) const;
  bool has_room(const std::string& key, std::size_t count) const;

  Executor& executor_;
  ChangeSource* changes_;
  Send send_;
  std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  mutable std::mutex mutex_;  // of what follows
  std::vector<Watched> watched_;
  std::map<std::string, bool, std::less<>> open_;  // listens, those too that watch nothing
  std::thread thread_;
  bool told_ = false;  // changes_ has started
};

}  // namespace govlog
