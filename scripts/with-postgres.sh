#!/usr/bin/env bash
# Runs a command with a PostgreSQL of its own, which is gone when the command ends:
#   scripts/with-postgres.sh cargo nextest run --package record
#   scripts/with-postgres.sh --tls cargo nextest run --package record     (its records go by TLS)
# RECORD_POSTGRES_URL names the server's maintenance database, as a superuser. When it is set already, that server is used.
set -euo pipefail
# The command runs where it was called.
here=$PWD
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
[ $# -gt 0 ] || { echo 'which command? scripts/with-postgres.sh COMMAND…' >&2; exit 2; }
if [ -z "${RECORD_POSTGRES_URL:-}" ]; then
  cargo build --locked --quiet --package testkit --bin with_postgres
  set -- "$CARGO_TARGET_DIR/debug/with_postgres" "$@"
fi
cd "$here"
exec "$@"
