"""Draws the icons in packaging/icons as the tray draws its own: `python scripts/packaging_icons.py`."""

from pathlib import Path

import cv2

from gesturectl.ui.icons import Look, draw

FOLDER = Path(__file__).parent.parent / "packaging" / "icons"

FOLDER.mkdir(exist_ok=True)
for size in (16, 32, 48, 64, 128, 256):
    cv2.imwrite(str(FOLDER / f"{size}.png"), cv2.cvtColor(draw(Look.HAND, size), cv2.COLOR_RGBA2BGRA))
    print(FOLDER / f"{size}.png")
