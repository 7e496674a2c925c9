#!/usr/bin/env bash
# Tests scripts/count.sh on samples of what the runners print.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/count.sh"
failed=0
expect() { # what, wanted, got
  if [ "$2" = "$3" ]; then echo "ok: $1"; else echo "not ok: $1: wanted '$2', got '$3'"; failed=1; fi
}
expect "nextest, all well" "41 0" "$(echo '     Summary [   0.613s] 41 tests run: 41 passed, 0 skipped' | count_nextest)"
expect "nextest, slow, failed, timed out and skipped ones" "7 3" \
  "$(echo '     Summary [  61.2s] 10/12 tests run: 7 passed (2 slow, 1 flaky), 1 failed, 1 timed out, 1 exec failed, 2 skipped' | count_nextest)"
expect "nextest, one test, in colour" "1 0" "$(printf '\033[32;1m     Summary\033[0m [ 0.1s] \033[1m1\033[0m test run: \033[1m1\033[0m \033[32;1mpassed\033[0m, 0 skipped\n' | count_nextest)"
expect "nextest that did not compile" "0 0" "$(echo 'error: could not compile' | count_nextest)"
expect "doctests of two crates" "5 1" \
  "$(printf 'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured\ntest result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured\n' | count_libtest)"
expect "node, spec reporter" "12 2" "$(printf 'ℹ tests 14\nℹ suites 3\nℹ pass 12\nℹ fail 1\nℹ cancelled 1\nℹ skipped 0\n' | count_node)"
expect "node, plain reporter" "12 0" "$(printf '# tests 12\n# pass 12\n# fail 0\n' | count_node)"
exit "$failed"
