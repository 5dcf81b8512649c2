#include "server/media_type.h"

#include "codec/ascii.h"

#include <utility>

namespace govlog {

std::string media_type(const HttpRequest& request) {
  const std::string* header = request.header("content-type");
  std::string type = header != nullptr ? header->substr(0, header->find(';')) : std::string();
  while (type.ends_with(' ') || type.ends_with('\t')) type.pop_back();
  return lower_case(std::move(type));
}

}  // namespace govlog
