#pragma once
// One source of changes for many who wait for them.

#include "mcp/change_source.h"

#include <functional>
#include <memory>

namespace govlog {

/// Threads: every member may be called from any thread.
class ChangeFan {
 public:
  ChangeFan();
  ~ChangeFan();

  /// A source that tells whenever ring() is called. It may outlive this object, and then tells nothing.
  std::unique_ptr<ChangeSource> branch();
  void ring();

 private:
  class Branch;
  struct Branches;
  std::shared_ptr<Branches> branches_;
};

}  // namespace govlog
