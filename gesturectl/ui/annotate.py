"""Drawing what was recognised on a frame: the hands' skeletons, the gesture and what it does."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from gesturectl.landmarks.skeleton import BONES
from gesturectl.types import Float32, Hands, UInt8

_COLOURS = ((255, 166, 77), (92, 200, 255))
"""RGB of the user's left and right hand: warm and cool, told apart by people who don't see red or green."""
_FONT = cv2.FONT_HERSHEY_DUPLEX


@dataclass(frozen=True, slots=True)
class Caption:
    """What is written below the picture."""

    title: str
    """The gesture."""
    detail: str
    """What it does."""
    good: bool | None = None
    """Whether it is what was expected; None if nobody knows."""
    strength: float = 1.0
    """1 when new, towards 0 as it fades."""


def annotate(image: UInt8, hands: Hands | None, captions: Sequence[Caption], corner: str = "") -> UInt8:
    """A mirrored copy of `image` (H, W, 3) RGB with everything drawn on it.

    Mirrored, because people know themselves from mirrors: a swipe to the user's left then goes to the left.
    `captions` are stacked from the bottom, the newest last; `corner` is small print at the top left.
    """
    canvas: UInt8 = np.ascontiguousarray(image[:, ::-1])
    if hands is not None:
        for slot, present in enumerate(hands.present):
            if present:
                _draw_hand(canvas, hands.image_points[slot], _COLOURS[slot])
    scale = canvas.shape[0] / 480
    bottom = canvas.shape[0] - round(12 * scale)
    for caption in reversed(captions):
        bottom = _draw_caption(canvas, caption, bottom, scale)
    if corner:
        size, edge = 0.45 * scale, round(8 * scale)
        _darken(canvas[: round(26 * scale), : _width(corner, size) + 2 * edge], 0.55)
        _write(canvas, corner, (edge, round(18 * scale)), size, (235, 235, 235))
    return canvas


def _draw_hand(canvas: UInt8, points: Float32, colour: tuple[int, int, int]) -> None:
    """`points` (21, 3) of the unmirrored picture."""
    height, width = canvas.shape[:2]
    if not np.isfinite(points[:, :2]).all():
        return
    # Four more bits: lines between whole pixels look shaky in a moving picture.
    spots = np.rint(np.stack([(1 - points[:, 0]) * width, points[:, 1] * height], axis=1) * 16).astype(int)
    thick = max(1, round(height / 240))
    for start, end in BONES:
        line = (spots[start].tolist(), spots[end].tolist())
        cv2.line(canvas, *line, (20, 20, 20), thick + 2, cv2.LINE_AA, shift=4)
        cv2.line(canvas, *line, colour, thick, cv2.LINE_AA, shift=4)
    for spot in spots.tolist():
        cv2.circle(canvas, spot, round(16 * thick * 1.9), (20, 20, 20), -1, cv2.LINE_AA, shift=4)
        cv2.circle(canvas, spot, round(16 * thick * 1.3), (255, 255, 255), -1, cv2.LINE_AA, shift=4)


def _draw_caption(canvas: UInt8, caption: Caption, bottom: int, scale: float) -> int:
    """Draws above `bottom`; returns the bottom for the next one."""
    height, left = round(54 * scale), round(12 * scale)
    top, right = bottom - height, canvas.shape[1] - left
    if top < 0 or caption.strength <= 0:
        return bottom
    strength = min(1.0, caption.strength)
    _darken(canvas[top:bottom, left:right], 0.72 * strength)
    bar = {None: (120, 150, 190), True: (64, 200, 120), False: (235, 84, 84)}[caption.good]
    edge = canvas[top:bottom, left : left + round(5 * scale)]
    edge[:] = np.rint(edge * (1 - strength) + np.array(bar) * strength).astype(np.uint8)
    text_left = left + round(16 * scale)
    room = right - text_left - round(8 * scale)
    white = tuple(round(120 + 135 * strength) for _ in range(3))
    _write(canvas, caption.title, (text_left, top + round(24 * scale)), 0.75 * scale, white, room)
    grey = tuple(round(100 + 100 * strength) for _ in range(3))
    _write(canvas, caption.detail, (text_left, top + round(45 * scale)), 0.5 * scale, grey, room)
    return top - round(6 * scale)


def _darken(panel: UInt8, strength: float) -> None:
    """Make a part of the picture a dark ground for writing."""
    panel[:] = np.rint(panel * (1 - strength) + np.array((18, 20, 26)) * strength).astype(np.uint8)


def _write(
    canvas: UInt8, text: str, at: tuple[int, int], size: float, colour: tuple[int, ...], room: int | None = None
) -> None:
    """One line, shortened to `room` pixels."""
    words = _plain(text)
    while room is not None and len(words) > 4 and _width(words, size) > room:
        words = words[:-4].rstrip() + "..."
    cv2.putText(canvas, words, at, _FONT, size, colour, 1, cv2.LINE_AA)


def _width(words: str, size: float) -> int:
    (width, _), _ = cv2.getTextSize(_plain(words), _FONT, size, 1)
    return int(width)


def _plain(text: str) -> str:
    """OpenCV's font has ASCII only."""
    return text.replace("…", "...").replace("×", "x").replace("·", "|").encode("ascii", "replace").decode()
