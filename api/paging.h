#pragma once
// One page of a read: what the cursor of the page before holds, and what the next one will.

#include "api/operation.h"
#include "base/result.h"
#include "engine/read_view.h"
#include "query/cursor.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace govlog {

/// What a read was asked with: handed to its handler by run_operation.
struct ReadRequest {
  const ReadView& view;
  Timestamp now;
  const Arguments& arguments;
};

/// The last position that the answer knows, by `known_at`.
Result<Position> known_argument(const ReadRequest& request);

/// A time argument; nothing where it was not given and `default_text` is empty.
Result<std::optional<Timestamp>> time_argument(const ReadRequest& request, std::string_view name,
                                               std::string_view default_text = {});

/// `arguments`, and where they have a cursor of `operation`, what its first page was asked with and they do not name.
Result<Arguments> with_first_page(std::string_view operation, const Arguments& arguments);

/// Every parameter but limit and cursor is read through it (or told to it), so that a cursor that belongs to others is noticed by check().
///
///     Paging paging = GOVLOG_TRY(Paging::begin("list", request));
///     query.at = GOVLOG_TRY(paging.time("at"));
///     query.actors = paging.texts("actor");
///     GOVLOG_TRY(paging.check());
class Paging {
 public:
  /// What a later page knows, where it is not told by `known_at`.
  enum class Knows : std::uint8_t { kWhatFirstPageKnew, kEverything };
  static Result<Paging> begin(std::string_view operation, const ReadRequest& request, Knows knows = Knows::kWhatFirstPageKnew);

  /// What this page knows.
  Position known() const { return known_; }
  std::size_t limit() const;

  /// As time_argument, but a text that the first page had too means the same instant.
  Result<std::optional<Timestamp>> time(std::string_view name, std::string_view default_text = {});
  std::vector<std::string> texts(std::string_view name);
  /// A parameter that was read elsewhere, as it was understood.
  void tell(std::string_view name, std::string_view value);

  /// kInvalidArgument where a parameter differs from the first page's.
  Status check() const;

  /// Last item of the page before, by the two kinds of key.
  Result<std::optional<EventKey>> after_event() const;
  Result<std::optional<EntityRef>> after_entity() const;
  /// The same in an operation's own form; nothing on the first page.
  std::optional<std::string> after_key() const { return before_ ? std::optional(before_->last_key) : std::nullopt; }

  /// `null`, or the cursor's JSON string where something follows `last_key`.
  Result<std::string> next_cursor(bool more, const std::string& last_key) const;

 private:
  Paging(std::string_view operation, const ReadRequest& request) : operation_(operation), request_(request) {}
  Status resolve_known(Knows knows);
  std::optional<Timestamp> remembered(const std::string& given) const;
  std::string fingerprint() const;

  std::string_view operation_;
  ReadRequest request_;
  std::optional<Cursor> before_;
  Position known_ = 0;
  std::vector<std::pair<std::string, Timestamp>> times_;
  std::string told_;
};

}  // namespace govlog
