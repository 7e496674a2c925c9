#!/usr/bin/env bash
# Measures the product, every row or those named, and appends to bench/history.csv; docs/bench.md says how.
#   scripts/bench.sh                       every row, up to 300,000 resources
#   scripts/bench.sh --rows read,create    those two
#   scripts/bench.sh --full                up to a million resources
#   scripts/bench.sh --engine postgresql   the record in a PostgreSQL of the bench's own
#   scripts/bench.sh load --base URL --row read    the same load on any FHIR server
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
scripts/setup.sh build
cargo build --release --locked --quiet --package cli
sarsen=$CARGO_TARGET_DIR/release/sarsen
if [ "${1:-}" = load ]; then exec "$sarsen" bench "$@"; fi
commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
# What is measured is what stands here, committed or not.
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit+=+
run=("$sarsen" bench run --commit "$commit" "$@")
case " $* " in
  *' postgresql '* | *'=postgresql '*)
    unset RECORD_POSTGRES_URL
    # As its manual advises for a machine that is the server's: a quarter of the memory, and room for the log.
    memory=$(awk '/^MemTotal/ { print int($2 / 4096) }' /proc/meminfo)
    exec scripts/with-postgres.sh -c "shared_buffers=${memory}MB" -c max_wal_size=4GB -c wal_compression=lz4 "${run[@]}"
    ;;
esac
exec "${run[@]}"
