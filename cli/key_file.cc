#include "cli/key_file.h"

#include "api/arguments.h"
#include "base/system_error.h"
#include "cli/output.h"
#include "engine/directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
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

Result<SigningKey> read_signing_key(const std::string& path) {
  auto key = parse_signing_key(GOVLOG_TRY(read_small_text(path, "sign")));
  if (!key.ok()) return key.take_error().with("parameter", "sign");
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && (status.st_mode & (S_IRGRP | S_IROTH)) != 0)
    note(fmt::format("govlog: others may read the private key {}: whoever has it signs as you do; chmod 600 keeps it to you",
                     visible(path)));
  return key;
}

Status check_outside_stores(const std::string& path, std::string_view parameter) {
  const std::string store = store_around(path).string();
  if (store.empty()) return Ok{};
  return argument_error(parameter, fmt::format("{} lies in the store {}, where only its own files belong: choose another place",
                                               visible(path), visible(store)));
}

Status write_new_file(const std::string& path, std::string_view text, bool secret) {
  GOVLOG_TRY(check_outside_stores(path, "file"));
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
