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
  echo "Date: $(date -u +%F). Commit: \`$commit\`."
  echo
  echo 'A reactor makes one resource for each of many changes, and another by a timer; then every person must have exactly'
  echo 'these, nothing may be given up, and the record must verify. *Killed*: it runs in a process of its own that is killed'
  echo '(SIGKILL) at random moments until all is done. *Fight*: two processes run it on one database, their clocks up to'
  echo 'three seconds apart; three times one of them is held still (SIGSTOP) for longer than its lease of 0.2 s in mid-batch and'
  echo 'let go on, so that it comes back believing that it holds what the other has taken. *Clocks*: two engines (on'
  echo 'PostgreSQL with a record and a clock each) while clocks jump by up to an hour forward and back, so that each takes'
  echo "the other's buckets in mid-work. *Cut*: one of two followers loses its way to the database three times, at once or after"
  echo 'a random number of bytes, mostly for longer than its lease of 0.2 s, and finds it again. Each is run again with its'
  echo 'guarantee removed until the proof catches it.'
  echo
  echo '| proof | engine | runs | what happened | found |'
  echo '|---|---|---|---|---|'
} > "$report"
SARSEN_PROOF_RUNS=$runs SARSEN_PROOF_REPORT=$report \
  scripts/with-postgres.sh cargo test --locked --package actions --test main -- --test-threads 2 proof::
cat "$report"
