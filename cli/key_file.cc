#include "cli/key_file.h"

#include "api/arguments.h"
#include "base/system_error.h"
#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace govlog {
namespace {

constexpr std::size_t kBytesMax = std::size_t{64} << 10;

Error file_error(std::string_view doing, const std::string& path) {
  return system_error(errno, fmt::format("{} {}", doing, visible(path)));
}

}  // namespace

Result<std::string> read_small_text(const std::string& path, std::string_view parameter) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return file_error("reading", path);
  std::string text(kBytesMax + 1, '\0');
  std::size_t size = 0;
  ssize_t count = 0;
  while (size < text.size() && (count = ::read(file, text.data() + size, text.size() - size)) > 0)
    size += static_cast<std::size_t>(count);
  Error error = count < 0 ? file_error("reading", path) : Error{};
  (void)::close(file);  // nothing was written
  if (count < 0) return error;
  if (size > kBytesMax)
    return argument_error(parameter, fmt::format("{} is over {} bytes, so it is none", visible(path), kBytesMax));
  text.resize(size);
  return text;
}

Status write_new_file(const std::string& path, std::string_view text, bool secret) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, secret ? 0600 : 0644);
  if (file < 0 && errno == EEXIST)
    return argument_error("file", fmt::format("{} is there already, and a key is never overwritten", visible(path)));
  if (file < 0) return file_error("making", path);
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  Status status = written ? Status(Ok{}) : Status(file_error("writing", path));
  (void)::close(file);  // synced already
  if (!written) (void)::unlink(path.c_str());
  return status;
}

}  // namespace govlog
