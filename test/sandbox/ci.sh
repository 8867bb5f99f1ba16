#!/usr/bin/env bash
# Runs the tests of vipctl sandbox with the Envoy that test/agree/ci.sh installs. Skipped without it, or without
# namespaces; the tests say why.
set -uo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=test/support/envoy.sh
. test/support/envoy.sh
need_envoy
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
  for program in nft:nftables ip:iproute2 dig:bind9-dnsutils curl:curl; do
    command -v "${program%:*}" > /dev/null || apt-get -o DPkg::Lock::Timeout=300 install -y -qq "${program#*:}" > /dev/null 2>&1
  done
fi
npx vitest run --config test/vitest.config.ts test/sandbox
