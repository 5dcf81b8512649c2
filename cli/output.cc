#include "cli/output.h"

#include "api/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include <sys/ioctl.h>
#include <unistd.h>

namespace govlog {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr std::size_t kWidthDefault = 80;

// Writes all of `text`; the errno of the write that failed, or 0.
int write_fully(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::string join(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

// What may help, on its own line; empty where the message says it all.
std::string hint_of(const Error& error) {
  for (const Detail& detail : error.details) {
    const auto* names = std::get_if<std::vector<std::string>>(&detail.value);
    if (names == nullptr || names->empty()) continue;
    const bool said = std::all_of(names->begin(), names->end(),
                                  [&](const std::string& name) { return error.message.find(name) != std::string::npos; });
    if (!said) return fmt::format("{}: {}", error.code == Code::kNotFound ? "did you mean" : detail.name, join(*names));
  }
  switch (error.code) {
    case Code::kClockBehind:
      return "set the clock, or give the command --accept-clock if it is right";
    case Code::kInternal:
      return "this is a bug: please report it with the command that you ran";
    default:
      return {};
  }
}

}  // namespace

void Output::write(std::string_view text) {
  if (closed_) return;
  buffer_ += text;
  if (buffer_.size() >= kBufferBytes) drain();
}

void Output::drain() {
  const int error = write_fully(STDOUT_FILENO, buffer_);
  buffer_.clear();
  if (error == 0) return;
  closed_ = true;
  if (error != EPIPE && error != EBADF) error_ = error;
}

Status Output::flush() {
  if (!closed_ && !buffer_.empty()) drain();
  if (error_ != 0) return Error{Code::kIoError, fmt::format("cannot write to standard output: {}", std::strerror(error_)), {}};
  return Ok{};
}

void note(std::string_view line) { (void)write_fully(STDERR_FILENO, fmt::format("{}\n", line)); }  // nobody is left to be told

void report_error(const Error& error, bool json) {
  if (json) return note(render_error(error));
  note(fmt::format("govlog: {}", visible(error.message)));
  if (const std::string hint = hint_of(error); !hint.empty()) note(fmt::format("  {}", visible(hint)));
}

Style choose_style(ColorChoice choice) {
  if (choice != ColorChoice::kAuto) return {choice == ColorChoice::kAlways};
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  if (no_color != nullptr && *no_color != '\0') return {};
  if (term != nullptr && std::string_view(term) == "dumb") return {};
  return {::isatty(STDOUT_FILENO) == 1};
}

std::size_t output_width() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 1 && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");
  if (columns == nullptr) return kWidthDefault;
  std::size_t width = 0;
  const auto result = std::from_chars(columns, columns + std::strlen(columns), width);
  return result.ec == std::errc{} && width <= 1000 ? std::max(width, kWidthDefault) : kWidthDefault;
}

bool stdin_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }
bool stderr_is_terminal() { return ::isatty(STDERR_FILENO) == 1; }

}  // namespace govlog
