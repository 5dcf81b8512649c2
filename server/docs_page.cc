#include "server/docs_page.h"

#include "api/operation.h"
#include "base/version.h"
#include "mcp/tools.h"
#include "server/feed.h"
#include "server/routes.h"

#include <fmt/format.h>

#include <algorithm>

namespace govlog {

namespace {

constexpr std::string_view kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Govlog</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
code, .path { font-family: ui-monospace, monospace; font-size: .95em }
summary { cursor: pointer; padding: .3rem 0 } summary b { display: inline-block; min-width: 5rem }
table { border-collapse: collapse; margin: .3rem 0 1rem 5rem } td { padding: .15rem .8rem .15rem 0; vertical-align: top }
p { margin: .2rem 0 .2rem 5rem }
</style></head><body>
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '&')
      out += "&amp;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

std::string row(const Parameter& parameter, std::string_view where) {
  std::string help = escaped(parameter.help);
  if (!parameter.default_text.empty()) help += fmt::format("; <code>{}</code> without it", escaped(parameter.default_text));
  return fmt::format("<tr><td><code>{}</code>{}</td><td>{}</td><td>{}</td></tr>\n", parameter.name,
                     parameter.required ? " *" : "", where, help);
}

std::string rows_of(const Route& route) {
  std::string out;
  const auto in_path = [&](std::string_view name) {
    return std::find(route.segments.begin(), route.segments.end(), name) != route.segments.end();
  };
  if (route.action == RouteAction::kRead) {
    for (const Parameter& parameter : find_operation(route.operation)->parameters) {
      if (parameter.name != "entity" && (!parameter.of_face || parameter.name == route.opens))
        out += row(parameter, in_path(parameter.name) ? "path" : "query");
    }
  } else if (route.action == RouteAction::kWrite) {
    for (const ToolArgument& argument : body_of(route.operation).arguments)
      out += row(argument.parameter, in_path(argument.parameter.name) ? "path" : "body");
  } else if (route.action == RouteAction::kFeed) {
    for (const Parameter& parameter : feed_query_parameters()) out += row(parameter, "query");
  }
  return out.empty() ? out : fmt::format("<table>\n{}</table>\n", out);
}

std::string make_page() {
  std::string out(kHead);
  out += fmt::format(
      "<h1>Govlog {}</h1>\n<p style=\"margin-left:0\">Every route of this server. The same for programs: <a "
      "href=\"/openapi.json\">/openapi.json</a>.</p>\n",
      kVersion);
  for (const Route& route : routes()) {
    std::string_view summary = route.summary;
    if (route.action == RouteAction::kRead) summary = find_operation(route.operation)->summary;
    if (route.action == RouteAction::kWrite) summary = body_of(route.operation).description;
    out += fmt::format("<details><summary><b>{}</b><span class=\"path\">{}</span></summary>\n<p>{}</p>\n{}</details>\n",
                       route.method, escaped(route.path), escaped(summary), rows_of(route));
  }
  return out + "</body></html>\n";
}

}  // namespace

const std::string& docs_page() {
  static const std::string kPage = make_page();
  return kPage;
}

}  // namespace govlog
