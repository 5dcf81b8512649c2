#include "server/routes.h"

#include <boost/url/decode_view.hpp>
#include <boost/url/pct_string_view.hpp>

#include <algorithm>
#include <optional>

namespace govlog {

namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> out;
  while (path.starts_with('/')) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    out.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return out;
}

bool is_variable(std::string_view segment) { return segment.starts_with('{'); }

bool matches(const Route& route, const std::vector<std::string_view>& given) {
  const std::vector<std::string_view> wanted = segments_of(route.path);
  return std::equal(wanted.begin(), wanted.end(), given.begin(), given.end(), [](std::string_view want, std::string_view have) {
    return is_variable(want) ? !have.empty() : want == have;
  });
}

std::optional<std::string> decode_segment(std::string_view text) {
  const auto encoded = boost::urls::make_pct_string_view(boost::core::string_view(text.data(), text.size()));
  if (!encoded) return std::nullopt;
  const boost::urls::decode_view decoded = **encoded;
  return std::string(decoded.begin(), decoded.end());
}

Route read(std::string_view path, std::string_view operation, std::vector<std::string_view> segments = {}) {
  return {.method = "GET", .path = path, .operation = operation, .segments = std::move(segments)};
}

/// Of an entity whose type may have to be told.
Route read_by_id(std::string_view path, std::string_view operation) {
  Route route = read(path, operation, {"entity_id"});
  route.takes_entity_type = true;
  return route;
}

Route write(std::string_view method, std::string_view path, std::string_view operation,
            std::vector<std::string_view> segments = {}) {
  return {
      .method = method, .path = path, .action = RouteAction::kWrite, .operation = operation, .segments = std::move(segments)};
}

Route other(std::string_view method, std::string_view path, RouteAction action, std::string_view title,
            std::string_view summary) {
  return {.method = method, .path = path, .action = action, .title = title, .summary = summary};
}

std::vector<Route> make_routes() {
  Route history = read("/governance/change-requests/{id}/history", "history", {"entity_id"});
  history.constants = {{"entity_type", "change_request"}};
  history.opens = "include";
  return {
      read("/governance/timeline", "timeline"),
      read("/governance/search", "search"),
      read("/governance/analytics", "analytics"),
      std::move(history),
      read_by_id("/governance/replay/{entity_id}", "replay"),
      read_by_id("/governance/time-travel/{entity_id}", "at"),
      read("/governance/entities", "list"),
      read("/governance/entities/{entity_type}", "list", {"entity_type"}),
      read("/governance/entities/{entity_type}/{entity_id}", "at", {"entity_type", "entity_id"}),
      read("/governance/entities/{entity_type}/{entity_id}/history", "history", {"entity_type", "entity_id"}),
      read("/governance/entities/{entity_type}/{entity_id}/replay", "replay", {"entity_type", "entity_id"}),
      read("/governance/path", "path"),
      read("/governance/why", "why"),
      read("/governance/diff", "diff"),
      read("/governance/impact/{element_id}", "impact", {"element"}),
      read("/governance/impact-chain/{cr_id}", "chain", {"change_request"}),
      read("/governance/coverage", "coverage"),
      read("/governance/coverage/orphans", "orphans"),
      read("/governance/coverage/trend", "trend"),
      read("/governance/events/{event}", "event", {"event"}),
      read("/governance/proofs/root", "root"),
      read("/governance/proofs/inclusion/{position}", "prove", {"position"}),
      read("/governance/proofs/consistency", "consistency"),
      other("GET", "/governance/events", RouteAction::kFeed, "Feed",
            "Events in the order of the log: a page, all of them as NDJSON, or as they come (text/event-stream)."),
      other("POST", "/governance/events", RouteAction::kAppend, "Append events",
            "One event, an array of events that are kept together or not at all, NDJSON of any length, or CloudEvents."),
      write("POST", "/governance/change-requests", "create_change_request"),
      write("PATCH", "/governance/change-requests/{id}", "update_change_request", {"change_request_id"}),
      write("POST", "/governance/change-requests/{id}/status", "change_request_status", {"change_request_id"}),
      write("POST", "/governance/adrs", "create_adr"),
      write("POST", "/governance/adrs/{id}/status", "adr_status", {"adr_id"}),
      write("POST", "/governance/diagrams/{id}/versions", "create_diagram_version", {"diagram_id"}),
      write("POST", "/governance/traceability-links", "add_traceability_link"),
      write("DELETE", "/governance/traceability-links/{id}", "remove_traceability_link", {"link_id"}),
      other("GET", "/healthz", RouteAction::kHealth, "Alive", "The process answers."),
      other("GET", "/readyz", RouteAction::kReady, "Ready", "The store answers."),
      other("GET", "/metrics", RouteAction::kMetrics, "Metrics", "Counters and sizes, in the text format of Prometheus."),
      other("GET", "/openapi.json", RouteAction::kOpenApi, "OpenAPI", "This description."),
      other("GET", "/docs", RouteAction::kPage, "Documentation", "This description, for people."),
      other("POST", "/mcp", RouteAction::kMcp, "MCP", "The Model Context Protocol, Streamable HTTP: a JSON-RPC message."),
      other("GET", "/mcp", RouteAction::kMcp, "MCP notifications",
            "What a session of protocol versions up to 2025-11-25 is told."),
      other("DELETE", "/mcp", RouteAction::kMcp, "End an MCP session", "Of protocol versions up to 2025-11-25."),
  };
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> kRoutes = make_routes();
  return kRoutes;
}

RouteMatch match_route(std::string_view method, std::string_view path) {
  RouteMatch match;
  const std::vector<std::string_view> given = segments_of(path);
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  for (const Route& route : routes()) {
    // The first path that fits is meant: `/governance/coverage/trend` comes before a path with a name there.
    if (!matches(route, given)) continue;
    match.methods.push_back(route.method);
    if (route.method != wanted || match.route != nullptr) continue;
    match.route = &route;
    auto name = route.segments.begin();
    const std::vector<std::string_view> pattern = segments_of(route.path);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!is_variable(pattern[i])) continue;
      auto value = decode_segment(given[i]);
      match.malformed = match.malformed || !value;
      match.arguments[std::string(*name++)] = {value.value_or("")};
    }
    for (const RouteConstant& constant : route.constants)
      match.arguments[std::string(constant.parameter)] = {std::string(constant.value)};
  }
  return match;
}

}  // namespace govlog
