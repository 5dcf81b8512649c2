#pragma once
// A store that is made from a log which was kept elsewhere: the same positions, versions and times, and everything that is derived from them.

#include "base/result.h"
#include "codec/merkle.h"
#include "engine/store.h"

#include <memory>

namespace govlog {

/// A restore on its way. Nothing is put into place before finish(); without it, and after a crash, the directory holds no store.
///
///     auto restoration = GOVLOG_TRY(Restoration::begin(options));
///     for (…) GOVLOG_TRY(restoration->add(event));
///     GOVLOG_TRY(restoration->finish());
class Restoration {
 public:
  /// Into `options.directory`, which is empty or not there, else kInvalidArgument with `details.parameter` `db`. It stays locked meanwhile.
  static Result<std::unique_ptr<Restoration>> begin(const StoreOptions& options);
  ~Restoration();
  Restoration(const Restoration&) = delete;
  Restoration& operator=(const Restoration&) = delete;

  /// The next event; as LogReplay::add (engine/replay.h).
  Status add(const EventView& event);

  /// The hash tree over what was added.
  const MerkleFrontier& tree() const;

  /// Makes it the store of the directory; durable when it returns.
  Status finish();

 private:
  class Impl;
  explicit Restoration(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace govlog
