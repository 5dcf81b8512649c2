#pragma once
// Answers that fit into what a host takes: pages end sooner, graphs are cut.

#include "api/executor.h"

#include <cstddef>
#include <string>

namespace govlog {

inline constexpr std::size_t kAnswerBytesMax = std::size_t{64} << 10;

/// Runs the read. Where its answer is over `bytes_max`, runs it again with a smaller `limit` until it fits, or holds one item; shapes
/// without a limit are given whole, but a trend is kInvalidArgument, which names a coarser bucket. With a `format` other than json the picture is measured too.
ReadReply read_fitting(Executor& executor, const Operation& operation, Arguments& arguments, std::size_t bytes_max,
                       const ReadWatch& watch = {});

}  // namespace govlog
