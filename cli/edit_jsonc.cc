#include "cli/edit_jsonc.h"

#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {
namespace {

// How the file is laid out: what one level of indentation is, and how lines end.
struct Layout {
  std::string unit = "  ";
  std::string_view line_end = "\n";
};

// White space that the line of `at` begins with.
std::string_view indentation(std::string_view text, std::size_t at) {
  const std::size_t end_before = text.substr(0, at).rfind('\n');
  const std::string_view line = text.substr(end_before == std::string_view::npos ? 0 : end_before + 1);
  return line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
}

// Whether nothing but white space stands before `at` on its line, which is not the first.
bool begins_line(std::string_view text, std::size_t at) {
  const std::size_t end_before = text.substr(0, at).rfind('\n');
  return end_before != std::string_view::npos &&
         text.substr(end_before + 1, at - end_before - 1).find_first_not_of(" \t") == std::string_view::npos;
}

Layout layout_of(std::string_view text, const JsoncValue& root) {
  Layout layout;
  if (text.find("\r\n") != std::string_view::npos) layout.line_end = "\r\n";
  if (!root.members.empty() && begins_line(text, root.members.front().begin)) {
    const std::string_view unit = indentation(text, root.members.front().begin);
    if (!unit.empty()) layout.unit = unit;
  }
  return layout;
}

std::string render_json_value(const ConfigField& field) {
  if (const auto* one = std::get_if<std::string>(&field.value)) return json_quote(*one);
  std::string out = "[";
  for (const std::string& item : std::get<std::vector<std::string>>(field.value))
    out += (out.size() == 1 ? "" : ", ") + json_quote(item);
  return out + ']';
}

// A member as its parts, which are joined according to where it goes: on one line, or each part on a line of its own.
std::string render_fields(const std::vector<ConfigField>& fields, const Layout& layout, std::string_view indent) {
  std::string out = "{";
  for (const ConfigField& field : fields) {
    out += fmt::format("{}{}{}{}{}: {}", out.size() == 1 ? "" : ",", layout.line_end, indent, layout.unit,
                       json_quote(field.key), render_json_value(field));
  }
  return out + fmt::format("{}{}}}", layout.line_end, indent);
}

std::string render_fields_on_one_line(const std::vector<ConfigField>& fields) {
  std::string out = "{";
  for (const ConfigField& field : fields)
    out += fmt::format("{}{}: {}", out.size() == 1 ? "" : ", ", json_quote(field.key), render_json_value(field));
  return out + '}';
}

// What a new member holds: one value, or the entry's fields, or a section that holds the entry.
struct NewMember {
  std::string key;
  const ConfigField* field = nullptr;
  const ConfigEntry* entry = nullptr;
  bool section = false;

  std::string on_one_line() const {
    const std::string name = json_quote(key) + ": ";
    if (field != nullptr) return name + render_json_value(*field);
    const std::string fields = render_fields_on_one_line(entry->fields);
    return name + (section ? fmt::format("{{{}: {}}}", json_quote(entry->name), fields) : fields);
  }

