#pragma once
// Standard output and error. A reader that went away (`govlog … | head`) ends the program quietly.

#include "base/result.h"
#include "cli/terminal_text.h"

#include <string>
#include <string_view>

namespace govlog {

class Output {
 public:
  /// Buffered; after the reader went away nothing more is written.
  void write(std::string_view text);

  /// kIoError where standard output cannot be written (a full disk); a reader that went away is no error.
  Status flush();

  /// Whether writing on is of no use.
  bool closed() const { return closed_; }

 private:
  void drain();

  std::string buffer_;
  bool closed_ = false;
  int error_ = 0;
};

/// A remark on standard error, beside the answer.
void note(std::string_view line);

/// The error on standard error: contract section 4 on one line with `json`, else `govlog: message` and what may help.
void report_error(const Error& error, bool json);

enum class ColorChoice : std::uint8_t { kAuto, kAlways, kNever };

/// `--color`, else NO_COLOR, else whether standard output is a terminal.
Style choose_style(ColorChoice choice);

/// Columns of the terminal, or COLUMNS, or 80; never less than 80 unless a terminal is.
std::size_t output_width();

bool stdin_is_terminal();
bool stderr_is_terminal();

}  // namespace govlog
