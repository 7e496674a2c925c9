#!/usr/bin/env bash
# The whole proof that followers neither skip nor repeat an effect, with its report; docs/proofs/followers.md is what it found.
#   scripts/proof-followers.sh [runs]    200 unless said otherwise
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
runs=${1:-200}
report=$PWD/docs/proofs/followers.md
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit+=+
{
  echo '# Proof: followers neither skip nor repeat'
  echo
  echo "Date: $(date -u +%F). Commit: \`$commit\`. Engine: SQLite."
  echo
  echo 'A reactor makes one resource for each of many changes, and another by a timer; then every person must have exactly'
  echo 'these. *Killed*: it runs in a process of its own that is killed (SIGKILL) at random moments until all is done. *Clocks*:'
  echo 'two engines share one record while the clock of both jumps by up to an hour forward and back, so that each takes'
  echo "the other's buckets in mid-work. Each is run again with its guarantee removed until the proof catches it."
  echo
  echo '| proof | runs | what happened | found |'
  echo '|---|---|---|---|'
} > "$report"
SARSEN_PROOF_RUNS=$runs SARSEN_PROOF_REPORT=$report \
  cargo test --locked --package actions --test main -- --test-threads 1 --nocapture proof::
cat "$report"
