# Shared by the scripts beside it: numbered steps with their time. Sourced, never run.

started=$SECONDS
step_number=0

# step TITLE COMMAND…: runs COMMAND, and tells how long it took. Its exit status is the command's.
step() {
  local title=$1 began=$SECONDS status=0
  shift
  step_number=$((step_number + 1))
  printf '\n\033[1m==> %d. %s\033[0m\n' "$step_number" "$title"
  "$@" || status=$?
  if [ "$status" -eq 0 ]; then
    printf '    %s: done in %s\n' "$title" "$(duration $((SECONDS - began)))"
  else
    printf '    %s: FAILED after %s (exit %d)\n' "$title" "$(duration $((SECONDS - began)))" "$status"
  fi
  return "$status"
}

duration() { # SECONDS, as people write them
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# build PRESET TARGET…: configures where needed, and builds; a pipe gets every 25th line of progress only.
build() {
  local preset=$1
  shift
  cmake --preset "$preset" >build/"$preset".log 2>&1 || { cat build/"$preset".log; return 1; }
  if [ -t 1 ]; then
    ninja -C build/"$preset" "$@"
  else
    ninja -C build/"$preset" "$@" | awk '!/^\[[0-9]+\/[0-9]+\] / || /^\[([0-9]+)\/\1\]/ || ++n % 25 == 0 { print; fflush() }'
  fi
}
