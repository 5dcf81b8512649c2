#include "api/picture.h"

#include "api/json_writer.h"
#include "codec/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace govlog {

namespace {

/// An edge by the numbers of its ends in Picture::nodes.
struct DrawnEdge {
  std::size_t from;
  std::size_t to;
  Relation relation;
};

std::vector<DrawnEdge> drawn_edges(const Picture& picture) {
  std::map<NodeRef, std::size_t> numbers;
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) numbers.emplace(picture.nodes[i].ref, i);
  std::vector<DrawnEdge> out;
  for (const EdgeView& edge : picture.edges) {
    const auto from = numbers.find(edge.from);
    const auto to = numbers.find(edge.to);
    if (from != numbers.end() && to != numbers.end()) out.push_back({from->second, to->second, edge.relation});
  }
  return out;
}

/// Control characters as spaces; and U+FFFE and U+FFFF, which are UTF-8 and no XML (and so no SVG), as U+FFFD.
std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, ' ');
  for (const std::string_view bad : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at = out.find(bad); at != std::string::npos; at = out.find(bad, at)) out.replace(at, 3, "\xEF\xBF\xBD");
  }
  return out;
}

/// Every byte for which `special` gives a text is replaced by it.
template <typename Special>
std::string escaped(std::string_view text, Special special) {
  std::string out;
  for (const char c : printable(text)) {
    const std::string replacement = special(c);
    if (replacement.empty())
      out += c;
    else
      out += replacement;
  }
  return out;
}

/// Where a text goes on with `ahead`, its first `size` bytes are written so.
struct Rewrite {
  std::string_view ahead;
  std::size_t size;
  std::string_view written;
};

/// What Mermaid 11 finds before it knows that it is in a string, or after its escapes are gone; #8203; is a space of no width.
constexpr std::array<Rewrite, 6> kMermaidRewrites{{
    {"direction", 1, "#100;"},                          // `direction LR` anywhere makes the whole line a direction
    {"$$", 1, "#36;#8203;"},                            // a formula
    {"\\n", 1, "#92;#8203;"},                           // a new line
    {":fa-", 1, "#58;#8203;"},                          // an icon
    {"\xEF\xAC\x82\xC2\xB0", 3, "\xEF\xAC\x82#8203;"},  // the marks of an escape inside Mermaid: U+FB02 and a degree sign
    {"\xC2\xB6\xC3\x9F", 2, "\xC2\xB6#8203;"},          // a pilcrow and a sharp s
}};

/// The first character by number, and its size.
std::pair<std::string, std::size_t> by_number(std::string_view text) {
  const auto byte = [text](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(text[i])}; };
  const std::size_t size = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : byte(0) >= 0xC0 ? 2 : 1;
  std::uint32_t point = size == 1 ? byte(0) : byte(0) & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) point = (point << 6U) | (byte(i) & 0x3FU);
  return {fmt::format("#{};", point), size};
}

/// Mermaid knows characters by number, `#34;`; what means something to it, or to the page that it makes, is written so.
std::string mermaid_text(std::string_view text) {
  const std::string shown = printable(text);
  std::string out;
  for (std::string_view rest = shown; !rest.empty();) {
    const auto* rewrite = std::find_if(kMermaidRewrites.begin(), kMermaidRewrites.end(),
                                       [rest](const Rewrite& each) { return rest.starts_with(each.ahead); });
    const bool plain = std::string_view("\"#;:<>&`\\{}|%*~^$").find(rest[0]) == std::string_view::npos;
    // White space that a text begins with is cut off; where nothing is left, the node's number would be shown.
    const bool first_blank = out.empty() && (rest[0] == ' ' || rest >= "\xC2\xA0");
    std::size_t size = 1;
    if (rewrite != kMermaidRewrites.end()) {
      out += rewrite->written;
      size = rewrite->size;
    } else if (plain && !first_blank) {
      out += rest[0];
    } else {
      const auto [number, bytes] = by_number(rest);
      out += number;
      size = bytes;
    }
    rest.remove_prefix(size);
  }
  return out;
}

