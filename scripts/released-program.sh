#!/usr/bin/env bash
# Builds the program of an earlier commit and prints where it is: in a worktree that is gone afterwards, with a target
# folder that stays in CARGO_TARGET_DIR/released. What was built once is only named.
#   scripts/released-program.sh COMMIT
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
[ $# = 1 ] || { echo 'which commit? scripts/released-program.sh COMMIT' >&2; exit 2; }
commit=$(git rev-parse --verify --quiet "$1^{commit}") || {
  echo "this clone has no commit $1: fetch the whole history" >&2
  exit 1
}
released=$CARGO_TARGET_DIR/released
program=$released/sarsen-${commit:0:12}
if [ ! -x "$program" ]; then
  tree=$released/tree
  git worktree remove --force "$tree" >/dev/null 2>&1 || true
  trap 'git worktree remove --force "$tree"' EXIT
  git worktree add --quiet --force --detach "$tree" "$commit" >&2
  (cd "$tree" && CARGO_TARGET_DIR=$released cargo build --locked --quiet --package cli >&2)
  cp "$released/debug/sarsen" "$program.new"
  mv "$program.new" "$program"
fi
echo "$program"
