#!/usr/bin/env bash
# Runs the suites, all or those named, one after the other; a failure does not stop the ones after it.
#   scripts/test.sh                  everything
#   scripts/test.sh unit journeys    those two
#   scripts/test.sh --list           their names, and how each runs by itself
# The last line is "N passed, N failed", summed over the suites. A check that only says yes or no counts as one.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/environment.sh"
source scripts/count.sh

# name | how it runs alone | how it is counted (scripts/count.sh)
suites='
check|cargo xtask check|gate
scripts|bash scripts/count_test.sh|gate
format|cargo fmt --all --check|gate
spelling|typos|gate
licences|cargo deny --log-level error check bans licenses sources|gate
unused|cargo shear|gate
clippy|cargo clippy --workspace --all-targets --locked -- -D warnings|gate
unit|scripts/with-postgres.sh cargo nextest run --workspace --locked --no-fail-fast|nextest
doctests|cargo test --workspace --doc --locked --no-fail-fast|libtest
journeys|npm --prefix journeys test|node
durability|cargo run --locked --package testkit --bin durability -- --runs 12|gate
evidence|cargo xtask evidence --junit "$EVIDENCE_JUNIT" --journeys "$EVIDENCE_JOURNEYS"|gate
'
names() { printf '%s' "$suites" | awk -F'|' 'NF == 3 { print $1 }'; }
field() { printf '%s' "$suites" | awk -F'|' -v name="$1" -v at="$2" '$1 == name { print $at }'; }

if [ "${1:-}" = --list ]; then
  for name in $(names); do printf '%-11s %s\n' "$name" "$(field "$name" 2)"; done
  exit 0
fi
chosen=${*:-$(names)}
for name in $chosen; do
  [ -n "$(field "$name" 2)" ] || { echo "there is no suite '$name'; scripts/test.sh --list names them" >&2; exit 2; }
done

scripts/setup.sh test || exit 1
# The journeys and the proof run programs. After the unit tests these are built as cargo built them there, with the
# tests' features, so that nothing compiles twice; alone, each is built by itself.
export JOURNEYS_BINARY=$CARGO_TARGET_DIR/debug/sarsen
tests='cargo build --locked --quiet --workspace --tests --bins'
with_postgres="'$CARGO_TARGET_DIR/debug/with_postgres'"
[ -z "${RECORD_POSTGRES_URL:-}" ] || with_postgres=
programs=''
case " ${chosen//$'\n'/ } " in *" unit "*) programs=$tests ;; esac
logs=$(mktemp -d) || exit 1
trap 'rm -rf "$logs"' EXIT
# What the runners write down of this run, for the suite `evidence`; of an earlier run nothing may be left.
export EVIDENCE_JUNIT=$root/target/nextest/default/junit.xml EVIDENCE_JOURNEYS=$logs/journeys
rm -f "$EVIDENCE_JUNIT"
passed=0 failed=0 table=
for name in $chosen; do
  command=$(field "$name" 2) log=$logs/$name started=$SECONDS
  printf '\n== %s: %s\n' "$name" "$command"
  # Which tests ran can be told only of a run that had them.
  if [ "$name" = evidence ] && ! { [ -f "$logs/unit" ] && [ -f "$logs/journeys" ]; }; then
    echo 'skipped: it looks at a run of the suites unit and journeys, and not both were chosen before it'
    table+=$(printf '%-11s skipped: unit and journeys were not both run' "$name")$'\n'
    continue
  fi
  case $name in
    journeys) command="${programs:-cargo build --locked --package cli} && $command" ;;
    # The suite's own build gives the server's starter too, with the features that the tests have.
    unit) command="$tests && ${command/scripts\/with-postgres.sh/$with_postgres}" ;;
    durability) [ -z "$programs" ] || command="$programs && '$CARGO_TARGET_DIR/debug/durability' ${command##*-- }" ;;
  esac
  bash -c "$command" </dev/null 2>&1 | tee "$log"
  code=${PIPESTATUS[0]}
  read -r good bad < <("count_$(field "$name" 3)" <"$log")
  # What ended badly has failed, though no test of it was counted: it did not compile, or it was stopped.
  if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  # What ended well and counted nothing is a check, or a runner that found no test, which is a failure too. (Crates
  # may have no example in their documentation.)
  if [ "$code" = 0 ] && [ "$good" = 0 ] && [ "$bad" = 0 ]; then
    case "$(field "$name" 3)" in gate) good=1 ;; libtest) ;; *) bad=1 ;; esac
  fi
  passed=$((passed + good)) failed=$((failed + bad))
  table+=$(printf '%-11s %6s passed %4s failed %6ss' "$name" "$good" "$bad" $((SECONDS - started)))$'\n'
done

printf '\n%s' "$table"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
