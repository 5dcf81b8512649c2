#pragma once
// Bytes of a stream to lines.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace govlog {

inline constexpr std::size_t kLineBytesMax = std::size_t{10} << 20;

/// Takes bytes as they come. A line longer than `bytes_max` is told of once and skipped, without being kept. What follows the last newline is
/// no line yet.
class LineBuffer {
 public:
  struct Taker {
    std::function<void(std::string_view)> line;  // without its newline
    std::function<void()> too_long;
  };
  explicit LineBuffer(Taker taker, std::size_t bytes_max = kLineBytesMax) : taker_(std::move(taker)), bytes_max_(bytes_max) {}

  void add(std::string_view bytes);

 private:
  void end_line(std::string_view rest);

  Taker taker_;
  std::size_t bytes_max_;
  std::string begun_;
  bool skipping_ = false;
};

}  // namespace govlog
