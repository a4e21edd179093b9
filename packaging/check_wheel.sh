#!/usr/bin/env bash
# Build wheel and sdist, install the wheel into a fresh environment, and run the demo from it, without a network where that
# can be taken away. Leaves the files in dist/. check_wheel.sh [PYTHON_WITH_BUILD]
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf dist
"$python" -m build --outdir dist . >/dev/null
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt dist/*.whl
"$work/venv/bin/python" -c "import cv2" 2>/dev/null || { # no OpenGL library on a server
  "$work/venv/bin/pip" uninstall --quiet --yes opencv-python
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check -c constraints.txt opencv-python-headless
}
cd "$work" # nothing of the checkout is in reach
offline=""
unshare -rn true 2>/dev/null && offline="unshare -rn"
$offline env -u PYTHONPATH venv/bin/gesturectl demo --fast | tail -3
venv/bin/gesturectl profiles check
venv/bin/gesturectl models >/dev/null
echo "the wheel works from a fresh environment${offline:+, offline}"
