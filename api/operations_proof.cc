#include "api/operations_proof.h"

#include "api/parameters.h"
#include "api/run.h"

namespace govlog {
namespace {

Parameter size_parameter(std::int64_t minimum, std::string_view help) {
  return integer_parameter("at_position", minimum, kIntegerMaximum, help);
}

}  // namespace

Operation root_operation() {
  return {"root",
          "Root of the log",
          "The root of the hash tree over every event, or over the first N: whoever notes it can tell later whether the log "
          "was changed.",
          {size_parameter(0, "over the events up to this position; without it over all")},
          {"root", "root --at-position 1000 --json"},
          run_root};
}

Operation prove_operation() {
  return {"prove",
          "Inclusion proof",
          "Prove that an event is in the log, or that a later log begins with an earlier one.",
          {positional(required(integer_parameter("position", 1, kIntegerMaximum, "of the event"))),
           size_parameter(1, "in the log as it was at this position; without it as it is")},
          {"prove 42", "prove 42 --at-position 1000 --json", "prove --consistency 1000 2000"},
          run_prove};
}

Operation verify_operation() {
  return {
      "verify",
      "Verify the log",
      "Checks every record, index and view against the log and the hash tree.",
      {
          of_face(choice_parameter("fast", {"false", "true"}, "checksums and hash tree alone")),
          of_face(integer_parameter("since", 1, kIntegerMaximum, "events from this position on")),
          text_parameter("expect_root", 90, "N:HEX, a size and root that were noted: does the log still extend it?"),
          known_at_parameter(),
      },
      {"verify", "verify --fast", "verify --expect-root 1000:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
      nullptr,
      run_verify,
      run_verify_unopened};
}

Operation consistency_operation() {
  return {"consistency",
          "Consistency proof",
          "Prove that the log up to a position begins with the log up to an earlier one.",
          {required(integer_parameter("from", 1, kIntegerMaximum, "the earlier position")),
           required(integer_parameter("to", 1, kIntegerMaximum, "the later position"))},
          {"prove --consistency 1000 2000", "prove --consistency 1000 2000 --json"},
          run_consistency};
}

}  // namespace govlog
