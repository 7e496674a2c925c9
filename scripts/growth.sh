#!/usr/bin/env bash
# What a create and a read cost as the record grows in threefold steps from 10,000 resources, and by the line through
# these what they would at 300 million; appends to bench/history.csv.
#   scripts/growth.sh                        up to three million, embedded
#   scripts/growth.sh 1000000 --engine postgresql
set -euo pipefail
size=${1:-3000000}
shift || true
exec "$(dirname "${BASH_SOURCE[0]}")/bench.sh" --rows growth --size "$size" "$@"
