#include "engine/same_content.h"

#include "codec/json_text.h"

#include <algorithm>
#include <array>

namespace govlog {

namespace {

constexpr std::array<std::string_view, 8> kReservedKeys{"actor_kind", "on_behalf_of", "approved_by", "client",
                                                        "tool",       "source",       "traceparent", "principal"};

bool same_metadata(const Event& event, std::string_view stored) {
  const std::string_view again = event.metadata;
  if (again == stored) return true;
  const auto& filled = event.metadata_filled;
  for (JsonCursor member(again); member.next();) {
    if (std::find(filled.begin(), filled.end(), member.key()) != filled.end()) continue;
    if (json_member(stored, member.key()) != member.value()) return false;
  }
  for (JsonCursor member(stored); member.next();) {
    const bool reserved = std::find(kReservedKeys.begin(), kReservedKeys.end(), member.key()) != kReservedKeys.end();
    if (!reserved && !json_member(again, member.key())) return false;
  }
  return true;
}

}  // namespace

bool same_content(const Event& again, const EventView& stored) {
  const bool same_actor =
      again.actor.has_value() == stored.actor.has_value() && (!again.actor || *again.actor == *stored.actor);
  return same_actor && again.event_type == stored.event_type && again.entity_type == stored.entity_type &&
         again.entity_id == stored.entity_id && again.data == stored.data &&
         (!again.created_at || *again.created_at == stored.created_at) && same_metadata(again, stored.metadata);
}

}  // namespace govlog
