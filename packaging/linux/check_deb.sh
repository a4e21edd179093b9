#!/usr/bin/env bash
# Install a .deb, run the demo from it without a network and as nobody in particular, remove it, look for leftovers. Needs root.
set -euo pipefail
package=$(realpath "$1")
apt-get install -y -qq --no-install-recommends "$package" >/dev/null
work=$(mktemp -d)
chmod 777 "$work"
cd "$work"
offline=""
unshare -n true 2>/dev/null && offline="unshare -n"
HOME=$work $offline setpriv --reuid=65534 --regid=65534 --clear-groups env -u PYTHONPATH /usr/bin/gesturectl demo --fast | tail -3
/usr/bin/gesturectl --version
desktop-file-validate /usr/share/applications/org.gesturectl.gesturectl.desktop
apt-get purge -y -qq gesturectl >/dev/null
for left in /usr/lib/gesturectl /usr/bin/gesturectl /usr/share/gnome-shell/extensions/gesturectl@gesturectl.org; do
  [ ! -e "$left" ] || { echo "$left is left behind" >&2; exit 1; }
done
echo "installed, ran, removed: nothing left behind"
