// Tools, prompts and resources that answer at once.

#include "tests/conformance/fixtures.h"

#include "codec/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace govlog {

namespace {

constexpr std::string_view kPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";  // one red pixel
constexpr std::string_view kWav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";    // of no length

std::string render_image() { return fmt::format(R"({{"type":"image","data":"{}","mimeType":"image/png"}})", kPng); }

std::string render_resource(std::string_view uri, std::string_view type, std::string_view text) {
  return fmt::format(R"({{"type":"resource","resource":{{"uri":{},"mimeType":"{}","text":{}}}}})", json_quote(uri), type,
                     json_quote(text));
}

RpcResult content_result(std::string_view items) { return RpcResult{.members = fmt::format(R"("content":[{}])", items)}; }

RpcResult contents_result(std::string_view uri, std::string_view type, std::string_view member, std::string_view value) {
  RpcResult result;
  result.members =
      fmt::format(R"("contents":[{{"uri":{},"mimeType":"{}","{}":{}}}])", json_quote(uri), type, member, json_quote(value));
  result.cache = CacheHint{1000, "public"};
  return result;
}

RpcResult prompt_result(std::initializer_list<std::string> contents) {
  std::string messages;
  for (const std::string& content : contents)
    messages += fmt::format(R"({}{{"role":"user","content":{}}})", messages.empty() ? "" : ",", content);
  return RpcResult{.members = fmt::format(R"("messages":[{}])", messages)};
}

}  // namespace

std::optional<RpcOutcome> simple_tool(const Message& message) {
  const std::string name = string_member(message.params, "name").value_or("");
  if (name == "test_simple_text") return text_result("This is a simple text response for testing.");
  if (name == "test_image_content") return content_result(render_image());
  if (name == "test_audio_content")
    return content_result(fmt::format(R"({{"type":"audio","data":"{}","mimeType":"audio/wav"}})", kWav));
  if (name == "test_embedded_resource")
    return content_result(render_resource("test://embedded-resource", "text/plain", "This is an embedded resource content."));
  if (name == "test_multiple_content_types")
    return content_result(
        fmt::format("{},{},{}", render_text("Multiple content types test:"), render_image(),
                    render_resource("test://mixed-content-resource", "application/json", R"({"test":"data","value":123})")));
  if (name == "test_error_handling") {
    RpcResult result = text_result("This tool intentionally returns an error for testing");
    result.members += R"(,"isError":true)";
    return result;
  }
  if (name == "json_schema_2020_12_tool") return text_result("taken");
  return std::nullopt;
}

std::optional<RpcOutcome> fixture_prompt(const Message& message) {
  const std::string name = string_member(message.params, "name").value_or("");
  const std::string_view arguments = json_member(message.params, "arguments").value_or("{}");
  const auto argument = [&](std::string_view which) { return string_member(arguments, which).value_or(""); };
  if (name == "test_simple_prompt") return prompt_result({render_text("This is a simple prompt for testing.")});
  if (name == "test_prompt_with_arguments")
    return prompt_result(
        {render_text(fmt::format("Prompt with arguments: arg1='{}', arg2='{}'", argument("arg1"), argument("arg2")))});
  if (name == "test_prompt_with_embedded_resource")
    return prompt_result({render_resource(argument("resourceUri"), "text/plain", "Embedded resource content for testing."),
                          render_text("Please process the embedded resource above.")});
  if (name == "test_prompt_with_image") return prompt_result({render_image(), render_text("Please analyze the image above.")});
  return std::nullopt;
}

std::optional<RpcOutcome> fixture_resource(const Message& message) {
  constexpr std::string_view kBefore = "test://template/";
  constexpr std::string_view kAfter = "/data";
  const std::string uri = string_member(message.params, "uri").value_or("");
  if (uri == "test://static-text")
    return contents_result(uri, "text/plain", "text", "This is the content of the static text resource.");
  if (uri == "test://static-binary") return contents_result(uri, "image/png", "blob", kPng);
  if (uri == "test://watched-resource") return contents_result(uri, "text/plain", "text", "It never changes.");
  if (!uri.starts_with(kBefore) || !uri.ends_with(kAfter)) return std::nullopt;
  const std::string id = uri.substr(kBefore.size(), uri.size() - kBefore.size() - kAfter.size());
  return contents_result(
      uri, "application/json", "text",
      fmt::format(R"({{"id":{},"templateTest":true,"data":{}}})", json_quote(id), json_quote("Data for ID: " + id)));
}

