#include "mcp/listen.h"

#include "api/json_writer.h"
#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

std::variant<std::vector<std::string>, RpcError> read_listen(std::string_view params) {
  const RpcError wrong{RpcCode::kInvalidParams,
                       R"(notifications must be an object such as {"resourceSubscriptions":["govlog://timeline"]})"};
  const auto notifications = json_member(params, "notifications");
  if (!notifications || json_kind(*notifications) != JsonKind::kObject) return wrong;
  std::vector<std::string> uris;
  const auto list = json_member(*notifications, "resourceSubscriptions");
  if (list && json_kind(*list) != JsonKind::kArray) return wrong;
  for (JsonCursor item(list.value_or("[]")); item.next();) {
    if (json_kind(item.value()) != JsonKind::kString) return wrong;
    std::string uri = json_unescape(item.value());
    if (std::find(uris.begin(), uris.end(), uri) == uris.end()) uris.push_back(std::move(uri));
  }
  return uris;
}

std::string acknowledgement(std::string_view id, const std::vector<std::string>& uris) {
  std::string params;
  ObjectWriter object(params);
  ObjectWriter honoured(object.begin("notifications"));
  if (!uris.empty())
    append_array(honoured.begin("resourceSubscriptions"), uris,
                 [](std::string& out, const std::string& uri) { append_json_string(out, uri); });
  honoured.close();
  object.token("_meta", fmt::format(R"({{"{}":{}}})", kSubscriptionKey, id));
  object.close();
  return render_notification("notifications/subscriptions/acknowledged", params);
}

}  // namespace govlog
