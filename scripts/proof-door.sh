#!/usr/bin/env bash
# The door's property test at length, with its report; docs/proofs/door.md is what it found.
#   scripts/proof-door.sh [worlds]    2000 unless said otherwise, about three seconds each
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
worlds=${1:-2000}
report=$PWD/docs/proofs/door.md
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit+=+
said=$(mktemp)
trap 'rm -f "$said"' EXIT
# The whole workspace, so that what `make test` built is not built again with other features.
SARSEN_DOOR_WORLDS=$worlds scripts/with-postgres.sh cargo nextest run --locked --workspace --profile proof --no-capture -E 'package(cli) & test(/^door::/)' 2>&1 | tee "$said"
{
  echo '# Proof: no door tells what the rules keep'
  echo
  echo "Date: $(date -u +%F). Commit: \`$commit\`."
  echo
  echo "$worlds worlds of invented records and actors. At every door (reads, searches, counts, order, paging, histories,"
  echo 'conditions, pages, event streams) each answer is held against an evaluator that decides one resource at a time and was'
  echo 'written apart from the lens. *Mixed*: some of what was asked for may be told and some may not. Then the guards are taken'
  echo 'away, one at a time: each must be missed, and each door must miss one by itself.'
  echo
  echo '```'
  grep -E 'cases, |^ +(PASS|FAIL) |^ +Summary' "$said" | sed 's/^ *//'
  echo '```'
} > "$report"
cat "$report"
