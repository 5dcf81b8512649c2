#include "api/arguments.h"
#include "api/render_proof.h"
#include "api/run.h"
#include "query/proof.h"

namespace govlog {

Result<std::string> run_root(const ReadView& view, Timestamp, const Arguments& arguments) {
  const TreeRoot root = GOVLOG_TRY(tree_root(view, integer_argument(arguments, "at_position")));
  return render_root(root, view.log_position());
}

Result<std::string> run_prove(const ReadView& view, Timestamp, const Arguments& arguments) {
  const InclusionProof proof = GOVLOG_TRY(
      inclusion_proof(view, integer_argument(arguments, "position").value_or(0), integer_argument(arguments, "at_position")));
  return render_inclusion_proof(proof, view.log_position());
}

Result<std::string> run_consistency(const ReadView& view, Timestamp, const Arguments& arguments) {
  const ConsistencyProof proof = GOVLOG_TRY(
      consistency_proof(view, integer_argument(arguments, "from").value_or(0), integer_argument(arguments, "to").value_or(0)));
  return render_consistency_proof(proof, view.log_position());
}

}  // namespace govlog
