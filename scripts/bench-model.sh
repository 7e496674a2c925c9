#!/usr/bin/env bash
# The learned model of drawn people from Parquet files: Sarsen, scikit-learn and LightGBM on the same features, each as a process of its own;
# the medians go to bench/history.csv. `--files FOLDER --on DATE` takes files that are there, of any index day, instead of drawn people.
#   scripts/bench-model.sh [PEOPLE] [CODED FACTS EACH]       941,000 and 60
#   scripts/bench-model.sh --history FILE …                  writes the history there
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
history=bench/history.csv files='' on=2025-11-01
while :; do
  case "${1:-}" in
    --history) history=$2 ;;
    --files) files=$2 ;;
    --on) on=$2 ;;
    *) break ;;
  esac
  shift 2
done
people=${1:-941000} each=${2:-60}
# The peers, in an environment of their own.
peers=$CARGO_TARGET_DIR/model-peers
if ! sha256sum --check --status "$peers/.installed" 2>/dev/null; then
  rm -rf "$peers"
  python3 -m venv "$peers"
  "$peers/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: --no-deps -r scripts/columns/model.txt
  sha256sum scripts/columns/model.txt >"$peers/.installed"
fi
cargo build --release --locked --quiet --package cli
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "$files" ]; then
  files=$work/files
  COLUMNS_FILES=$files cargo bench --locked --quiet --package population --bench columns -- "$people" "$each"
fi
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit+=+
"$peers/bin/python" scripts/columns/model.py "$CARGO_TARGET_DIR/release/sarsen" "$files" "$work" \
  --on "$on" --people "$people" --commit "$commit" --history "$history"
