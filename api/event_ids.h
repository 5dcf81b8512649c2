#pragma once
// Ids for events before they are sent anywhere, so that sending them again is harmless.

#include "api/write.h"
#include "codec/event.h"

#include <span>
#include <string>
#include <vector>

namespace govlog {

/// Gives the arguments an id where they have none; true where it did. The operation makes all ids of its events from that one.
bool give_id(const WriteOperation& operation, Arguments& arguments, Timestamp now);

/// The id that the arguments have; empty where they have none.
std::string id_argument(const WriteOperation& operation, const Arguments& arguments);

/// Gives an id to each event that has none; says for each whether it did.
std::vector<bool> give_ids(std::vector<Event>& events, Timestamp now);

/// What was sent twice by us alone is no duplicate to the caller.
void forget_retries(std::span<Receipt> receipts, const std::vector<bool>& ours);

}  // namespace govlog
