#pragma once
// Where it is told that the log may have grown, whoever appended.

#include <functional>

namespace govlog {

class ChangeSource {
 public:
  virtual ~ChangeSource() = default;

  /// From now on `changed` is called, from any thread, after each append or a little later (one call for several is enough), until this object is
  /// destroyed. Spurious calls are harmless. Called once, or again where it threw std::system_error.
  virtual void start(std::function<void()> changed) = 0;
};

}  // namespace govlog
