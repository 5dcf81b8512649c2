#include "engine/row_names.h"

#include "codec/keys.h"
#include "codec/time.h"
#include "codec/uuid.h"
#include "engine/analytics_rows.h"
#include "engine/coverage_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

std::string text_of(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7F ? fmt::format("\\{:02x}", byte) : std::string(1, c);
  }
  return out;
}

/// For keys that do not decode.
std::string bytes_of(std::string_view key) {
  std::string out = "the key ";
  for (const char c : key) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string layer_of(const Layer& layer) { return layer ? text_of(*layer) : "null"; }

std::string term_name(std::string_view key) {
  constexpr std::string_view kBlock = "\x01";
  constexpr std::string_view kForward = "\x03";
  if (const auto position = row_position(Family::kTerms, key); position && key.starts_with(kForward))
    return fmt::format("terms of the event at position {}", *position);
  constexpr std::string_view kColumn = "\x04";
  const auto segment = decode_segment(key.starts_with(kColumn) ? key.substr(0, 5) : key);
  if (!segment) return bytes_of(key);
  if (!key.starts_with(kBlock)) return fmt::format("segment {}, row {:02x}", *segment, key.front());
  return fmt::format("segment {}, term {}", *segment,
                     text_of(key.substr(1, key.size() - std::min<std::size_t>(key.size(), 7))));
}

std::string coverage_name(std::string_view key) {
  if (const auto totals = decode_totals_key(key)) return fmt::format("totals of layer {}", layer_of(*totals));
  if (const auto sum = decode_coverage_key(key))
    return fmt::format("coverage of layer {}, level {}, span {}", layer_of(sum->layer), sum->level, sum->span);
  if (const auto orphan = decode_orphan_row(key, std::string_view("\0\0", 2)))
    return fmt::format("orphan {} of layer {}", text_of(orphan->element), layer_of(orphan->layer));
  return bytes_of(key);
}

std::string analytics_name(std::string_view key) {
  std::string_view time = key.substr(std::min<std::size_t>(key.size(), 2));
  const auto start = take_time_key(time);
  if (!start || !time.empty()) return bytes_of(key);
  return fmt::format("analytics of the {} from {}", key[1] == static_cast<char>(AnalyticsUnit::kWeek) ? "week" : "hour",
                     format_time(*start));
}

std::string view_name(std::string_view key) {
  if (const auto entity = decode_head_key(key))
    return fmt::format("head of {}/{}", text_of(entity->entity_type), text_of(entity->entity_id));
  if (is_graph_piece_key(key)) return "the graph's checkpoint";
  switch (key.empty() ? '\0' : key.front()) {
    case 3:
      return fmt::format("counter {}", text_of(key.substr(1)));
    case 4:
      return analytics_name(key);
    case 5:
      return fmt::format("element {}", text_of(key.substr(1)));
    default:
      return coverage_name(key);
  }
}

std::string event_name(std::string_view key) {
  const auto at = decode_entity_key_tail(key);
  if (!at) return bytes_of(key);
  std::string entity = text_of(key.substr(0, key.size() - 17));
  if (const std::size_t split = entity.find("\\00"); split != std::string::npos) entity.replace(split, 3, "/");
  return fmt::format("{} at {}, position {}", entity, format_time(at->created_at), at->position);
}

}  // namespace

std::optional<Position> row_position(Family family, std::string_view key) {
  if (key == kFamilyHeadKey) return std::nullopt;
  if (family == Family::kPositions) return decode_position_key(key);
  if (family == Family::kTerms && key.starts_with('\x03')) return decode_position_key(key.substr(1));
  if (family == Family::kEntities || family == Family::kStates) {
    const auto at = decode_entity_key_tail(key);
    return at && key.size() > 16 ? std::optional(at->position) : std::nullopt;
  }
  return std::nullopt;
}

std::string row_name(Family family, std::string_view key) {
  if (key == kFamilyHeadKey) return "the family's head";
  switch (family) {
    case Family::kPositions: {
      const auto position = decode_position_key(key);
      return position ? fmt::format("position {}", *position) : bytes_of(key);
    }
    case Family::kIds: {
      Uuid id;
      if (key.size() != id.bytes.size()) return bytes_of(key);
      std::copy(key.begin(), key.end(), id.bytes.begin());
      return format_uuid(id);
    }
    case Family::kEntities:
    case Family::kStates:
      return key.size() > 16 ? event_name(key) : bytes_of(key);
    case Family::kTerms:
      return term_name(key);
    case Family::kViews:
      return view_name(key);
    case Family::kTiles: {
      std::string_view rest = key.substr(std::min<std::size_t>(key.size(), 1));
      const auto index = take_big_endian_64(rest);
      return index ? fmt::format("level {}, index {}", static_cast<unsigned>(key.front()), *index) : bytes_of(key);
    }
    case Family::kEvents:
    case Family::kMeta:
      break;
  }
  return bytes_of(key);
}

}  // namespace govlog
