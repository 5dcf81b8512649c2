#pragma once
// What a host's configuration file says of one server, whatever the file's form.

#include <string>
#include <variant>
#include <vector>

namespace govlog {

struct ConfigField {
  std::string key;
  std::variant<std::string, std::vector<std::string>> value;
};

/// `fields` of the server `name` in the table of servers, `section`. Keys and both names are bare: letters, digits, `_`, `-`.
struct ConfigEntry {
  std::string section;
  std::string name;
  std::vector<ConfigField> fields;
};

}  // namespace govlog
