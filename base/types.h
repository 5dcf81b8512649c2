#pragma once
// Words that every folder uses.

#include <array>
#include <compare>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace govlog {

/// Place of an event in the log: 1-based, dense. 0 is before the first.
using Position = std::uint64_t;

inline constexpr Position kPositionMax = std::numeric_limits<Position>::max();

/// Microseconds since 1970-01-01T00:00:00Z, signed.
struct Timestamp {
  std::int64_t micros = 0;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;
inline constexpr Timestamp kTimestampMin{std::numeric_limits<std::int64_t>::min()};
inline constexpr Timestamp kTimestampMax{std::numeric_limits<std::int64_t>::max()};

/// A UUID in network byte order.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// A SHA-256 digest.
using Hash = std::array<std::uint8_t, 32>;

/// Event order: by the time of the fact, then by position.
struct EventKey {
  Timestamp created_at;
  Position position = 0;

  friend auto operator<=>(const EventKey&, const EventKey&) = default;
};

inline constexpr EventKey kEventKeyMin{kTimestampMin, 0};
inline constexpr EventKey kEventKeyMax{kTimestampMax, kPositionMax};

enum class Order : std::uint8_t { kAscending, kDescending };

/// An entity: its type and its id.
struct EntityRef {
  std::string entity_type;
  std::string entity_id;

  friend auto operator<=>(const EntityRef&, const EntityRef&) = default;
};

}  // namespace govlog
