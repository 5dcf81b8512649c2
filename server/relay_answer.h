#pragma once
// What the process that owns a store answers to another one: a request as texts in, a reply as texts out. server/protocol.h has the routes.

#include "api/operation.h"
#include "engine/store.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

struct RelayRequest {
  std::string target;  // path, and query after `?`
  std::string body;
  bool post = false;
  std::string protocol;  // headers; empty where they were not sent
  std::string program;
  AppendOptions options;
  ReadWatch watch{};
};

struct RelayReply {
  unsigned status = 200;
  std::string_view content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> headers;
};

/// Threads: any.
RelayReply answer_relay(Store& store, const RelayRequest& request);

}  // namespace govlog
