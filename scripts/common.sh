#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the scripts share; they source it. It leaves the caller in the top folder of the source tree.
set -euo pipefail

# shellcheck disable=SC2034  # read by the scripts that source this file
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

# Prints the comment at the head of the calling script and ends it.
show_help() {
  sed -n '/^# Usage:/,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit 0
}

fail() {
  printf '%s: %s\n' "scripts/$(basename "$0")" "$*" >&2
  exit 1
}

# One compiler a processor, as long as each has 1.5 GiB of memory.
job_count() {
  local processors memory
  processors=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1572864)}' /proc/meminfo)
  if [ "$memory" -lt 1 ]; then memory=1; fi
  if [ "$memory" -lt "$processors" ]; then processors=$memory; fi
  printf '%s\n' "$processors"
}

passed=0
failed=0
failures=()

begin() {
  step_name=$1
  step_start=$SECONDS
  printf '\n== %s\n' "$step_name"
}

# Runs a command as one named check and goes on, whatever comes out.
check() {
  begin "$1"
  shift
  if "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("$step_name")
  fi
  printf -- '-- %s: %d s\n' "$step_name" $((SECONDS - step_start))
}

# Reads one number from the head of ctest's JUnit file.
junit_count() { sed -n "1,/>/s/.*[[:space:]]$2=\"\([0-9]*\)\".*/\1/p;/^[[:space:]]*$2=\"/s/.*=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# Runs the tests of a preset, each of which counts. Usage: check_tests TITLE PRESET [ctest options]
check_tests() {
  begin "$1"
  local preset=$2 report status=0 tests failing
  shift 2
  report=$(mktemp)
  ctest --preset "$preset" --parallel "$(nproc)" --output-junit "$report" "$@" || status=$?
  tests=$(junit_count "$report" tests)
  failing=$(junit_count "$report" failures)
  rm -f "$report"
  if [ -z "$tests" ] || { [ "$status" -ne 0 ] && [ "${failing:-0}" -eq 0 ]; }; then
    failed=$((failed + 1))
    failures+=("$step_name: ctest ended with status $status")
  else
    passed=$((passed + tests - failing))
    failed=$((failed + failing))
    if [ "$failing" -gt 0 ]; then failures+=("$step_name: $failing of $tests"); fi
  fi
  printf -- '-- %s: %d s\n' "$step_name" $((SECONDS - step_start))
}

# Prints what failed and the totals; the status says whether all passed.
summary() {
  printf '\n== summary, after %d s\n' "$SECONDS"
  local name
  for name in "${failures[@]}"; do printf 'FAILED: %s\n' "$name"; done
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ]
}
