#include "api/render_proof.h"

#include "api/json_writer.h"
#include "codec/hash.h"

namespace govlog {
namespace {

void append_path(ObjectWriter& object, const std::vector<Hash>& path) {
  append_array(object.begin("path"), path, [](std::string& out, const Hash& hash) {
    out += '"';
    out += format_hash(hash);
    out += '"';
  });
}

void append_hash(ObjectWriter& object, std::string_view name, const Hash& hash) {
  object.text(name, std::string_view(format_hash(hash)));
}

}  // namespace

std::string render_root(const TreeRoot& root, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.number("size", root.size);
  append_hash(object, "root", root.root);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_inclusion_proof(const InclusionProof& proof, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.number("position", proof.position);
  object.number("size", proof.size);
  append_hash(object, "leaf", proof.leaf);
  append_path(object, proof.path);
  append_hash(object, "root", proof.root);
  object.number("log_position", log_position);
  object.close();
  return out;
}

std::string render_consistency_proof(const ConsistencyProof& proof, Position log_position) {
  std::string out;
  ObjectWriter object(out);
  object.number("from", proof.from);
  object.number("to", proof.to);
  append_hash(object, "from_root", proof.from_root);
  append_hash(object, "to_root", proof.to_root);
  append_path(object, proof.path);
  object.number("log_position", log_position);
  object.close();
  return out;
}

}  // namespace govlog
