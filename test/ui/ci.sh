#!/usr/bin/env bash
# Runs the tests of vipctl ui in a real terminal, that of tmux, which is installed if it is missing.
set -uo pipefail
cd "$(dirname "$0")/../.."
if ! command -v tmux > /dev/null && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  apt-get -o DPkg::Lock::Timeout=300 install -y -qq tmux > /dev/null 2>&1
fi
if ! command -v tmux > /dev/null; then
  echo "skipped: tmux is missing and cannot be installed"
  exit 0
fi
npx vitest run --config test/vitest.config.ts test/ui/tmux.test.ts
