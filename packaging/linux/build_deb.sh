#!/usr/bin/env bash
# A .deb with everything in it: build_deb.sh WHEEL [OUTPUT_FOLDER]. For the Debian or Ubuntu, and the processor, it is built on.
# Debian has no onnxruntime, so the Python packages travel along, in /usr/lib/gesturectl; MediaPipe, an alternative tracker, doesn't.
set -euo pipefail
wheel=$(realpath "$1")
out=$(realpath "${2:-dist}")
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=/usr/bin/python3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree library=$work/tree/usr/lib/gesturectl
mkdir -p "$library" "$tree"/usr/{bin,share/applications,share/metainfo,share/doc/gesturectl} "$tree/DEBIAN"

# pip of a virtual environment on the very Python that the package will run on.
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --target "$library" --no-deps "$wheel"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check -c "$root/constraints.txt" --target "$library" \
  numpy opencv-python-headless onnxruntime aiohttp pystray python-xlib evdev dbus-fast platformdirs tomli-w
rm -rf "$library/bin" "$library/share"
"$python" -m compileall -q --invalidation-mode unchecked-hash "$library" || true # some packages carry files for other Pythons

cat > "$tree/usr/bin/gesturectl" <<'LAUNCHER'
#!/bin/sh
# -B: what was compiled while building is all there is, so that removing the package leaves nothing behind.
exec /usr/bin/python3 -B -s -c 'import sys; sys.path.insert(0, "/usr/lib/gesturectl"); from gesturectl.cli import main; sys.exit(main())' "$@"
LAUNCHER
chmod 755 "$tree/usr/bin/gesturectl"
cp "$here/org.gesturectl.gesturectl.desktop" "$tree/usr/share/applications/"
cp "$here/org.gesturectl.gesturectl.metainfo.xml" "$tree/usr/share/metainfo/"
cp "$root/LICENSE" "$tree/usr/share/doc/gesturectl/copyright"
for icon in "$root"/packaging/icons/*.png; do
  size=$(basename "$icon" .png)
  install -D -m 644 "$icon" "$tree/usr/share/icons/hicolor/${size}x${size}/apps/org.gesturectl.gesturectl.png"
done
mkdir -p "$tree/usr/share/gnome-shell/extensions"
cp -r "$root/packaging/gnome-shell/gesturectl@gesturectl.org" "$tree/usr/share/gnome-shell/extensions/"

version=$(basename "$wheel" | cut -d- -f2)
architecture=$(dpkg --print-architecture)
minor=$("$python" -c 'import sys; print(sys.version_info[1])')
cat > "$tree/DEBIAN/control" <<CONTROL
Package: gesturectl
Version: $version
Architecture: $architecture
Maintainer: The gesturectl contributors <gesturectl@users.noreply.invalid>
Installed-Size: $(du -sk "$tree" | cut -f1)
Depends: python3 (>= 3.$minor), python3 (<< 3.$((minor + 1))), libglib2.0-0 | libglib2.0-0t64
Recommends: libxkbcommon0, dbus
Section: utils
Priority: optional
Description: control the computer by hand gestures before the webcam
 A webcam watches your hands, and your gestures become keys, media control and
 commands, in each app as you like. Everything happens on this computer.
CONTROL
find "$tree" -type d -exec chmod 755 {} +
chmod -R go-w,a+rX "$tree"
mkdir -p "$out"
package=$out/gesturectl_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zzstd -z3 --build "$tree" "$package" >/dev/null
echo "$package"
