#pragma once
// The handlers of the read operations: arguments to a query's parameters, its answer to JSON.

#include "api/operation.h"

namespace govlog {

Result<std::string> run_timeline(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_search(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_list(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_history(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_replay(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_at(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_diff(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_coverage(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_orphans(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_trend(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_analytics(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_impact(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_chain(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_path(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_why(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_event(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_root(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_prove(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_consistency(const ReadView& view, Timestamp now, const Arguments& arguments);
Result<std::string> run_verify(const ReadView& view, Timestamp now, const Arguments& arguments, const ReadWatch& watch);
Result<std::string> run_verify_unopened(const StoreOptions& store, const Arguments& arguments, const ReadWatch& watch);
Result<std::string> run_stats(const ReadView& view, Timestamp now, const Arguments& arguments);

}  // namespace govlog
