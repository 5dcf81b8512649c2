#include "cli/progress_bar.h"

#include <fmt/format.h>

#include <algorithm>

#include <unistd.h>

namespace govlog {
namespace {

void draw(const std::string& text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }  // a lost picture is no loss

}  // namespace

bool ProgressBar::due() {
  const Clock::time_point now = Clock::now();
  if (!shown_ || now - began_ < std::chrono::seconds(1) || now - drawn_ < std::chrono::milliseconds(100)) return false;
  drawn_ = now;
  return true;
}

void ProgressBar::update(const Advance& advance) {
  if (!due()) return;
  const double seconds = std::chrono::duration<double>(drawn_ - began_).count();
  std::string line = fmt::format("{} {}, {:.0f} {}/s", advance.lines, advance.unit,
                                 static_cast<double>(advance.lines) / seconds, advance.unit);
  if (advance.total > 0) {
    constexpr std::uint64_t kCells = 30;
    const std::uint64_t done = std::min(advance.done, advance.total);
    const std::uint64_t full = done * kCells / advance.total;
    line = fmt::format("[{:#>{}}{:.>{}}] {:3}%  {}", "", full, "", kCells - full, done * 100 / advance.total, line);
  }
  draw(fmt::format("\r{}\x1b[K", line));
}

void ProgressBar::say(std::string_view what) {
  if (!shown_) return;
  drawn_ = Clock::now();
  draw(fmt::format("\r{}\x1b[K", what));
}

void ProgressBar::clear() {
  if (drawn_ != began_) draw("\r\x1b[K");
}

}  // namespace govlog
