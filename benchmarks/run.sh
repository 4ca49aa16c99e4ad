#!/usr/bin/env bash
# Measures schemactl beside octoDNS, which gets a .venv of its own here (not in git).
# `make bench` runs it; parts by name: benchmarks/run.sh start scale growth readers calls latency fleet contacts backups apply
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$here/../.venv/bin/python
lock=$here/requirements.lock
ready=$here/.venv/.ready

if [[ ! -x $python ]]; then
  echo "benchmarks need the project's .venv: run \`make setup\`" >&2
  exit 1
fi
if [[ ! -e $ready || $lock -nt $ready ]]; then
  echo "Setting up benchmarks/.venv" >&2
  "$python" -m venv --clear "$here/.venv"
  "$here/.venv/bin/python" -m pip install -qq --no-deps --require-hashes -r "$lock"
  touch "$ready"
fi

exec "$python" "$here/measure.py" "$@"
