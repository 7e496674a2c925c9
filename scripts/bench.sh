#!/usr/bin/env bash
# Measures the product and appends to bench/history.csv. What it is given goes on to `sarsen bench`,
# so `scripts/bench.sh --help` says what can be asked.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
scripts/setup.sh build
exec cargo run --release --locked --quiet --package cli -- bench "$@"
