# shellcheck shell=bash
# How many tests passed and failed, read from what their runners print; read with `source`, not run.
# Each function reads a log on its standard input and prints "PASSED FAILED".

plain() { sed 's/\x1b\[[0-9;]*[A-Za-z]//g'; }

# nextest: "Summary [ 1.2s] 9 tests run: 7 passed (1 slow), 1 failed, 1 timed out, 2 skipped".
count_nextest() {
  plain | grep -E 'Summary \[.*tests? run:' | tail -n 1 | awk '
    { for (i = 1; i < NF; i++) {
        word = $(i + 1); sub(/,$/, "", word)
        if (word == "passed") passed += $i
        if (word == "failed" || word == "timed" || word == "exec") failed += $i } }
    END { print passed + 0, failed + 0 }'
}

# libtest, doctests too, once for each crate: "test result: ok. 3 passed; 0 failed; 1 ignored; …".
count_libtest() {
  plain | awk '/^test result:/ { for (i = 1; i < NF; i++) {
      if ($(i + 1) == "passed;") passed += $i
      if ($(i + 1) == "failed;") failed += $i } }
    END { print passed + 0, failed + 0 }'
}

# node --test: lines such as "ℹ pass 12" or "# fail 1".
count_node() {
  plain | awk '$1 != "" && NF == 3 && ($1 == "ℹ" || $1 == "#") {
      if ($2 == "pass") passed += $3
      if ($2 == "fail" || $2 == "cancelled") failed += $3 }
    END { print passed + 0, failed + 0 }'
}

# A check that only says yes or no: its exit code decides (see scripts/test.sh).
count_gate() { cat >/dev/null; echo "0 0"; }
