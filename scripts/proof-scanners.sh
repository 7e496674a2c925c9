#!/usr/bin/env bash
# The proof that scanners find nothing: wapiti, sqlmap and schemathesis on a demo, and each on a build with a fault planted
# for it, which it must find. docs/proofs/scanners.md is what it found.
#   scripts/proof-scanners.sh           everything, with its report; about half an hour on two cores
#   scripts/proof-scanners.sh --short   one member of staff and one citizen, a few routes, no report
#   scripts/proof-scanners.sh --keep FOLDER   as the first; what the tools wrote stays in FOLDER
# SCANNERS_BUILD is how cargo builds the program, when not by itself.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
short=() keep=() report=(--report "$PWD/docs/proofs/scanners.md")
case "${1:-}" in
  --short) short=(--short) report=() ;;
  --keep) keep=(--keep "$(realpath -m "$2")") ;;
esac

scripts/setup.sh scanners
# The build with the faults comes first: both have one name, and what stays under it is the one without.
planted=$CARGO_TARGET_DIR/planted/sarsen
mkdir -p "$(dirname "$planted")"
build=${SCANNERS_BUILD:-cargo build --locked --quiet --package cli}
$build --features cli/planted-faults
cp "$CARGO_TARGET_DIR/debug/sarsen" "$planted"
$build

version() { sed -n "s/^$2==/$1 /p" "scripts/scanners/$1.txt"; }
versions="$(version wapiti wapiti3), $(version sqlmap sqlmap), $(version schemathesis schemathesis)"
commit=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
[ -z "$(git status --porcelain --untracked-files=no 2>/dev/null)" ] || commit+=+

# A network of its own, with nothing in it but loopback, where the system lets us have one.
apart=() network='They could reach other machines: what is not on loopback was sent to a closed port.'
if unshare --user --map-root-user --net true 2>/dev/null && command -v ip >/dev/null; then
  # shellcheck disable=SC2016 # It is the inner shell that has the arguments.
  apart=(unshare --user --map-root-user --net bash -c 'ip link set lo up && exec "$@"' -)
  network='They ran in a network of their own with nothing in it but loopback.'
fi
exec "${apart[@]}" python3 scripts/scanners/proof.py --real "$CARGO_TARGET_DIR/debug/sarsen" --planted "$planted" \
  --tools "$CARGO_TARGET_DIR/scanners" --commit "$commit" --versions "$versions" --network "$network" \
  "${short[@]}" "${keep[@]}" "${report[@]}"
