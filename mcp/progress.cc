#include "mcp/progress.h"

#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace govlog {
namespace {

/// A stage's share of the whole, in percent.
struct Share {
  std::string_view stage;
  int from = 0;
  int to = 0;
};
constexpr std::array<Share, 3> kShares{{{"files", 0, 5}, {"events", 5, 40}, {"indexes", 40, 100}}};

}  // namespace

std::optional<std::string> progress_token(const Message& request) {
  const auto token = json_member(request.meta, "progressToken");
  if (!token || (json_kind(*token) != JsonKind::kString && !is_integer_token(*token))) return std::nullopt;
  return std::string(*token);
}

ProgressTeller::ProgressTeller(const Message& request, Send send) : token_(progress_token(request)), send_(std::move(send)) {}

void ProgressTeller::tell(std::string_view stage, std::uint64_t done, std::uint64_t total) {
  const auto* const share = std::find_if(kShares.begin(), kShares.end(), [&](const Share& s) { return s.stage == stage; });
  if (share == kShares.end() || total == 0) return;
  const double part = static_cast<double>(std::min(done, total)) / static_cast<double>(total);
  send(share->from + static_cast<int>(part * (share->to - share->from)), fmt::format("{}: {} of {}", stage, done, total));
}

void ProgressTeller::finish() {
  if (told_ >= 0) send(100, "done");
}

void ProgressTeller::send(int percent, std::string_view message) {
  if (!token_ || !send_ || percent <= told_) return;
  told_ = percent;
  send_(render_notification(
      "notifications/progress",
      fmt::format(R"({{"progressToken":{},"progress":{},"total":100,"message":"{}"}})", *token_, percent, message)));
}

}  // namespace govlog