  std::string on_lines(const Layout& layout, const std::string& indent) const {
    const std::string name = json_quote(key) + ": ";
    if (field != nullptr) return name + render_json_value(*field);
    if (!section) return name + render_fields(entry->fields, layout, indent);
    const std::string deeper = indent + layout.unit;
    return name + fmt::format("{{{}{}{}: {}{}{}}}", layout.line_end, deeper, json_quote(entry->name),
                              render_fields(entry->fields, layout, deeper), layout.line_end, indent);
  }
};

// The end of the comments that follow `at` on its line.
std::size_t after_comments_of_line(std::string_view text, std::size_t at) {
  for (std::size_t end = at;;) {
    const std::size_t next = std::min(text.find_first_not_of(" \t", end), text.size());
    const std::string_view rest = text.substr(next);
    if (rest.starts_with("//")) return next + std::min(rest.find_first_of("\r\n"), rest.size());
    if (!rest.starts_with("/*")) return end;
    const std::size_t length = rest.find("*/", 2) + 2;
    if (rest.substr(0, length).find('\n') != std::string_view::npos) return end;
    end = next + length;
  }
}

std::string insert_into_empty(std::string_view text, const JsoncValue& object, const NewMember& member, const Layout& layout) {
  const std::string base(indentation(text, object.begin));
  const std::string indent = base + layout.unit;
  const std::size_t close = object.end - 1;
  const std::size_t at = text.substr(0, close).find_last_not_of(" \t\r\n") + 1;  // after the brace, or after comments
  const std::string_view space = text.substr(at, close - at);
  const bool close_begins_line = space.find('\n') != std::string_view::npos;
  std::string out(text.substr(0, at));
  out += fmt::format("{}{}{}", layout.line_end, indent, member.on_lines(layout, indent));
  out += close_begins_line ? std::string(space) : fmt::format("{}{}", layout.line_end, base);
  return out + std::string(text.substr(close));
}

// Behind the last member of `object`, in its manner.
std::string insert(std::string_view text, const JsoncValue& object, const NewMember& member, const Layout& layout) {
  if (object.members.empty()) return insert_into_empty(text, object, member, layout);
  const JsoncMember& last = object.members.back();
  const bool lines = begins_line(text, last.begin);
  const std::size_t comma = object.trailing_comma ? last.comma_end : last.value.end;
  const std::size_t at = after_comments_of_line(text, comma);
  std::string out(text.substr(0, comma));
  if (!object.trailing_comma) out += ',';
  out += text.substr(comma, at - comma);
  const std::string indent(indentation(text, last.begin));
  out += lines ? fmt::format("{}{}{}", layout.line_end, indent, member.on_lines(layout, indent)) : ' ' + member.on_one_line();
  if (object.trailing_comma) out += ',';
  return out + std::string(text.substr(at));
}

std::string replace(std::string_view text, const JsoncValue& value, std::string_view with) {
  std::string out(text.substr(0, value.begin));
  out += with;
  return out + std::string(text.substr(value.end));
}

bool says(const JsoncValue& value, const ConfigField& field) {
  if (const auto* one = std::get_if<std::string>(&field.value)) return value.kind == JsoncKind::kString && value.text == *one;
  const auto& items = std::get<std::vector<std::string>>(field.value);
  return value.kind == JsoncKind::kArray && std::equal(items.begin(), items.end(), value.members.begin(), value.members.end(),
                                                       [](const std::string& a, const JsoncMember& b) {
                                                         return b.value.kind == JsoncKind::kString && a == b.value.text;
                                                       });
}

// One step towards what `entry` says, or nothing where all is said.
Result<std::optional<std::string>> step(std::string_view text, const ConfigEntry& entry, JsoncComments comments) {
  const JsoncValue root = GOVLOG_TRY(parse_jsonc(text, comments));
  if (root.kind != JsoncKind::kObject) return text_error(text, root.begin, "expected '{', as settings have it");
  const Layout layout = layout_of(text, root);
  const JsoncValue* section = root.member(entry.section);
  if (section == nullptr) return std::optional(insert(text, root, {entry.section, nullptr, &entry, true}, layout));
  if (section->kind != JsoncKind::kObject)
    return text_error(text, section->begin, fmt::format("\"{}\" is no object", entry.section));
  const JsoncValue* server = section->member(entry.name);
  if (server == nullptr) return std::optional(insert(text, *section, {entry.name, nullptr, &entry, false}, layout));
  if (server->kind != JsoncKind::kObject)
    return text_error(text, server->begin, fmt::format("\"{}\" is no object", entry.name));
  if (server->member("url") != nullptr)
    return text_error(text, server->begin, fmt::format("\"{}\" is a server with a url; give --name for another", entry.name));
  for (const ConfigField& field : entry.fields) {
    const JsoncValue* value = server->member(field.key);
    if (value == nullptr) return std::optional(insert(text, *server, {field.key, &field, nullptr, false}, layout));
    if (!says(*value, field)) return std::optional(replace(text, *value, render_json_value(field)));
  }
  return std::optional<std::string>();
}

}  // namespace

Result<std::string> set_jsonc_entry(std::string_view text, const ConfigEntry& entry, JsoncComments comments) {
  std::string edited(text);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) edited = "{}\n";
  while (true) {
    std::optional<std::string> next = GOVLOG_TRY(step(edited, entry, comments));
    if (!next) return edited;
    edited = *std::move(next);
  }
}

}  // namespace govlog
