#!/usr/bin/env bash
# Lighthouse over the citizen's pages, as a phone on a slow network; part of `make bench`. Prints scores, bytes and times.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
scripts/setup.sh test
cargo build --release --locked --quiet --package cli
(cd scripts/lighthouse && npm ci --no-audit --no-fund --loglevel=error >/dev/null)
JOURNEYS_BINARY=$CARGO_TARGET_DIR/release/sarsen node scripts/lighthouse/measure.mjs
