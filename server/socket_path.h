#pragma once
// The address of a store's socket. Private to server.

#include "base/result.h"

#include <filesystem>
#include <string>
#include <utility>

namespace govlog {

/// A socket's path may have 107 bytes; that of a longer one goes through the descriptor of its directory (/proc/self/fd/N/sock), for as long as this lives.
class SocketPath {
 public:
  /// kIoError where the directory cannot be opened.
  static Result<SocketPath> of_store(const std::filesystem::path& directory);

  SocketPath(SocketPath&& other) noexcept : text_(std::move(other.text_)), directory_(std::exchange(other.directory_, -1)) {}
  SocketPath& operator=(SocketPath&& other) noexcept;
  ~SocketPath();

  const std::string& text() const { return text_; }

 private:
  SocketPath(std::string text, int directory) : text_(std::move(text)), directory_(directory) {}

  std::string text_;
  int directory_ = -1;
};

}  // namespace govlog
