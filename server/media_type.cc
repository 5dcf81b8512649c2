#include "server/media_type.h"

#include <algorithm>
#include <cctype>

namespace govlog {

std::string media_type(const HttpRequest& request) {
  const std::string* header = request.header("content-type");
  std::string type = header != nullptr ? header->substr(0, header->find(';')) : std::string();
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return type;
}

}  // namespace govlog
