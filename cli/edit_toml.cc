#include "cli/edit_toml.h"

#include "cli/jsonc_text.h"
#include "cli/toml_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace govlog {
namespace {

std::string render_toml_value(const ConfigField& field) {
  if (const auto* one = std::get_if<std::string>(&field.value)) return toml_quote(*one);
  std::string out = "[";
  for (const std::string& item : std::get<std::vector<std::string>>(field.value))
    out += (out.size() == 1 ? "" : ", ") + toml_quote(item);
  return out + ']';
}

std::string_view line_end_of(std::string_view text) { return text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n"; }

std::string append_table(std::string_view text, const ConfigEntry& entry) {
  const std::string_view line_end = line_end_of(text);
  std::string out(text);
  if (!out.empty() && !out.ends_with('\n')) out += line_end;
  if (!out.empty() && !out.ends_with("\n\n") && !out.ends_with("\n\r\n")) out += line_end;
  out += fmt::format("[{}.{}]{}", entry.section, entry.name, line_end);
  for (const ConfigField& field : entry.fields) out += fmt::format("{} = {}{}", field.key, render_toml_value(field), line_end);
  return out;
}

bool says(std::string_view value, const ConfigField& field) {
  if (const auto* one = std::get_if<std::string>(&field.value)) return toml_string(value) == *one;
  return toml_strings(value) == std::get<std::vector<std::string>>(field.value);
}

// Whether a pair under `table` says something of the entry without a table of its own.
bool says_elsewhere(std::vector<std::string> table, const TomlItem& pair, const std::vector<std::string>& wanted) {
  const std::size_t own = table.size();
  table.insert(table.end(), pair.path.begin(), pair.path.end());
  const std::size_t common = std::min(table.size(), wanted.size());
  return own < wanted.size() && std::equal(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(common), table.begin());
}

// Where the table of the entry is among items: its header, and its pairs.
struct Found {
  const TomlItem* header = nullptr;
  std::span<const TomlItem> pairs;
};

Result<Found> find_table(std::string_view text, const std::vector<TomlItem>& items, const std::vector<std::string>& wanted) {
  Found found;
  std::vector<std::string> table;
  for (std::size_t at = 0; at < items.size(); ++at) {
    const TomlItem& item = items[at];
    if (item.kind == TomlKind::kPair) {
      if (says_elsewhere(table, item, wanted))
        return text_error(text, item.begin,
                          fmt::format("{} is not written as a table [{}]", wanted[1], fmt::join(wanted, ".")));
      continue;
    }
    table = item.path;
    if (table != wanted) continue;
    if (found.header != nullptr || item.kind == TomlKind::kArrayTable)
      return text_error(text, item.begin, fmt::format("[{}] is there twice", fmt::join(wanted, ".")));
    std::size_t end = at + 1;
    while (end < items.size() && items[end].kind == TomlKind::kPair) ++end;
    found = {&item, std::span(items).subspan(at + 1, end - at - 1)};
  }
  return found;
}

std::string insert_pair(std::string_view text, std::size_t after, std::string_view indent, const ConfigField& field) {
  const std::size_t end = text.find('\n', after);
  const bool last = end == std::string_view::npos;
  const std::size_t at = last ? text.size() : end + 1;
  return fmt::format("{}{}{}{} = {}{}{}", text.substr(0, at), last ? line_end_of(text) : "", indent, field.key,
                     render_toml_value(field), line_end_of(text), text.substr(at));
}

// White space before `at` on its line.
std::string_view white_space_before(std::string_view text, std::size_t at) {
  const std::size_t begin = text.find_last_not_of(" \t", at == 0 ? 0 : at - 1);
  const std::size_t from = at == 0 ? 0 : begin == std::string_view::npos ? 0 : begin + 1;
  return text.substr(from, at - from);
}

// One step towards what `entry` says, or nothing where all is said.
Result<std::optional<std::string>> step(std::string_view text, const ConfigEntry& entry) {
  const std::vector<TomlItem> items = GOVLOG_TRY(parse_toml(text));
  const Found found = GOVLOG_TRY(find_table(text, items, {entry.section, entry.name}));
  if (found.header == nullptr) return std::optional(append_table(text, entry));
  const auto pair_of = [&](std::string_view key) {
    return std::find_if(found.pairs.begin(), found.pairs.end(),
                        [&](const TomlItem& pair) { return pair.path.size() == 1 && pair.path[0] == key; });
  };
  if (const auto url = pair_of("url"); url != found.pairs.end())
    return text_error(text, url->begin, fmt::format("{} is a server with a url; give --name for another", entry.name));
  const TomlItem& last = found.pairs.empty() ? *found.header : found.pairs.back();
  for (const ConfigField& field : entry.fields) {
    const auto pair = pair_of(field.key);
    if (pair == found.pairs.end())
      return std::optional(insert_pair(text, last.end, white_space_before(text, last.begin), field));
    if (says(text.substr(pair->value_begin, pair->end - pair->value_begin), field)) continue;
    return std::optional(
        fmt::format("{}{}{}", text.substr(0, pair->value_begin), render_toml_value(field), text.substr(pair->end)));
  }
  return std::optional<std::string>();
}

}  // namespace

Result<std::string> set_toml_entry(std::string_view text, const ConfigEntry& entry) {
  std::string edited(text);
  while (true) {
    std::optional<std::string> next = GOVLOG_TRY(step(edited, entry));
    if (!next) return edited;
    edited = *std::move(next);
  }
}

}  // namespace govlog
