#include "api/json_writer.h"

#include "api/arguments.h"
#include "codec/event_json.h"
#include "codec/json_text.h"
#include "codec/time.h"
#include "codec/uuid.h"

#include <fmt/format.h>

namespace govlog {

std::string& ObjectWriter::begin(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
  return out_;
}

void ObjectWriter::token(std::string_view name, std::string_view json) { begin(name) += json.empty() ? "null" : json; }

void ObjectWriter::text(std::string_view name, std::string_view utf8) { append_json_string(begin(name), utf8); }

void ObjectWriter::text(std::string_view name, const std::optional<std::string>& utf8) {
  if (utf8) return text(name, std::string_view(*utf8));
  token(name, "null");
}

void ObjectWriter::token_as_text(std::string_view name, std::string_view json) { append_as_text(begin(name), json); }

void ObjectWriter::number(std::string_view name, std::uint64_t value) { begin(name) += fmt::format_int(value).c_str(); }

void ObjectWriter::number(std::string_view name, const std::optional<std::uint64_t>& value) {
  if (value) return number(name, *value);
  token(name, "null");
}

void ObjectWriter::boolean(std::string_view name, bool value) { token(name, value ? "true" : "false"); }

void ObjectWriter::time(std::string_view name, Timestamp time) {
  std::string& out = begin(name);
  out += '"';
  append_time(out, time);
  out += '"';
}

void ObjectWriter::time(std::string_view name, const std::optional<Timestamp>& time) {
  if (time) return this->time(name, *time);
  token(name, "null");
}

void ObjectWriter::id(std::string_view name, const Uuid& id) {
  std::string& out = begin(name);
  out += '"';
  append_uuid(out, id);
  out += '"';
}

std::string as_utf8(const std::string& text) {
  if (count_code_points(text)) return text;
  std::string out;
  for (const char byte : text) {
    if (static_cast<unsigned char>(byte) < 0x80)
      out.push_back(byte);
    else
      out += "\xEF\xBF\xBD";
  }
  return out;
}

}  // namespace govlog
