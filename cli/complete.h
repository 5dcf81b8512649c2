#pragma once
// What a shell offers next. Asked on every press of the tab key: quick, silent, and without an effect on the store.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

/// Candidates for the last of `words` (those after `govlog`; the last may be empty): commands, flags, and names from the store.
/// Never fails: where the store cannot be read there are fewer.
std::vector<std::string> complete(std::span<const std::string> words);

/// The script that makes `shell` (bash, zsh or fish) ask `govlog __complete`.
std::string_view completion_script(std::string_view shell);

}  // namespace govlog
