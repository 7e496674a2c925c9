# shellcheck shell=bash
# What every script here stands on; read with `source`, not run. Sets:
#   root              the repository
#   CARGO_TARGET_DIR  where cargo builds: as given, else a cache kept between clones if there is one, else target/
#   tools             where scripts/setup.sh puts the checking tools; on PATH from here on
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1

if [ -z "${CARGO_TARGET_DIR:-}" ]; then
  kept="${XDG_CACHE_HOME:-$HOME/.cache}/sarsen/target"
  if [ -d "$kept" ]; then CARGO_TARGET_DIR=$kept; else CARGO_TARGET_DIR=$root/target; fi
fi
export CARGO_TARGET_DIR

tools=$CARGO_TARGET_DIR/tools
export PATH="$tools/bin:$PATH"

# Cargo that rustup installed for another home (`env HOME=…`, a container) finds no toolchain in this one: lend it that.
if [ -z "${RUSTUP_HOME:-}" ] && command -v cargo >/dev/null && ! cargo --version >/dev/null 2>&1; then
  beside=$(cd "$(dirname "$(command -v cargo)")/../.." && pwd)/.rustup
  if [ -d "$beside" ]; then export RUSTUP_HOME=$beside; fi
fi
