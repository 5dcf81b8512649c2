#pragma once
// Lines of an export read back as events that have their place in a log: what restore and the check of a backup read.

#include "base/result.h"
#include "codec/event.h"

#include <string_view>

namespace govlog {

/// An event of the log that owns its texts.
class ExportedEvent {
 public:
  /// kCorruption where `line` is not, byte for byte, what export writes; kUnsupportedFormat of a line that stands for an erased event.
  static Result<ExportedEvent> parse(std::string_view line);

  /// Points into this object.
  EventView view() const;

 private:
  Event event_;
  Position position_ = 0;
  std::uint64_t version_ = 0;
  Timestamp recorded_at_;
};

}  // namespace govlog
