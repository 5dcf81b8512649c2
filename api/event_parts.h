#pragma once
// An event put together from arguments: its data member by member, then the whole through the same checks as any other.

#include "api/json_writer.h"
#include "api/write.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

struct EventParts {
  std::string_view event_type;
  EntityRef entity;
  std::string data;  // canonical text, or what DataWriter made
  std::optional<std::string> id;
  std::optional<std::uint64_t> expected_version;
};

/// The event, with `actor`, `created_at` and `metadata` of the request. Errors of parse_event.
Result<Event> make_event(const WriteRequest& request, const EventParts& parts);

/// Writes the data of an event from those arguments that were given.
class DataWriter {
 public:
  explicit DataWriter(const WriteRequest& request) : request_(request), object_(data_) {}

  void text(std::string_view name);
  void list(std::string_view name);
  void token(std::string_view name, std::string_view json) { object_.token(name, json); }
  Status json(std::string_view name);
  /// The members of `fields`. kInvalidArgument where one has an argument of its own.
  Status fields();
  std::string take();

 private:
  const WriteRequest& request_;
  std::string data_;
  ObjectWriter object_;
};

/// Canonical text of a JSON argument; empty where it was not given. kInvalidJson with `details.parameter`.
Result<std::string> json_argument(const WriteRequest& request, std::string_view name);

/// The data of the event with this id, where `id` is one that the log has: a retry is then made of what was stored.
Result<std::optional<std::string>> stored_data(const ReadView& view, const std::optional<std::string>& id);

/// The id of the second of two events, from that of the first: UUIDv5(id, `name`). Nothing where `id` is none.
std::optional<std::string> second_id(const std::optional<std::string>& id, std::string_view name);

}  // namespace govlog
