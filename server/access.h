#pragma once
// Who may ask, and for what: hosts and origins, tokens and roles.

#include "base/result.h"
#include "codec/hash.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class Role : std::uint8_t { kRead, kWrite, kAdmin };

struct Principal {
  std::string name;
  Role role = Role::kRead;
};

/// The tokens that are known, by their SHA-256. Threads: const members may run concurrently.
class Tokens {
 public:
  /// Adds the lines of a file of mode 0600: name, role (read, write, admin), SHA-256 in hex; blank lines and those that begin with # are passed over. kInvalidArgument with
  /// `details.parameter` `tokens`; kForbidden, kIoError, kNotFound of the file.
  Status add_file(const std::string& path);
  void add(std::string name, Role role, std::string_view token);

  bool empty() const { return lines_.empty(); }
  /// Compares with every line, in a time that does not depend on where they differ.
  std::optional<Principal> find(std::string_view token) const;

 private:
  struct Line {
    Principal principal;
    Hash token;
  };
  std::vector<Line> lines_;
};

/// `Bearer TOKEN`; nothing where it is something else.
std::optional<std::string_view> bearer_token(std::string_view authorization);

/// Which names a server is asked by: a page of somebody else's, whose name was pointed at us, has another (DNS rebinding).
class HostCheck {
 public:
  /// Loopback names and addresses, the address that is listened on (every address, where that is 0.0.0.0 or ::), and `allowed`.
  HostCheck(std::string_view listen_address, const std::vector<std::string>& allowed);

  /// `HOST[:PORT]`.
  bool host(std::string_view header) const;
  /// `http://HOST[:PORT]`, or https: a name of this server's, or the very one that `host` gives, which is.
  bool origin(std::string_view header, std::string_view host) const;

 private:
  bool knows(std::string_view header) const;

  std::vector<std::string> names_;
  bool any_address_ = false;  // an address stands for no name, so that nobody can point it elsewhere
};

/// Whether only this machine can reach it.
bool is_loopback(std::string_view address);

}  // namespace govlog
