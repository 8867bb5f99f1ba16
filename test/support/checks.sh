# For scripts that check what users install: a temporary folder `work`, and counts of what passed and failed.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# check NAME COMMAND...: prints the output only if the command fails
check() {
  local name=$1
  shift
  if (cd "$work" && "$@") > "$work/log" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
    sed 's/^/        /' "$work/log"
  fi
}

# report_checks: prints the counts, and fails if a check did
report_checks() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
