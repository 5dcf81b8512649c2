// A file to import: plain, gzip or zstd, whole or broken. Each line is an event or an error, with a number that grows, and the file ends.
#include "api/import_lines.h"

#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

constexpr std::size_t kBatchesMaximum = 1000;  // an archive may unpack to very much

void read_all(const std::string& path, bool stop_at_error) {
  govlog::ImportLinesOptions options;
  options.batch_lines = 7;
  options.stop_at_error = stop_at_error;
  options.clock = [] { return govlog::Timestamp{1'760'000'000'000'000}; };
  auto lines = govlog::ImportLines::open(path, options);
  GOVLOG_ASSERT(lines.ok(), "{}", path);
  std::uint64_t number = 0;
  for (std::size_t batches = 0; batches < kBatchesMaximum; ++batches) {
    const govlog::ImportBatch batch = lines.value()->next();
    for (const govlog::ImportLine& line : batch.lines) {
      GOVLOG_ASSERT(line.number > number, "line {} after {}", line.number, number);
      number = line.number;
      const auto* event = std::get_if<govlog::Event>(&line.parsed);
      GOVLOG_ASSERT(event == nullptr || event->id.has_value(), "line {}", number);
    }
    if (batch.last) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("import", MFD_CLOEXEC);
  GOVLOG_ASSERT(file >= 0, "memfd_create gave {}", file);
  GOVLOG_ASSERT(write(file, data, size) == static_cast<ssize_t>(size), "{} bytes", size);
  const std::string path = fmt::format("/proc/self/fd/{}", file);
  read_all(path, true);
  read_all(path, false);
  close(file);
  return 0;
}
