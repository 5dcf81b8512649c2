#pragma once
// Keys and notes as files.

#include "base/result.h"
#include "codec/signed_note.h"

#include <string>

namespace govlog {

/// The text of a small file. kInvalidArgument with `details.parameter` where it is over 64 KiB, kForbidden, kIoError where it cannot be read.
Result<std::string> read_small_text(const std::string& path, std::string_view parameter);

/// The private key that `keygen` made in `path`. Notes on stderr where others than its owner may read it. As read_small_text, and
/// kInvalidArgument with `details.parameter` sign where it is none.
Result<SigningKey> read_signing_key(const std::string& path);

/// kInvalidArgument with `details.parameter` where `path` lies in a store, whose files come and go.
Status check_outside_stores(const std::string& path, std::string_view parameter);

/// Makes `path`, which must not be there, with `text`, readable by its owner alone where `secret`. Durable. kInvalidArgument where it is there, or in a store.
Status write_new_file(const std::string& path, std::string_view text, bool secret);

}  // namespace govlog
