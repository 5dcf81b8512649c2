#pragma once
// `notifications/progress`, for who asked for it with `_meta.progressToken`.

#include "mcp/message.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

/// How far a call has come, in percent: what is told grows from call to call, so it is told at most 101 times. Threads: one at a time.
class ProgressTeller {
 public:
  using Send = std::function<void(std::string)>;

  /// Tells nothing where `send` is empty or the request has no token that is a string or an integer.
  ProgressTeller(const Message& request, Send send);

  /// As VerifyOptions::progress (engine/verify.h).
  void tell(std::string_view stage, std::uint64_t done, std::uint64_t total);
  /// Everything is done. Told where something was told before.
  void finish();

 private:
  void send(int percent, std::string_view message);

  std::optional<std::string> token_;
  Send send_;
  int told_ = -1;
};

/// The request's progressToken, as it came; nothing where it has none that is a string or an integer.
std::optional<std::string> progress_token(const Message& request);

}  // namespace govlog
