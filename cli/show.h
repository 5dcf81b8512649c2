#pragma once
// Answers for people: the contract's JSON as tables, fields and +/- lines. Rows go to standard output; remarks (nothing found, how to go on) to
// standard error, so that a pipe gets rows alone.

#include "api/operation.h"
#include "cli/output.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace govlog {

struct Screen {
  Output& out;
  Style style;
  std::size_t width = 80;
  Timestamp now;
  bool remarks = true;  // whether to say how to go on

  /// A remark on standard error, after what was written so far.
  void remark(std::string_view line);
};

/// The answer of a read operation.
void show_answer(Screen& screen, const Operation& operation, const Arguments& arguments, std::string_view answer);

void show_timeline(Screen& screen, std::string_view answer);
void show_search(Screen& screen, std::string_view answer);
void show_list(Screen& screen, std::string_view answer);
void show_history(Screen& screen, std::string_view answer);
void show_replay(Screen& screen, std::string_view answer);
void show_state(Screen& screen, std::string_view answer);
void show_diff(Screen& screen, std::string_view answer);
void show_stats(Screen& screen, std::string_view answer);
void show_coverage(Screen& screen, std::string_view answer);
void show_orphans(Screen& screen, std::string_view answer);
void show_trend(Screen& screen, std::string_view answer);
void show_analytics(Screen& screen, std::string_view answer);
void show_impact(Screen& screen, std::string_view answer);
void show_chain(Screen& screen, std::string_view answer);
void show_path(Screen& screen, std::string_view answer);
void show_root(Screen& screen, std::string_view answer);
void show_proof(Screen& screen, std::string_view answer);
void show_verify(Screen& screen, std::string_view answer);

// ---- parts that several of them use ----

/// The member `key` as a number; 0 where it is none.
double number_member(std::string_view object, std::string_view key);

/// One of eight blocks, the lowest for 0 and below, the highest for 1 and above.
std::string_view spark_block(double share);

/// The member `key` as text that is safe to show: a string as it stands, other kinds as JSON, empty where it is null or absent.
std::string shown_member(std::string_view object, std::string_view key);

/// Any JSON value as text, not yet made safe: a string without its quotes, other kinds as JSON.
std::string plain_text(std::string_view value);

/// `2025-11-15 10:00` of an RFC 3339 time, and how long ago that is: `3d`, `5mo`; `+2h` lies ahead.
std::string shown_minute(std::string_view time);
std::string shown_age(std::string_view time, Timestamp now);

/// `adr/ADR-7`.
std::string shown_entity(std::string_view object);

/// What happened, in words: `→ accepted`, `created: Use RocksDB`; an event type that means nothing to us stands as it is.
std::string shown_event(std::string_view event_type, std::string_view status, std::string_view text);

/// `- path: from` and `+ path: to`, long texts over several lines. `path` is a JSON Pointer, the values JSON; empty where they do not apply.
void show_change(Screen& screen, std::string_view path, std::string_view from, std::string_view to);

/// Members of `object` in two aligned columns.
void show_fields(Screen& screen, std::string_view object);

}  // namespace govlog
