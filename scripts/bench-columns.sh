#!/usr/bin/env bash
# The frailty index of a region of drawn people from Parquet files: Sarsen, DuckDB and Polars, each as a process of its own on the
# same files in the same run, five times; the medians go to bench/history.csv. Their rows are compared before anything is told.
#   scripts/bench-columns.sh [PEOPLE] [CODED FACTS EACH]     941,000 and 60
#   scripts/bench-columns.sh --history FILE …                writes the history there
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
history=bench/history.csv
if [ "${1:-}" = --history ]; then
  history=$2
  shift 2
fi
people=${1:-941000} each=${2:-60}
scripts/setup.sh test
cargo build --release --locked --quiet --package cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
COLUMNS_FILES=$work/files cargo bench --locked --quiet --package population --bench columns -- "$people" "$each"
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit+=+
python3 scripts/columns/measure.py "$CARGO_TARGET_DIR/release/sarsen" "$work/files" "$work" \
  --people "$people" --commit "$commit" --history "$history"
