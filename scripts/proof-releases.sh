#!/usr/bin/env bash
# The proof that the previous release's binary and this one serve one store side by side, through a migration, with its
# report; docs/proofs/releases.md is what it found. The older binaries are built once, from the commits that are kept.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
release=$(printf '%s\n' record/tests/released/*/ | sort -V | tail -1)
older() {
  local commit
  commit=$(awk -F, -v engine="$1" '$1 == engine { print $2 }' "${release}programs.csv")
  scripts/released-program.sh "$commit"
}
sqlite=$(older sqlite)
postgres=$(older postgresql)
cargo build --locked --package cli --package testkit --bins
"$CARGO_TARGET_DIR/debug/releases" --older-sqlite "$sqlite" --older-postgres "$postgres" \
  --this "$CARGO_TARGET_DIR/debug/sarsen" --report docs/proofs/releases.md