std::string_view fixture_tools() {
  static const std::string kTools = [] {
    std::string out;
    for (const std::string_view name : {"test_simple_text",
                                        "test_image_content",
                                        "test_audio_content",
                                        "test_embedded_resource",
                                        "test_multiple_content_types",
                                        "test_error_handling",
                                        "test_tool_with_progress",
                                        "test_tool_with_logging",
                                        "test_logging_tool",
                                        "test_streaming_elicitation",
                                        "test_missing_capability",
                                        "test_reconnection",
                                        "test_elicitation_sep1034_defaults",
                                        "test_elicitation_sep1330_enums",
                                        "test_input_required_result_elicitation",
                                        "test_input_required_result_sampling",
                                        "test_input_required_result_list_roots",
                                        "test_input_required_result_request_state",
                                        "test_input_required_result_multiple_inputs",
                                        "test_input_required_result_multi_round",
                                        "test_input_required_result_tampered_state",
                                        "test_input_required_result_capabilities"})
      out += fmt::format(R"({{"name":"{}","description":"A fixture","inputSchema":{{"type":"object"}}}},)", name);
    for (const auto& [name, argument] : std::array<std::pair<std::string_view, std::string_view>, 2>{
             {{"test_sampling", "prompt"}, {"test_elicitation", "message"}}})
      out += fmt::format(
          R"({{"name":"{}","description":"A fixture","inputSchema":{{"type":"object","properties":{{"{}":{{"type":"string"}}}},"required":["{}"]}}}},)",
          name, argument, argument);
    out += R"({"name":"test_x_mcp_header","description":"A fixture","inputSchema":{"type":"object","properties":{)"
           R"("region":{"type":"string","x-mcp-header":"Region"},"level":{"type":"integer"}}}},)";
    out += R"({"name":"json_schema_2020_12_tool","description":"Tool with JSON Schema 2020-12 features","inputSchema":{)"
           R"("$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","$defs":{"address":{)"
           R"("$anchor":"addressDef","type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}},)"
           R"("properties":{"name":{"type":"string"},"address":{"$ref":"#/$defs/address"},)"
           R"("contactMethod":{"type":"string","enum":["phone","email"]},"phone":{"type":"string"},"email":{"type":"string"}},)"
           R"("allOf":[{"anyOf":[{"required":["phone"]},{"required":["email"]}]}],)"
           R"("if":{"properties":{"contactMethod":{"const":"phone"}},"required":["contactMethod"]},)"
           R"("then":{"required":["phone"]},"else":{"required":["email"]},"additionalProperties":false}})";
    return out;
  }();
  return kTools;
}

std::string_view fixture_prompts() {
  return R"({"name":"test_simple_prompt","description":"A fixture"},)"
         R"({"name":"test_prompt_with_arguments","description":"A fixture","arguments":[{"name":"arg1","required":true},{"name":"arg2","required":true}]},)"
         R"({"name":"test_prompt_with_embedded_resource","description":"A fixture","arguments":[{"name":"resourceUri","required":true}]},)"
         R"({"name":"test_prompt_with_image","description":"A fixture"},)"
         R"({"name":"test_input_required_result_prompt","description":"A fixture"})";
}

std::string_view fixture_resources() {
  return R"({"uri":"test://static-text","name":"static-text","mimeType":"text/plain"},)"
         R"({"uri":"test://static-binary","name":"static-binary","mimeType":"image/png"},)"
         R"({"uri":"test://watched-resource","name":"watched-resource","mimeType":"text/plain"})";
}

std::string_view fixture_templates() {
  return R"({"uriTemplate":"test://template/{id}/data","name":"template","mimeType":"application/json"})";
}

}  // namespace govlog
