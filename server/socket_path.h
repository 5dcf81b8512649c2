#pragma once
// The address of a store's socket. Private to server.

#include "base/descriptor.h"
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

  const std::string& text() const { return text_; }

 private:
  SocketPath(std::string text, Descriptor directory) : text_(std::move(text)), directory_(std::move(directory)) {}

  std::string text_;
  Descriptor directory_;
};

}  // namespace govlog
