#pragma once
// The answers of graph and coverage as the contract's JSON.

#include "query/chain.h"
#include "query/coverage.h"
#include "query/impact.h"
#include "query/path.h"

#include <string>
#include <string_view>
#include <vector>

namespace govlog {

std::string_view direction_name(Direction direction);
std::string_view bucket_name(Bucket bucket);

std::string render_impact(const ImpactQuery& query, const ImpactAnswer& answer, Timestamp at, Position log_position);
std::string render_chain(const ChainQuery& query, const ChainAnswer& answer, Timestamp at, Position log_position);
std::string render_path(const PathAnswer& answer, Position log_position);
std::string render_coverage(const CoverageAnswer& answer, Timestamp at, Position log_position);
std::string render_trend(Bucket bucket, const std::vector<TrendPoint>& points, Position log_position);
/// `next_cursor` is a JSON token.
std::string render_orphans(const OrphansPage& page, std::string_view next_cursor, Position log_position);

}  // namespace govlog
