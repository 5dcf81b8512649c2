#include "cli/complete.h"
#include "cli/run.h"

namespace govlog {
namespace {

// Bash splits words at `=` and `:`, and replaces the last piece only; what the reply has before that piece is cut off again.
constexpr std::string_view kBash = R"bash(# bash completion of govlog; written by `govlog completion bash`
_govlog() {
  local line="${COMP_LINE:0:COMP_POINT}" current="${COMP_WORDS[COMP_CWORD]}" candidate whole cut
  local -a words
  read -ra words <<< "$line"
  case "$line" in *' ') words+=("") ;; esac
  whole="${words[${#words[@]}-1]}"
  [ "$current" = "=" ] || [ "$current" = ":" ] && current=""
  cut=$(( ${#whole} - ${#current} ))
  COMPREPLY=()
  while IFS= read -r candidate; do
    COMPREPLY+=("${candidate:cut}")
  done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _govlog govlog
)bash";

constexpr std::string_view kZsh = R"zsh(#compdef govlog
# zsh completion of govlog; written by `govlog completion zsh`
_govlog() {
  local -a candidates
  candidates=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=("${(@)candidates:#}")
  if (( ${#candidates} )); then
    compadd -Q -- "${(@q)candidates}"
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_govlog" ]; then
  _govlog "$@"
else
  compdef _govlog govlog
fi
)zsh";

constexpr std::string_view kFish = R"fish(# fish completion of govlog; written by `govlog completion fish`
function __govlog_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l found (govlog __complete $words (commandline -ct) 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c govlog -f -a '(__govlog_complete)'
)fish";

}  // namespace

std::string_view completion_script(std::string_view shell) {
  if (shell == "zsh") return kZsh;
  return shell == "fish" ? kFish : kBash;
}

CommandResult run_completion_command(Session& session) {
  session.out.write(completion_script(session.argument("shell").value_or("bash")));
  return 0;
}

}  // namespace govlog
