#!/usr/bin/env bash
# Runs the tests of the playground in a real browser: Debian's chromium, which is installed if it is missing.
set -uo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" = 0 ] && ! command -v chromium > /dev/null && command -v apt-get > /dev/null; then
  apt-get -o DPkg::Lock::Timeout=300 install -y -qq chromium > /dev/null 2>&1
fi
CHROMIUM=${CHROMIUM:-$(command -v chromium)}
export CHROMIUM
[ -n "$CHROMIUM" ] || echo "no chromium: the tests of the page are skipped"
npm run --silent playground && npx vitest run --config test/vitest.config.ts test/playground