/// Graphviz takes HTML's entities even in plain strings.
std::string dot_text(std::string_view text) {
  return escaped(text, [](char c) -> std::string {
    if (c == '&') return "&amp;";
    return c == '"' || c == '\\' ? std::string{'\\', c} : std::string();
  });
}

std::string xml_text(std::string_view text) {
  return escaped(text, [](char c) -> std::string {
    switch (c) {
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '&':
        return "&amp;";
      case '"':
        return "&quot;";
      default:
        return "";
    }
  });
}

/// What stands in a node, in one or two lines.
std::vector<std::string> lines_of(const NodeView& node) {
  std::vector<std::string> lines;
  lines.push_back(node.ref.label == Label::kElement ? node.ref.id
                                                    : fmt::format("{} {}", label_name(node.ref.label), node.ref.id));
  if (node.name && *node.name != node.ref.id) lines.push_back(*node.name);
  if (node.layer) lines.back() += fmt::format(" [{}]", *node.layer);
  return lines;
}

std::string head_line(std::string_view title, const Picture& picture) {
  return fmt::format("{}, as of {}, log position {}", title, format_time(picture.at), picture.log_position);
}

std::string draw_mermaid(const Picture& picture) {
  std::string out = fmt::format("%% {}\nflowchart LR\n", head_line(mermaid_text(picture.title), picture));
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
    std::string text;
    for (const std::string& line : lines_of(picture.nodes[i])) text += (text.empty() ? "" : "<br/>") + mermaid_text(line);
    if (text.empty()) text = "#8203;";  // an id may be, a string may not
    out += fmt::format("  n{}[\"{}\"]\n", i, text);
  }
  for (const DrawnEdge& edge : drawn_edges(picture)) {
    out += fmt::format("  n{} -->|{}| n{}\n", edge.from, relation_name(edge.relation), edge.to);
  }
  if (!picture.nodes.empty()) out += "  style n0 stroke-width:4px\n";
  return out;
}

std::string draw_dot(const Picture& picture) {
  std::string out = fmt::format("// {}\ndigraph impact {{\n  rankdir=LR;\n  node [shape=box];\n",
                                head_line(printable(picture.title), picture));
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
    std::string text;
    for (const std::string& line : lines_of(picture.nodes[i])) text += (text.empty() ? "" : "\\n") + dot_text(line);
    out += fmt::format("  n{} [label=\"{}\"{}];\n", i, text, i == 0 ? ", penwidth=3" : "");
  }
  for (const DrawnEdge& edge : drawn_edges(picture)) {
    out += fmt::format("  n{} -> n{} [label=\"{}\"];\n", edge.from, edge.to, relation_name(edge.relation));
  }
  return out + "}\n";
}

std::string draw_graphml(const Picture& picture) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
  <key id="title" for="graph" attr.name="title" attr.type="string"/>
  <key id="label" for="node" attr.name="label" attr.type="string"/>
  <key id="id" for="node" attr.name="id" attr.type="string"/>
  <key id="name" for="node" attr.name="name" attr.type="string"/>
  <key id="layer" for="node" attr.name="layer" attr.type="string"/>
  <key id="declared" for="node" attr.name="declared" attr.type="boolean"/>
  <key id="relation" for="edge" attr.name="relation" attr.type="string"/>
  <graph id="impact" edgedefault="directed">
)";
  out += fmt::format("    <data key=\"title\">{}</data>\n", head_line(xml_text(picture.title), picture));
  const auto data = [&out](std::string_view key, std::string_view text) {
    out += fmt::format("<data key=\"{}\">{}</data>", key, xml_text(text));
  };
  for (std::size_t i = 0; i < picture.nodes.size(); ++i) {
    const NodeView& node = picture.nodes[i];
    out += fmt::format("    <node id=\"n{}\">", i);
    data("label", label_name(node.ref.label));
    data("id", node.ref.id);
    if (node.name) data("name", *node.name);
    if (node.layer) data("layer", *node.layer);
    data("declared", node.declared ? "true" : "false");
    out += "</node>\n";
  }
  for (const DrawnEdge& edge : drawn_edges(picture)) {
    out += fmt::format("    <edge source=\"n{}\" target=\"n{}\">", edge.from, edge.to);
    data("relation", relation_name(edge.relation));
    out += "</edge>\n";
  }
  return out + "  </graph>\n</graphml>\n";
}

