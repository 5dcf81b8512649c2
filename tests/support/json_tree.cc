#include "tests/support/json_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace govlog::testing {
namespace {

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < text.size(); ++k)
      point = (point << 6U) | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    out.push_back(point);
    i += length;
  }
  return out;
}

std::vector<std::uint16_t> utf16(std::string_view text) {
  std::vector<std::uint16_t> out;
  for (const char32_t point : code_points(text)) {
    if (point < 0x10000) {
      out.push_back(static_cast<std::uint16_t>(point));
    } else {
      out.push_back(static_cast<std::uint16_t>(0xD800 + ((point - 0x10000) >> 10U)));
      out.push_back(static_cast<std::uint16_t>(0xDC00 + ((point - 0x10000) & 0x3FFU)));
    }
  }
  return out;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0 | (point >> 6U)), put(0x80 | (point & 0x3FU));
  } else if (point < 0x10000) {
    put(0xE0 | (point >> 12U)), put(0x80 | ((point >> 6U) & 0x3FU)), put(0x80 | (point & 0x3FU));
  } else {
    put(0xF0 | (point >> 18U)), put(0x80 | ((point >> 12U) & 0x3FU)), put(0x80 | ((point >> 6U) & 0x3FU)),
        put(0x80 | (point & 0x3FU));
  }
}

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void write(std::string& out, const Json& json, bool sorted) {
  switch (json.kind) {
    case Json::Kind::kNull:
      out += "null";
      return;
    case Json::Kind::kFalse:
      out += "false";
      return;
    case Json::Kind::kTrue:
      out += "true";
      return;
    case Json::Kind::kNumber:
      out += json.text;
      return;
    case Json::Kind::kString:
      write_string(out, json.text);
      return;
    case Json::Kind::kArray:
      out += '[';
      for (std::size_t i = 0; i < json.items.size(); ++i) {
        if (i > 0) out += ',';
        write(out, json.items[i], sorted);
      }
      out += ']';
      return;
    case Json::Kind::kObject:
      break;
  }
  std::vector<const Json::Member*> members;
  for (const Json::Member& member : json.members) members.push_back(&member);
  if (sorted)
    std::ranges::sort(members, [](const auto* left, const auto* right) { return utf16_less(left->first, right->first); });
  out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out += ',';
    write_string(out, members[i]->first);
    out += ':';
    write(out, members[i]->second, sorted);
  }
  out += '}';
}

/// Recursive descent over trusted-enough text: it finds what is no JSON, but is no judge of what RFC 8259 refuses in detail.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<Json> document() {
    Json json;
    if (!value(json)) return std::nullopt;
    space();
    if (at_ != text_.size()) return std::nullopt;
    return json;
  }

 private:
  void space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").contains(text_[at_])) ++at_;
  }
  bool take(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool value(Json& out) {
    space();
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    if (c == '{') return object(out);
    if (c == '[') return array(out);
    if (c == '"') {
      out.kind = Json::Kind::kString;
      return string(out.text);
    }
    if (take("null")) return out.kind = Json::Kind::kNull, true;
    if (take("true")) return out.kind = Json::Kind::kTrue, true;
    if (take("false")) return out.kind = Json::Kind::kFalse, true;
    const std::size_t end = std::min(text_.find_first_not_of("+-.eE0123456789", at_), text_.size());
    if (end == at_) return false;
    out.kind = Json::Kind::kNumber;
    out.text = text_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

  bool array(Json& out) {
    out.kind = Json::Kind::kArray;
    ++at_;
    space();
    if (take("]")) return true;
    do {
      if (!value(out.items.emplace_back())) return false;
      space();
    } while (take(","));
    return take("]");
  }

  bool object(Json& out) {
    out.kind = Json::Kind::kObject;
    ++at_;
    space();
    if (take("}")) return true;
    do {
      space();
      Json::Member& member = out.members.emplace_back();
      if (!string(member.first)) return false;
      space();
      if (!take(":") || !value(member.second)) return false;
      space();
    } while (take(","));
    return take("}");
  }

  bool string(std::string& out) {
    if (!take("\"")) return false;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return true;
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return false;
  }

  bool escape(std::string& out) {
    if (at_ >= text_.size()) return false;
    const char c = text_[at_++];
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    if (const std::size_t i = kLetters.find(c); i != std::string_view::npos) return out += kMeant[i], true;
    if (c != 'u') return false;
    std::uint32_t point = hex4();
    if (point >= 0xD800 && point < 0xDC00 && take("\\u")) point = 0x10000 + ((point - 0xD800) << 10U) + (hex4() - 0xDC00);
    append_utf8(out, point);
    return true;
  }

  std::uint32_t hex4() {
    const std::string digits(text_.substr(at_, 4));
    at_ = std::min(at_ + 4, text_.size());
    return static_cast<std::uint32_t>(std::strtoul(digits.c_str(), nullptr, 16));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Json Json::boolean(bool value) { return of(value ? Kind::kTrue : Kind::kFalse); }

Json Json::number(std::string token) {
  Json json = of(Kind::kNumber);
  json.text = std::move(token);
  return json;
}

Json Json::string(std::string_view value) {
  Json json = of(Kind::kString);
  json.text = value;
  return json;
}

const Json* Json::find(std::string_view name) const {
  for (const Member& member : members) {
    if (member.first == name) return &member.second;
  }
  return nullptr;
}

Json* Json::find(std::string_view name) { return const_cast<Json*>(std::as_const(*this).find(name)); }

void Json::set(std::string_view name, Json value) {
  if (Json* member = find(name)) {
    *member = std::move(value);
  } else {
    members.emplace_back(name, std::move(value));
  }
}

void Json::erase(std::string_view name) {
  std::erase_if(members, [&](const Member& member) { return member.first == name; });
}

std::string Json::canonical() const {
  std::string out;
  write(out, *this, true);
  return out;
}

std::string Json::plain() const {
  std::string out;
  write(out, *this, false);
  return out;
}

std::optional<Json> parse_json(std::string_view text) { return Parser(text).document(); }

bool utf16_less(std::string_view left, std::string_view right) {
  const bool ascii = std::ranges::all_of(left, [](char c) { return static_cast<unsigned char>(c) < 0x80; }) &&
                     std::ranges::all_of(right, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  return ascii ? left < right : utf16(left) < utf16(right);
}

}  // namespace govlog::testing
