#pragma once
// Containment as PostgreSQL's jsonb has it: data @> document (https://www.postgresql.org/docs/15/datatype-json.html, section 8.14.3).
//
// An object contains another when it has each of its members and that member's value contains the other's; an array contains another when some item
// of it contains each of the other's items, whatever order and number; a scalar contains its equal. Numbers are equal by value (1, 1.0 and 10e-1 are; never through a double), strings
// by their code points. That an array may contain a bare scalar holds at the top alone, and an event's data is an object.

#include "base/result.h"

#include <string>
#include <string_view>

namespace govlog {

class ContainsQuery {
 public:
  /// `json` is any JSON value. kInvalidArgument (`details.parameter` contains) where it is none, as canonicalize() judges.
  static Result<ContainsQuery> parse(std::string_view json);

  /// Canonical text of the document, each item of an array once.
  const std::string& document() const { return document_; }

  /// Whether `data` (canonical text) contains the document. O(data + document), O(data · document) at worst for containers within arrays.
  bool admits(std::string_view data) const;

 private:
  std::string document_;
};

}  // namespace govlog
