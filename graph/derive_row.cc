// EntityFold as bytes: what was folded is kept with the entity, so that its next event is folded without those before it.
//
//   a node      name, change request, count of ids and each, count of superseded_by and each
//   a trace     from, to, relation u8, removed u8
//   a diagram   its last version's id
//
// A text is its length plus one as a varint and its bytes; 0 is none. docs/storage.md, "Entities".

#include "codec/keys.h"
#include "graph/derive.h"

namespace govlog {

namespace {

void append_texts(std::string& out, const std::vector<std::string>& texts) {
  append_varint(out, texts.size());
  for (const std::string& text : texts) append_text(out, text);
}

bool take_texts(std::string_view& bytes, std::vector<std::string>& texts) {
  const auto count = take_varint(bytes);
  if (!count || *count > bytes.size()) return false;
  texts.clear();
  for (std::uint64_t i = 0; i < *count; ++i) {
    std::optional<std::string> text;
    if (!take_text(bytes, text) || !text) return false;
    texts.push_back(*std::move(text));
  }
  return true;
}

std::optional<std::uint8_t> take_byte(std::string_view& bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto byte = static_cast<std::uint8_t>(bytes.front());
  bytes.remove_prefix(1);
  return byte;
}

}  // namespace

std::string EntityFold::encode() const {
  std::string out;
  if (kind_ == Kind::kNode) {
    append_text(out, members_.name);
    append_text(out, members_.change_request);
    append_texts(out, members_.ids);
    append_texts(out, members_.superseded_by);
  } else if (kind_ == Kind::kTrace) {
    append_text(out, members_.from);
    append_text(out, members_.to);
    out.push_back(static_cast<char>(members_.link));
    out.push_back(members_.removed ? '\1' : '\0');
  } else if (kind_ == Kind::kDiagram) {
    append_text(out, last_version_ ? std::optional(last_version_->id) : std::nullopt);
  }
  return out;
}

bool EntityFold::decode(std::string_view bytes) {
  if (kind_ == Kind::kNode) {
    if (!take_text(bytes, members_.name) || !take_text(bytes, members_.change_request)) return false;
    if (!take_texts(bytes, members_.ids) || !take_texts(bytes, members_.superseded_by)) return false;
  } else if (kind_ == Kind::kTrace) {
    if (!take_text(bytes, members_.from) || !take_text(bytes, members_.to)) return false;
    const auto link = take_byte(bytes);
    const auto removed = take_byte(bytes);
    if (!link || *link >= kRelationCount || !removed || *removed > 1) return false;
    members_.link = static_cast<Relation>(*link);
    members_.removed = *removed == 1;
  } else if (kind_ == Kind::kDiagram) {
    std::optional<std::string> id;
    if (!take_text(bytes, id)) return false;
    if (id) last_version_ = NodeRef{Label::kDiagramVersion, *std::move(id)};
  }
  if (!bytes.empty()) return false;
  if (kind_ == Kind::kNode || kind_ == Kind::kTrace) edges_ = edges();
  return true;
}

}  // namespace govlog
