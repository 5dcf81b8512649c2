// What a peer sends to `govlog serve`: requests one behind the other, their paths, hosts and preferences; and CloudEvents.

#include "server/access.h"
#include "server/cloud_events.h"
#include "server/http_head.h"
#include "server/http_parser.h"
#include "server/rest_reply.h"
#include "server/rest_write.h"
#include "server/routes.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using namespace govlog;

void look_at(const HttpRequest& request) {
  static const HostCheck kHosts("127.0.0.1", {"gov.example"});
  (void)match_route(request.method, request.path());
  if (const std::string* host = request.header("host")) (void)kHosts.host(*host);
  if (const std::string* origin = request.header("origin")) (void)kHosts.origin(*origin, "localhost");
  if (const std::string* accept = request.header("accept")) (void)accepts(*accept, "text/event-stream");
  if (const std::string* authorization = request.header("authorization")) (void)bearer_token(*authorization);
  (void)if_match(request);
}

/// As a session reads them; what is taken never grows what is left.
void read_requests(std::string input) {
  while (const auto end = head_end(input)) {
    if (!head_fault(std::string_view(input).substr(0, *end)).empty()) return;
    HttpParser parser;
    if (parser.put_head(input).status != 0) return;
    HttpRequest request;
    parser.fill(request);
    look_at(request);
    for (std::size_t before = input.size() + 1; !parser.is_done() && input.size() < before;) {
      before = input.size();
      if (parser.put_body(input, request.body).status != 0) return;
    }
    if (!parser.is_done()) return;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_requests(std::string(text));
  for (const std::string_view type : {kCloudEvent, kCloudEventBatch}) (void)read_cloud_events(text, type, Timestamp{0});
  return 0;
}
