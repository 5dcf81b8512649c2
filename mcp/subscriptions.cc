#include "mcp/subscriptions.h"

#include "api/json_writer.h"
#include "codec/json_text.h"
#include "mcp/fit.h"
#include "mcp/resources.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

std::string fingerprint(std::string_view answer) {
  std::string out;
  for (JsonCursor member(answer); member.next();) {
    if (member.key() == "log_position" || member.key() == "at") continue;
    const bool cursor = member.key() == "next_cursor" && member.value() != "null";
    out += fmt::format("{}:{},", member.key(), cursor ? "more" : member.value());
  }
  return out;
}

Subscriptions::Subscriptions(Executor& executor, ChangeSource* changes, Send send)
    : executor_(executor), changes_(changes), send_(std::move(send)) {}

Subscriptions::~Subscriptions() {
  {
    const std::lock_guard lock(bell_->mutex);
    bell_->ends = true;
  }
  bell_->rung.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::string Subscriptions::read(const std::string& uri) const {
  auto resource = parse_resource(uri);
  GOVLOG_ASSERT(resource.has_value(), "{}", uri);
  const ReadReply reply = read_fitting(executor_, *resource->operation, resource->arguments, kAnswerBytesMax);
  return reply.answer.ok() ? fingerprint(*reply.answer) : std::string(code_info(reply.answer.error().code).name);
}

bool Subscriptions::has_room(const std::string& key, std::size_t count) const {
  return watched_.size() + count <= kWatchedMax && (key.empty() || open_.size() < kListensMax);
}

std::optional<RpcError> Subscriptions::watch(const std::string& key, const std::vector<std::string>& uris,
                                             const std::function<void()>& ready) {
  for (const std::string& uri : uris) {
    if (parse_resource(uri)) continue;
    return resource_not_found(
        Era::kModern, uri,
        fmt::format("{} cannot be watched; resources/list and resources/templates/list tell what can", shorten(uri)));
  }
  {
    const std::lock_guard lock(mutex_);
    if (!has_room(key, uris.size())) return RpcError{RpcCode::kInternal, "Subscription limit reached"};
    begin();
    if (!key.empty()) open_[key] = true;
  }
  std::vector<Watched> fresh;
  for (const std::string& uri : uris) fresh.push_back({key, uri, read(uri)});
  {
    const std::lock_guard lock(mutex_);
    ready();
    if (!key.empty() && !open_.contains(key)) return std::nullopt;  // it was stopped meanwhile
    for (Watched& one : fresh) {
      const bool there =
          std::any_of(watched_.begin(), watched_.end(), [&](const Watched& w) { return w.key == one.key && w.uri == one.uri; });
      if (!there) watched_.push_back(std::move(one));
    }
  }
  {
    const std::lock_guard lock(bell_->mutex);
    bell_->changed = true;  // what changed since it was read
  }
  bell_->rung.notify_all();
  return std::nullopt;
}

RpcOutcome Subscriptions::answer(const Message& request) {
  const auto uri = string_member(request.params, "uri");
  if (!uri) return RpcError{RpcCode::kInvalidParams, "uri is missing, it is a string such as govlog://timeline"};
  if (request.method == "resources/unsubscribe") {
    stop("", *uri);
    return RpcResult{};
  }
  if (auto refused = watch("", {*uri}, [] {})) return *std::move(refused);
  return RpcResult{};
}

void Subscriptions::stop(std::string_view key, std::string_view uri) {
  const std::lock_guard lock(mutex_);
  std::erase_if(watched_, [&](const Watched& w) { return w.key == key && (uri.empty() || w.uri == uri); });
  if (!key.empty()) open_.erase(std::string(key));
}

std::vector<std::string> Subscriptions::listens() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> keys;
  for (const auto& [key, open] : open_) keys.push_back(key);
  return keys;
}

/// Called with the lock held.
void Subscriptions::begin() {
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  if (changes_ != nullptr && !told_) {
    changes_->start([bell = bell_] {
      {
        const std::lock_guard lock(bell->mutex);
        bell->changed = true;
      }
      bell->rung.notify_all();
    });
    told_ = true;
  }
}

void Subscriptions::run() {
  auto next = std::chrono::steady_clock::now();
  std::unique_lock lock(bell_->mutex);
  while (true) {
    bell_->rung.wait(lock, [&] { return bell_->changed || bell_->ends; });
    (void)bell_->rung.wait_until(lock, next, [&] { return bell_->ends; });  // what comes until then is one change
    if (bell_->ends) return;
    bell_->changed = false;
    lock.unlock();
    const bool looked = look();
    next = std::chrono::steady_clock::now() + kBetweenUpdates;
    lock.lock();
    if (!looked) bell_->changed = true;
  }
}

bool Subscriptions::look() {
  try {
    tell_changes();
    return true;
  } catch (const std::exception&) {  // memory or descriptors that are not there now
    return false;
  }
}

void Subscriptions::tell_changes() {
  std::map<std::string, std::string> now;
  {
    const std::lock_guard lock(mutex_);
    for (const Watched& one : watched_) now[one.uri];
  }
  for (auto& [uri, seen] : now) seen = read(uri);
  const std::lock_guard lock(mutex_);
  for (Watched& one : watched_) {
    const auto found = now.find(one.uri);
    if (found == now.end() || found->second == one.seen) continue;
    one.seen = found->second;
    std::string params;
    ObjectWriter object(params);
    object.text("uri", std::string_view(one.uri));
    if (!one.key.empty()) object.token("_meta", fmt::format(R"({{"io.modelcontextprotocol/subscriptionId":{}}})", one.key));
    object.close();
    send_(render_notification("notifications/resources/updated", params));
  }
}

}  // namespace govlog