std::string draw_cytoscape(const Picture& picture) {
  std::string out;
  ObjectWriter object(out);
  ObjectWriter about(object.begin("data"));
  about.text("title", std::string_view(picture.title));
  about.time("at", picture.at);
  about.number("log_position", picture.log_position);
  about.close();
  ObjectWriter elements(object.begin("elements"));
  std::size_t number = 0;
  append_array(elements.begin("nodes"), picture.nodes, [&number](std::string& text, const NodeView& node) {
    ObjectWriter item(text);
    ObjectWriter data(item.begin("data"));
    data.text("id", std::string_view(fmt::format("n{}", number++)));
    data.text("label", label_name(node.ref.label));
    data.text("node_id", std::string_view(node.ref.id));
    data.text("name", node.name);
    data.text("layer", node.layer);
    data.boolean("declared", node.declared);
    data.close();
    item.close();
  });
  number = 0;
  append_array(elements.begin("edges"), drawn_edges(picture), [&number](std::string& text, const DrawnEdge& edge) {
    ObjectWriter item(text);
    ObjectWriter data(item.begin("data"));
    data.text("id", std::string_view(fmt::format("e{}", number++)));
    data.text("source", std::string_view(fmt::format("n{}", edge.from)));
    data.text("target", std::string_view(fmt::format("n{}", edge.to)));
    data.text("relation", relation_name(edge.relation));
    data.close();
    item.close();
  });
  elements.close();
  object.close();
  return out + '\n';
}

}  // namespace

std::optional<PictureFormat> find_picture_format(std::string_view name) {
  if (name == "mermaid") return PictureFormat::kMermaid;
  if (name == "dot") return PictureFormat::kDot;
  if (name == "graphml") return PictureFormat::kGraphml;
  if (name == "cytoscape") return PictureFormat::kCytoscape;
  return std::nullopt;
}

Picture picture_of(const ImpactAnswer& answer, Timestamp at, Position log_position) {
  Picture picture{fmt::format("impact of {} {}", label_name(answer.root.ref.label), answer.root.ref.id),
                  {answer.root},
                  answer.edges,
                  at,
                  log_position};
  for (const ImpactedNode& node : answer.nodes) picture.nodes.push_back(node.node);
  return picture;
}

Picture picture_of(const ChainAnswer& answer, Timestamp at, Position log_position) {
  Picture picture{
      fmt::format("impact chain of {}", answer.change_request.ref.id), {answer.change_request}, answer.edges, at, log_position};
  std::set<NodeRef> drawn{answer.change_request.ref};
  const auto add = [&](const NodeView& node) {
    if (drawn.insert(node.ref).second) picture.nodes.push_back(node);
  };
  for (const auto* part :
       {&answer.assessments, &answer.affected, &answer.impacted, &answer.mitigations, &answer.adrs, &answer.diagram_versions}) {
    for (const NodeView& node : *part) add(node);
  }
  for (const RelatedNode& node : answer.related) add(node.node);
  return picture;
}

std::string draw(const Picture& picture, PictureFormat format) {
  switch (format) {
    case PictureFormat::kMermaid:
      return draw_mermaid(picture);
    case PictureFormat::kDot:
      return draw_dot(picture);
    case PictureFormat::kGraphml:
      return draw_graphml(picture);
    case PictureFormat::kCytoscape:
      return draw_cytoscape(picture);
  }
  return {};
}

}  // namespace govlog
