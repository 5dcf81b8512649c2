#include "engine/coverage_rows.h"

#include "codec/keys.h"

#include <algorithm>

namespace govlog {

namespace {

constexpr std::uint8_t kHeadInRow = 0;
constexpr std::uint8_t kHeadTooLarge = 1;

/// Any text, so that keys sort as texts do and none begins another: 00 is 00 FF, the end 00 00. Null, which stands last, is FF.
void append_text_key(std::string& out, const std::optional<std::string_view>& text) {
  if (!text) {
    out.push_back('\xFF');
    return;
  }
  for (const char c : *text) {
    out.push_back(c);
    if (c == '\0') out.push_back('\xFF');
  }
  out.append(2, '\0');
}

bool take_text_key(std::string_view& bytes, std::optional<std::string>& text) {
  text.reset();
  if (bytes.starts_with('\xFF')) {
    bytes.remove_prefix(1);
    return true;
  }
  std::string out;
  while (bytes.size() >= 2) {
    const char c = bytes[0];
    if (c != '\0') {
      out.push_back(c);
      bytes.remove_prefix(1);
      continue;
    }
    const char next = bytes[1];
    bytes.remove_prefix(2);
    if (next == '\0') {
      text = std::move(out);
      return true;
    }
    if (next != '\xFF') return false;
    out.push_back('\0');
  }
  return false;
}

std::int64_t floor_divide(std::int64_t value, std::int64_t by) { return value >= 0 ? value / by : -((-value + by - 1) / by); }

std::string key_of_layer(std::string_view tag, const Layer& layer) {
  std::string key(tag);
  append_text_key(key, layer);
  return key;
}

/// (is null, text): null stands last.
bool layer_before(const Layer& a, const Layer& b) { return std::pair(!a, a) < std::pair(!b, b); }

}  // namespace

std::int64_t coverage_span(std::uint8_t level, Timestamp time) {
  if (level == 0) return time.micros;
  constexpr std::array<std::int64_t, kCoverageLevels> kHours{0, 1, 24, 24 * 32, 24 * 1024};
  return floor_divide(floor_divide(time.micros - 1, kMicrosPerHour), kHours[level]);
}

std::string coverage_key_prefix(const Layer& layer, std::uint8_t level) {
  std::string key = key_of_layer(kCoverageTag, layer);
  key.push_back(static_cast<char>(level));
  return key;
}

std::string coverage_key(const Layer& layer, std::uint8_t level, std::int64_t span) {
  std::string key = coverage_key_prefix(layer, level);
  append_time_key(key, {span});
  return key;
}

std::optional<CoverageKey> decode_coverage_key(std::string_view bytes) {
  CoverageKey key;
  if (!bytes.starts_with(kCoverageTag)) return std::nullopt;
  bytes.remove_prefix(1);
  if (!take_text_key(bytes, key.layer) || bytes.size() != 9) return std::nullopt;
  key.level = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  key.span = take_time_key(bytes)->micros;
  if (key.level >= kCoverageLevels) return std::nullopt;
  return key;
}

std::string after_layer_key(std::string_view tag, const Layer& layer) { return key_of_layer(tag, layer) + '\xFF'; }

std::string encode_coverage_sum(const CoverageSum& sum) {
  std::string out;
  append_zigzag(out, sum.total);
  append_zigzag(out, sum.traced);
  return out;
}

std::optional<CoverageSum> decode_coverage_sum(std::string_view bytes) {
  const auto total = take_zigzag(bytes);
  const auto traced = take_zigzag(bytes);
  if (!total || !traced || !bytes.empty()) return std::nullopt;
  return CoverageSum{*total, *traced};
}

std::string totals_key(const Layer& layer) { return key_of_layer(kTotalsTag, layer); }

std::optional<Layer> decode_totals_key(std::string_view bytes) {
  Layer layer;
  if (!bytes.starts_with(kTotalsTag)) return std::nullopt;
  bytes.remove_prefix(1);
  if (!take_text_key(bytes, layer) || !bytes.empty()) return std::nullopt;
  return layer;
}

std::string orphan_key_prefix(const Layer& layer) { return key_of_layer(kOrphanTag, layer); }

std::string orphan_key(const Layer& layer, std::string_view element) {
  std::string key = orphan_key_prefix(layer);
  append_text_key(key, element);
  return key;
}

std::string encode_orphan_value(const OrphanRow& row) {
  std::string out;
  append_text(out, row.name);
  append_text(out, row.type);
  return out;
}

std::optional<OrphanRow> decode_orphan_row(std::string_view key, std::string_view value) {
  OrphanRow row;
  std::optional<std::string> element;
  if (!key.starts_with(kOrphanTag)) return std::nullopt;
  key.remove_prefix(1);
  if (!take_text_key(key, row.layer) || !take_text_key(key, element) || !element || !key.empty()) return std::nullopt;
  row.element = *std::move(element);
  if (!take_text(value, row.name) || !take_text(value, row.type) || !value.empty()) return std::nullopt;
  return row;
}

bool stands_before(const ElementHead::Declared& a, const ElementHead::Declared& b) {
  if (a.since != b.since) return a.since < b.since;
  if (a.listed_again != b.listed_again) return !a.listed_again;
  return layer_before(a.layer, b.layer);
}

std::vector<Layer> ElementHead::layers() const {
  std::vector<Layer> out;
  for (const Declared& one : declared) out.push_back(one.layer);
  std::sort(out.begin(), out.end(), layer_before);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<OrphanRow> ElementHead::orphans(std::string_view element) const {
  std::vector<OrphanRow> out;
  if (links > 0) return out;
  const Declared* latest = nullptr;
  for (const Declared& one : declared) {
    if (!one.listed_again && (latest == nullptr || latest->since < one.since)) latest = &one;
  }
  for (Layer& layer : layers()) {
    out.push_back({std::move(layer), std::string(element), latest == nullptr ? std::nullopt : latest->name,
                   latest == nullptr ? std::nullopt : latest->type});
  }
  return out;
}

std::string element_key(std::string_view element) { return std::string(1, '\x05').append(element); }

std::string encode_element_head(const ElementHead& head) {
  std::string out(1, static_cast<char>(kHeadInRow));
  append_event_key(out, head.last);
  append_varint(out, head.links);
  append_varint(out, head.declared.size());
  for (const ElementHead::Declared& one : head.declared) {
    append_event_key(out, one.since);
    out.push_back(one.listed_again ? '\1' : '\0');
    append_text(out, one.layer);
    append_text(out, one.name);
    append_text(out, one.type);
    if (out.size() > kElementHeadBytesMax) return std::string(1, static_cast<char>(kHeadTooLarge));
  }
  return out;
}

std::optional<ElementHead> decode_element_head(std::string_view bytes, bool& too_large) {
  too_large = bytes == std::string_view("\x01", 1);
  ElementHead head;
  if (too_large) return head;
  if (bytes.empty() || static_cast<std::uint8_t>(bytes.front()) != kHeadInRow) return std::nullopt;
  bytes.remove_prefix(1);
  const auto last = take_event_key(bytes);
  const auto links = take_varint(bytes);
  const auto count = take_varint(bytes);
  if (!last || !links || !count || *count > bytes.size()) return std::nullopt;
  head.last = *last;
  head.links = *links;
  for (std::uint64_t i = 0; i < *count; ++i) {
    ElementHead::Declared one;
    const auto since = take_event_key(bytes);
    if (!since || bytes.empty() || static_cast<std::uint8_t>(bytes.front()) > 1) return std::nullopt;
    one.since = *since;
    one.listed_again = bytes.front() == '\1';
    bytes.remove_prefix(1);
    if (!take_text(bytes, one.layer) || !take_text(bytes, one.name) || !take_text(bytes, one.type)) return std::nullopt;
    head.declared.push_back(std::move(one));
  }
  return bytes.empty() ? std::optional(std::move(head)) : std::nullopt;
}

}  // namespace govlog
