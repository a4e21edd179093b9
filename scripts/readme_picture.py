"""Make docs/images/demo.png, the picture in the README: four moments of the clip that `gesturectl demo` annotates.

    python scripts/readme_picture.py

takes about a minute. What it shows is what the model that ships truly recognises: run it again after each new model.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

WANTED = ("swipe_left", "circle_cw", "thumbs_up", "victory", "fist", "swipe_right")
"""The first four of these that are recognised are shown, in the order of the clip."""
AFTER_MS = 130
"""When its caption has just appeared and the hand is still in the gesture."""
HOLD_MS = {"victory": 600}
"""What the bundled profile asks for before anything happens, and the caption appears."""
TILE = (480, 360)
GAP = 6
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "demo.png"


def main() -> int:
    """Run the demo, cut the frames out, write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "demo.mp4"
        moments = _moments(clip)
        frames = _frames(clip, moments)
    if len(frames) < 4:
        sys.stderr.write(f"only {len(frames)} gestures were recognised; the picture needs four\n")
        return 1
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    _write(_sheet(frames))
    sys.stdout.write(f"{PICTURE}: {PICTURE.stat().st_size / 1000:.0f} kB\n")
    return 0


def _moments(clip: Path) -> list[int]:
    """Milliseconds of the moments to show; the demo writes its annotated clip to `clip`."""
    command = [sys.executable, "-m", "gesturectl.cli", "demo", "--fast", "--json", "--out", str(clip)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    at_ms = {line["gesture"]: line["t_ms"] for line in lines if line["type"] == "event" and line["expected"]}
    shown = [gesture for gesture in WANTED if gesture in at_ms][:4]
    return sorted(at_ms[gesture] + HOLD_MS.get(gesture, 0) + AFTER_MS for gesture in shown)


def _frames(clip: Path, moments: list[int]) -> list[cv2.typing.MatLike]:
    """The frames of those moments, (height, width, 3) BGR."""
    capture = cv2.VideoCapture(str(clip))
    fps = capture.get(cv2.CAP_PROP_FPS)
    wanted = {round(t_ms * fps / 1000) for t_ms in moments}
    frames, index = [], 0
    while capture.grab():
        if index in wanted:
            frames.append(capture.retrieve()[1])
        index += 1
    capture.release()
    return frames


def _sheet(frames: list[cv2.typing.MatLike]) -> cv2.typing.MatLike:
    """Two by two."""
    width, height = TILE
    sheet = np.full((2 * height + GAP, 2 * width + GAP, 3), 255, np.uint8)
    for place, frame in enumerate(frames):
        top, left = (place // 2) * (height + GAP), (place % 2) * (width + GAP)
        sheet[top : top + height, left : left + width] = cv2.resize(frame, TILE, interpolation=cv2.INTER_AREA)
    return sheet


def _write(sheet: cv2.typing.MatLike) -> None:
    """As a PNG with a palette, half as large as one without. OpenCV can't write those; Pillow comes with pystray."""
    from PIL import Image

    picture = Image.fromarray(cv2.cvtColor(sheet, cv2.COLOR_BGR2RGB))
    # Dithered: without, the wall and the face get steps. `quantize` dithers only towards a palette that is given.
    palette = picture.quantize(256, kmeans=3)
    picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(PICTURE, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
