#!/usr/bin/env bash
# The npm package and the single executable, as users get them: packs the working tree, installs the tarball into an empty
# prefix, makes the executable, and runs both, also as the plugin of kubectl.
# usage: npm run test:packaging. Ends with `N passed, N failed`.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=test/support/checks.sh
. "$root/test/support/checks.sh"
mesh=$root/fixtures/quickstart
conflicts=$root/fixtures/conflicts/replicas
export XDG_CACHE_HOME=$work/cache KUBECONFIG=/dev/null

# has TEXT COMMAND...: whether the command succeeds and prints the text
has() {
  local text=$1
  shift
  "$@" < /dev/null > "$work/out" && grep -qF -- "$text" "$work/out" || { cat "$work/out"; return 1; }
}

packed() {
  node "$root/bin/setup.mjs" --build --page && node "$root/bin/pack.mjs" "$work"
}
installed() {
  npm install --prefix "$work/prefix" --no-audit --no-fund "$work"/vipctl-*.tgz 2> warnings && cat warnings &&
    [ ! -s warnings ] && [ "$(find prefix/node_modules -name package.json -path '*/node_modules/*' ! -path '*/vipctl/*' | wc -l)" -eq 0 ]
}
# Every way of importing the library has types; it is an ES module, which CommonJS programs load by import().
library_is_sound() {
  "$root/node_modules/.bin/publint" run --strict "$work"/vipctl-*.tgz &&
    "$root/node_modules/.bin/attw" --profile esm-only "$work"/vipctl-*.tgz
}
# imports NAME: the library computes an address
imports() {
  cat > "$work/prefix/program.mjs" << EOF
import { readFileSync } from 'node:fs'
import { loadMesh } from '$1'
const text = readFileSync('$mesh/databases.yaml', 'utf8')
const mesh = await loadMesh({ texts: [{ name: 'databases.yaml', text }] })
console.log(mesh.allocate()[0].addresses[0])
EOF
  has 240.240.0.1 node "$work/prefix/program.mjs"
}
# esbuild does not find modules of Node for a browser.
is_bundled_for_browsers() {
  echo "import { loadMesh } from 'vipctl'; globalThis.mesh = loadMesh({ texts: [] })" > "$work/prefix/page.mjs"
  "$root/node_modules/.bin/esbuild" "$work/prefix/page.mjs" --bundle --platform=browser --format=esm --outfile=page.js
}
brings_licences() { grep -F commander "$work/prefix/node_modules/vipctl/dist/THIRD_PARTY_NOTICES.txt"; }
by_npx() { mkdir -p empty && cd empty && has 240.240.0.1 npx --yes --package "$(echo "$work"/vipctl-*.tgz)" vipctl dig orders.db.example.com +short -f "$mesh"; }
lists_parts() { cd "$root" && has '"bomFormat": "CycloneDX"' npm run --silent sbom; }
pages_are_correct() {
  local page
  for page in "$work"/prefix/node_modules/vipctl/dist/man/*.gz; do
    gzip -dc "$page" > page.1 || return 1
    if command -v mandoc > /dev/null; then mandoc -Tlint -W warning page.1 || return 1; fi
  done
}

finds_conflicts() {
  "$@" lint "$conflicts" > found
  [ $? -eq 1 ] && grep -F tcp-port-conflict found
}
completes() { "$@" completion bash > completion.bash && bash -n completion.bash && grep -F 'complete -F _vipctl vipctl' completion.bash; }

# runs NAME COMMAND...: the same checks for the package and the executable
runs() {
  local name=$1
  shift
  check "$name: version" has "vipctl" "$@" version
  check "$name: dig" has 240.240.0.1 "$@" dig orders.db.example.com +short -f "$mesh"
  check "$name: lint" finds_conflicts "$@"
  check "$name: proxy-config" has 3306 "$@" pc listeners -f "$mesh" --meta DNS_CAPTURE=true
  check "$name: an EnvoyFilter" has envoy.filters.http "$@" patches -f "$root/fixtures/conformance-policies/ef-http-filter-merge/input.yaml"
  check "$name: the page of a rule" has 'How to fix' "$@" lint --explain tcp-port-conflict
  check "$name: the page of the playground" has '<!doctype html' "$@" playground --out -
  check "$name: completion" completes "$@"
}

# plugin FOLDER PROGRAM: kubectl finds the program by its name on the path
plugin() {
  mkdir -p "$1" && ln -sf "$2" "$1/kubectl-vipctl" && ln -sf "$2" "$1/kubectl_complete-vipctl"
  PATH=$1:$PATH
  if command -v kubectl > /dev/null; then
    has 240.240.0.1 kubectl vipctl dig orders.db.example.com +short -f "$mesh" || return 1
  fi
  has 'kubectl vipctl dig' kubectl-vipctl dig --help && has 'nametable' kubectl_complete-vipctl name
}

check 'npm pack' packed
check 'npm install vipctl-VERSION.tgz brings one package and warns of nothing' installed
check 'publint and attw find nothing' library_is_sound
check 'import from vipctl' imports vipctl
check 'import from vipctl/browser' imports vipctl/browser
check 'a bundler takes the build for browsers' is_bundled_for_browsers
check 'the package brings the licences of what it bundles' brings_licences
check 'the manual pages are correct' pages_are_correct
check 'npx vipctl in an empty folder' by_npx
check 'npm run sbom' lists_parts
runs package "$work/prefix/node_modules/.bin/vipctl"
check 'package: kubectl vipctl' plugin "$work/kubectl-package" "$work/prefix/node_modules/vipctl/bin/vipctl.js"
check 'npm run binary' node "$root/bin/binary.mjs" --out "$work/vipctl"
runs binary "$work/vipctl"
check 'binary: kubectl vipctl' plugin "$work/kubectl-binary" "$work/vipctl"

report_checks
