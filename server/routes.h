#pragma once
// Every route of the REST face: which operation of api's tables it runs, and where that finds its arguments. The router, OpenAPI and the page are made from it.

#include "api/operation.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace govlog {

enum class RouteAction : std::uint8_t {
  kRead,     // an operation of the reads' table
  kWrite,    // one of the writes' table: the body is the object of its arguments
  kFeed,     // events from a position on, as a page, as NDJSON or as they come
  kAppend,   // events
  kHealth,   // the process lives
  kReady,    // the store answers
  kMetrics,  //
  kOpenApi,  //
  kPage,     // for people
  kMcp,      //
};

/// An argument that the route knows without being told.
struct RouteConstant {
  std::string_view parameter;
  std::string_view value;
};

struct Route {
  std::string_view method;  // GET answers HEAD too
  std::string_view path;    // `{name}` stands for one segment
  RouteAction action = RouteAction::kRead;
  std::string_view operation{};  // its name in the table
  std::vector<std::string_view>
      segments{};  // what the operation calls each `{name}`, in order; `entity_id` and `entity_type` make its `entity`
  std::vector<RouteConstant> constants{};
  std::string_view opens{};        // a parameter that the operation leaves to its faces, and this route takes
  bool takes_entity_type = false;  // as query parameter, where the path has an id alone
  std::string_view title{};        // of what is no operation
  std::string_view summary{};      //
};

std::span<const Route> routes();

struct RouteMatch {
  const Route* route = nullptr;             // nullptr: there is none of this method
  Arguments arguments{};                    // of the segments, percent-decoded once, and the constants
  std::vector<std::string_view> methods{};  // that the path has; empty: there is no such path
  bool malformed = false;                   // a percent sign is followed by something else than two hex digits
};

/// `path` without its query. A segment that is empty is no match for `{name}`.
RouteMatch match_route(std::string_view method, std::string_view path);

}  // namespace govlog
