#include "server/access.h"

#include "base/system_error.h"
#include "codec/ascii.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace govlog {

namespace {

/// Nothing, or a colon and digits.
bool is_port(std::string_view text) {
  return text.empty() || (text.starts_with(':') && text.find_first_not_of("0123456789", 1) == std::string_view::npos);
}

/// Without a port, and without the brackets of an IPv6 address; empty where it is neither name nor address.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return {};
    return is_port(host.substr(end + 1)) ? host.substr(1, end - 1) : std::string_view();
  }
  const std::size_t colon = std::min(host.find(':'), host.size());
  return is_port(host.substr(colon)) ? host.substr(0, colon) : std::string_view();
}

/// Of IPv4 in dots, or of IPv6 where the header had brackets.
bool is_address(std::string_view header, std::string_view name) {
  if (header.starts_with('[')) return name.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
  return std::count(name.begin(), name.end(), '.') == 3 && name.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<Role> role_of(std::string_view word) {
  if (word == "read") return Role::kRead;
  if (word == "write") return Role::kWrite;
  if (word == "admin") return Role::kAdmin;
  return std::nullopt;
}

Error wrong_tokens(std::string message) {
  return Error{Code::kInvalidArgument, std::move(message), {}}.with("parameter", std::string("tokens"));
}

}  // namespace

Status Tokens::add_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return system_error(errno, fmt::format("reading {}", path));
  if (!S_ISREG(info.st_mode)) return wrong_tokens(fmt::format("{} is no file", path));
  if ((info.st_mode & 077) != 0)
    return wrong_tokens(fmt::format("{} can be read by others (mode {:03o}): chmod 600 it", path, info.st_mode & 0777U));
  std::ifstream file(path);
  if (!file) return system_error(errno, fmt::format("reading {}", path));
  std::string text;
  for (std::size_t number = 1; std::getline(file, text); ++number) {
    std::istringstream fields(text);
    const std::vector<std::string> words{std::istream_iterator<std::string>(fields), {}};
    if (words.empty() || words.front().starts_with('#')) continue;
    const auto role = words.size() == 3 ? role_of(words[1]) : std::nullopt;
    const auto token = words.size() == 3 ? parse_hash(words[2]) : std::nullopt;
    if (!role || !token)
      return wrong_tokens(fmt::format(
          "{}, line {}: expected a name, a role (read, write, admin) and the SHA-256 of a token in hex, parted by blanks", path,
          number));
    lines_.push_back({{words[0], *role}, *token});
  }
  if (lines_.empty()) return wrong_tokens(fmt::format("{} names nobody", path));
  return Ok{};
}

void Tokens::add(std::string name, Role role, std::string_view token) {
  lines_.push_back({{std::move(name), role}, sha256(token)});
}

std::optional<Principal> Tokens::find(std::string_view token) const {
  const Hash given = sha256(token);
  const Line* found = nullptr;
  for (const Line& line : lines_) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < given.size(); ++i) difference |= static_cast<unsigned>(given[i] ^ line.token[i]);
    if (difference == 0) found = &line;
  }
  return found != nullptr ? std::optional(found->principal) : std::nullopt;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  constexpr std::string_view kScheme = "bearer ";
  if (lower_case(std::string(authorization.substr(0, kScheme.size()))) != kScheme) return std::nullopt;
  authorization.remove_prefix(std::min(authorization.find_first_not_of(' ', kScheme.size()), authorization.size()));
  return authorization;
}

bool is_loopback(std::string_view address) {
  return address == "localhost" || address == "::1" ||
         (address.starts_with("127.") && address.find_first_not_of("0123456789.") == std::string_view::npos);
}

HostCheck::HostCheck(std::string_view listen_address, const std::vector<std::string>& allowed) {
  any_address_ = listen_address == "0.0.0.0" || listen_address == "::";
  names_.push_back(lower_case(std::string(listen_address)));
  for (const std::string& name : allowed) names_.push_back(lower_case(std::string(without_port(name))));
}

bool HostCheck::knows(std::string_view header) const {
  const std::string name = lower_case(std::string(without_port(header)));
  return !name.empty() && (is_loopback(name) || std::find(names_.begin(), names_.end(), name) != names_.end());
}

bool HostCheck::host(std::string_view header) const {
  return knows(header) || (any_address_ && is_address(header, without_port(header)));
}

bool HostCheck::origin(std::string_view header, std::string_view host) const {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (header.starts_with(scheme)) return header.substr(scheme.size()) == host || knows(header.substr(scheme.size()));
  }
  return false;
}

}  // namespace govlog
