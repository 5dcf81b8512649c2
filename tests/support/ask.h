#pragma once
// The same question to a store and to the reference, and what differs.

#include "api/operation.h"
#include "engine/store.h"
#include "tests/support/reference.h"

#include <optional>
#include <string>

namespace govlog::testing {

/// The query as arguments of its operation.
Arguments to_arguments(const Query& query);

/// Reads one page after the other of what the reference already answered in full.
class Pager {
 public:
  Pager(Query query, Answer expected) : query_(std::move(query)), expected_(std::move(expected)) {}

  /// Asks for the next page of at most `limit` items. A sentence where the store's answer is not what it should be.
  std::optional<std::string> next(const Store& store, std::size_t limit);
  bool done() const { return done_; }
  const Query& query() const { return query_; }

 private:
  std::optional<std::string> compare(const std::string& text, std::size_t limit);

  Query query_;
  Answer expected_;
  std::size_t given_ = 0;
  std::string cursor_;
  bool done_ = false;
};

/// Asks `store` and `reference` and compares; paged answers page by page. A sentence where they differ.
std::optional<std::string> differ(const Store& store, const Reference& reference, const Query& query,
                                  std::size_t limit = 10'000);

/// Every exported line against the reference's events. A sentence where they differ.
std::optional<std::string> differ_in_log(const Store& store, const Reference& reference);

}  // namespace govlog::testing
