#include "mcp/resources.h"

#include "api/arguments.h"
#include "api/json_writer.h"
#include "mcp/fit.h"
#include "mcp/tool_call.h"
#include "query/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace govlog {
namespace {

constexpr std::string_view kScheme = "govlog://";
constexpr std::uint64_t kUnchangingTtlMs = 86'400'000;
constexpr std::size_t kVariableMaximum = 220;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A segment of the path, decoded once; nothing where it is empty, too long, or no clean UTF-8 text.
std::optional<std::string> decode_variable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '?' || text[i] == '#') return std::nullopt;
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  const auto length = count_code_points(out);
  const bool clean =
      std::none_of(out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (!length || *length == 0 || *length > kVariableMaximum || !clean) return std::nullopt;
  return out;
}

ResourceRead read_of(std::string_view operation, Arguments arguments, std::uint64_t ttl_ms = 0) {
  const Operation* found = find_operation(operation);
  GOVLOG_ASSERT(found != nullptr, "{}", operation);
  return {found, std::move(arguments), ttl_ms};
}

bool fits(const ResourceRead& read) { return check_arguments(read.operation->parameters, read.arguments).ok(); }

std::optional<ResourceRead> checked(ResourceRead read) {
  if (!fits(read)) return std::nullopt;
  return read;
}

}  // namespace

std::optional<ResourceRead> parse_resource(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return std::nullopt;
  std::string_view rest = uri.substr(kScheme.size());
  if (rest == "timeline" || rest == "coverage") return read_of(rest, {});
  std::vector<std::string> parts;
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string_view kind = rest.substr(0, slash);
  for (std::size_t begin = slash; begin < rest.size();) {
    const std::size_t end = std::min(rest.find('/', begin + 1), rest.size());
    auto part = decode_variable(rest.substr(begin + 1, end - begin - 1));
    if (!part || parts.size() == 2) return std::nullopt;
    parts.push_back(*std::move(part));
    begin = end;
  }
  if (kind == "event" && parts.size() == 1) return checked(read_of("event", {{"event", {parts[0]}}}, kUnchangingTtlMs));
  if (kind == "entity" && parts.size() == 2) return checked(read_of("at", {{"entity", {parts[0] + '/' + parts[1]}}}));
  if (kind == "impact" && parts.size() == 2)
    return checked(read_of("impact", {{"element", {parts[1]}}, {"label", {parts[0]}}, {"direction", {"both"}}}));
  return std::nullopt;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view kUnreserved = "-._~";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || kUnreserved.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string_view resources_list() {
  return R"("resources":[)"
         R"({"uri":"govlog://timeline","name":"timeline","title":"Timeline","description":"What happened in the last 90 days, newest first","mimeType":"application/json"},)"
         R"({"uri":"govlog://coverage","name":"coverage","title":"Coverage","description":"How well each layer is traced","mimeType":"application/json"}])";
}

std::string_view resource_templates_list() {
  return R"("resourceTemplates":[)"
         R"({"uriTemplate":"govlog://entity/{entity_type}/{entity_id}","name":"entity","title":"Entity","description":"State of one entity now","mimeType":"application/json"},)"
         R"({"uriTemplate":"govlog://event/{id}","name":"event","title":"Event","description":"One event, by its id or its position","mimeType":"application/json"},)"
         R"({"uriTemplate":"govlog://impact/{label}/{id}","name":"impact","title":"Impact","description":"What a node of the graph depends on, and what depends on it","mimeType":"application/json"}])";
}

std::string resource_contents(std::string_view uri, std::string_view text) {
  std::string out;
  ObjectWriter object(out);
  object.text("uri", uri);
  object.token("mimeType", R"("application/json")");
  object.text("text", text);
  object.close();
  return out;
}

RpcError resource_not_found(Era era, std::string_view uri, std::string message) {
  RpcError error{era == Era::kLegacy ? RpcCode::kResourceNotFound : RpcCode::kInvalidParams, std::move(message)};
  ObjectWriter data(error.data);
  data.text("uri", uri);
  data.close();
  return error;
}

RpcOutcome read_resource(Executor& executor, Era era, std::string_view params) {
  const auto uri = string_member(params, "uri");
  if (!uri) return RpcError{RpcCode::kInvalidParams, "uri is missing, it is a string such as govlog://timeline"};
  auto read = parse_resource(*uri);
  if (!read) {
    return resource_not_found(
        era, *uri,
        fmt::format("no resource {}; there are govlog://timeline, govlog://coverage, "
                    "govlog://entity/{{entity_type}}/{{entity_id}}, govlog://event/{{id}}, govlog://impact/{{label}}/{{id}}",
                    shorten(*uri)));
  }
  const ReadReply reply = read_fitting(executor, *read->operation, read->arguments, kAnswerBytesMax);
  if (!reply.answer.ok()) {
    const Error& error = reply.answer.error();
    const bool absent = error.code == Code::kNotFound || error.code == Code::kInvalidArgument;
    if (absent) return resource_not_found(era, *uri, "resource not found: " + explain(error));
    return internal_error(error);
  }
  return RpcResult{.members = R"("contents":[)" + resource_contents(*uri, *reply.answer) + ']',
                   .cache = CacheHint{read->ttl_ms, "private"}};
}

}  // namespace govlog
