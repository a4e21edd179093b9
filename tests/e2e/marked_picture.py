"""A mark that a test's camera puts into its pictures, and the search for it, and for any picture, in files."""

import io
import re
import zipfile
from pathlib import Path

import cv2
import numpy as np

_SIDE = 16
"""Pixels; JPEG keeps even squares of this size as they are."""
_GREYS = np.random.default_rng(7).choice([20, 75, 130, 185, 240], 40).astype(np.int16)
"""The squares along the upper edge of a picture that is 640 wide."""
_STEPS = (8, 16, 24, 32, 48, 64)
"""Bytes from one square to the next: at full or half the size, with one, three or four bytes a pixel."""
_OFF = 12
_PICTURE = re.compile(rb"\xff\xd8\xff(\xe0..JFIF|\xe1..Exif|\xdb\x00\x43)|\x89PNG\r\n\x1a\n|RIFF....WEBP", re.DOTALL)


def mark(picture: cv2.typing.MatLike) -> None:
    """Put the mark into a picture (480, 640, 3)."""
    picture[:_SIDE] = np.repeat(_GREYS, _SIDE).astype(np.uint8)[None, :, None]


def picture_in(content: bytes) -> str:
    """What of a picture is in the `content` of a message; empty if nothing is."""
    if _PICTURE.search(content):
        return "a coded picture"
    values = np.frombuffer(content, np.uint8).astype(np.int16)
    return next((f"rows of the camera, {step} bytes a square" for step in _STEPS if _has_rows(values, step)), "")


def picture_in_file(content: bytes) -> str:
    """What of a picture is in the `content` of a file, also of a packed one; empty if nothing is."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return picture_in(content)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return next((found for name in packed.namelist() if (found := picture_in_file(packed.read(name)))), "")


def pictures_below(*folders: Path) -> dict[str, str]:
    """The files below these folders in which something of a picture is."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(path): found for path in files if (found := picture_in_file(path.read_bytes()))}


def _has_rows(values: np.ndarray, step: int) -> bool:
    places = np.arange(max(0, len(values) - (len(_GREYS) - 1) * step))
    for number, grey in enumerate(_GREYS):
        places = places[np.abs(values[places + number * step] - grey) <= _OFF]
        if not places.size:
            return False
    return True
