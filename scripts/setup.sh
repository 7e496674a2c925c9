#!/usr/bin/env bash
# Installs what is missing, and nothing else. Quiet and quick when there is nothing to do.
#   scripts/setup.sh build   what `make demo` and `make serve` need: a compiler
#   scripts/setup.sh scanners  what scripts/proof-scanners.sh needs besides: three scanners, each in an environment of its own
#   scripts/setup.sh test    that of build, and what `make test` needs: checking tools, PostgreSQL, an MQTT broker, a browser, the journeys' packages
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
wanted=${1:-test}

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }

# Debian packages, all in one go; `sudo` when this is not root.
install_packages() {
  has apt-get || stop "please install: $* (this is no Debian or Ubuntu, so it cannot be done here)"
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    has sudo || stop "please install as root: apt-get install $*"
    as_root=(sudo)
  fi
  say "installing $*"
  local log; log=$(mktemp)
  { "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
  } >"$log" 2>&1 </dev/null || { tail -n 20 "$log" >&2; stop "apt-get could not install: $*"; }
  rm -f "$log"
}

# PostgreSQL's programs, 15 or later, in Debian's place or on the PATH. Tests start servers of their own.
has_postgresql() {
  local at
  for at in /usr/lib/postgresql/*/bin/initdb; do
    [ -x "$at" ] && [ "$(basename "$(dirname "$(dirname "$at")")")" -ge 15 ] && return 0
  done
  has initdb && [ "$(initdb --version | sed 's/^.*) //; s/[^0-9].*$//')" -ge 15 ]
}

# Debian's package makes and starts a cluster of the whole machine unless it is told not to: nobody here wants one.
install_postgresql() {
  local as_root=() settings=/etc/postgresql-common/createcluster.d/sarsen.conf
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  install_packages postgresql-common
  "${as_root[@]}" mkdir -p "$(dirname "$settings")"
  echo 'create_main_cluster = false' | "${as_root[@]}" tee "$settings" >/dev/null
  install_packages postgresql
  "${as_root[@]}" rm -f "$settings"
  has_postgresql || stop "PostgreSQL 15 or later is wanted, and what apt-get has is older"
}

# Debian's package starts a broker of the whole machine: the tests start their own, on free ports.
install_mosquitto() {
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  install_packages mosquitto
  if [ -d /run/systemd/system ]; then "${as_root[@]}" systemctl disable --now --quiet mosquitto || true; fi
}

# Whether `stamp` says that the file `source` was installed as it stands now.
is_done() { [ -f "$1" ] && [ "$(cat "$1")" = "$(sha256sum <"$2")" ]; }
mark_done() { sha256sum <"$2" >"$1"; }

# The checking tools, pinned in scripts/tools.txt, as wheels in a virtual environment of their own.
install_tools() {
  is_done "$tools/.installed" scripts/tools.txt && return
  say "installing the checking tools into $tools"
  rm -rf "$tools"
  # The python3 of the tools themselves may have been found first, and is gone now.
  hash -r
  mkdir -p "$CARGO_TARGET_DIR"
  python3 -m venv "$tools" || stop "python3 could not make a virtual environment in $tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: -r scripts/tools.txt ||
    stop "pip could not install what scripts/tools.txt lists"
  mark_done "$tools/.installed" scripts/tools.txt
}

# The scanners, pinned in scripts/scanners/*.txt. Each has an environment of its own, since two of them need two versions of
# one package. A few of what wapiti needs come as sources, without anything to compile.
install_scanners() {
  local name at
  for name in wapiti sqlmap schemathesis; do
    at=$CARGO_TARGET_DIR/scanners/$name
    is_done "$at/.installed" "scripts/scanners/$name.txt" && continue
    say "installing $name into $at"
    rm -rf "$at"
    mkdir -p "$CARGO_TARGET_DIR/scanners"
    python3 -m venv "$at" || stop "python3 could not make a virtual environment in $at"
    "$at/bin/pip" install --quiet --disable-pip-version-check --prefer-binary --no-deps -r "scripts/scanners/$name.txt" ||
      stop "pip could not install what scripts/scanners/$name.txt lists"
    mark_done "$at/.installed" "scripts/scanners/$name.txt"
  done
}

# The journeys' packages, exactly as locked.
install_journeys() {
  [ -f journeys/package-lock.json ] || return 0
  is_done journeys/node_modules/.installed journeys/package-lock.json && return
  say "installing the journeys' packages"
  (cd journeys && npm ci --no-audit --no-fund --loglevel=error >/dev/null) || stop "npm ci failed in journeys/"
  mark_done journeys/node_modules/.installed journeys/package-lock.json
}

has cargo || stop "Rust is missing: install it as rust-lang.org says, then try again"
cargo --version >/dev/null 2>&1 || stop "cargo is there and has no toolchain: 'rustup default stable' gives it one"

packages=()
has cc || packages+=(build-essential)
if [ "$wanted" = scanners ]; then
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3 python3-venv)
fi
if [ "$wanted" = test ]; then
  has git || packages+=(git)
  python3 -c 'import ensurepip' 2>/dev/null || packages+=(python3 python3-venv)
  has chromium || packages+=(chromium)
  # Without a font the browser draws boxes, and text has no width to check.
  fc-list 2>/dev/null | grep -q Liberation || packages+=(fontconfig fonts-liberation)
  if ! has npm || ! node -e 'process.exitCode = parseInt(process.versions.node) < 20 ? 1 : 0' 2>/dev/null; then
    stop "Node.js 20 or later, with npm, is missing: the journeys drive a browser with it"
  fi
fi
[ "${#packages[@]}" = 0 ] || install_packages "${packages[@]}"
[ "$wanted" != scanners ] || install_scanners
if [ "$wanted" = test ]; then
  has_postgresql || install_postgresql
  has mosquitto || [ -x /usr/sbin/mosquitto ] || install_mosquitto
  install_tools
  install_journeys
fi
