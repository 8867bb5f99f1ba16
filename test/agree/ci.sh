#!/usr/bin/env bash
# Installs a stock Envoy in a virtual environment, once, and compares traces with it for some meshes.
# All of them: ENVOY=... npm run agree. Skipped where Envoy cannot be installed.
set -uo pipefail
cd "$(dirname "$0")/../.."

# shellcheck source=test/support/envoy.sh
. test/support/envoy.sh
need_envoy
npx tsx test/agree/run.ts --parts routes,shares,cases,meshes,paths,held,accepts,security --policies 4 --held 12 --accepted 8 --meshes 2 --paths 2 --most 15 --trials 300 --routes 150 \
  --only '^(dr-tls|dr-subsets|tls-sni|vs-http|tcp-auto-protocol|inbound-strict|inbound-sidecar-ingress|gateway-tls|gateway-tcp|gateway-auto-passthrough)$'
