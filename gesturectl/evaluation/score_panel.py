"""A panel of bars beside a picture: the likeliest gestures and how likely they are."""

from collections.abc import Sequence

import cv2
import numpy as np

from gesturectl.evaluation.canvas import GRID, INK, SERIES, SOFT, Canvas, Colour
from gesturectl.types import UInt8

_WIDTH = 260
_ROW = 40
_TRACK: Colour = (238, 240, 244)

Bars = Sequence[tuple[str, float]]
"""Gestures and their scores, best first."""


def with_panel(image: UInt8, sections: Sequence[tuple[str, Bars]], notes: Sequence[str] = ()) -> UInt8:
    """`image` (H, W, 3) with a panel to its right: a heading and bars for each section, and `notes` below them.

    Pictures are drawn at 480 to 960 pixels' height, so that the panel can be read; sizes are even, as codecs want them.
    """
    height = min(960, max(480, image.shape[0])) // 2 * 2
    width = round(image.shape[1] * height / image.shape[0] / 2) * 2
    method = cv2.INTER_AREA if height < image.shape[0] else cv2.INTER_CUBIC
    picture = image if image.shape[:2] == (height, width) else cv2.resize(image, (width, height), interpolation=method)
    panel = _panel(sections, notes, height / 480)
    return np.ascontiguousarray(np.hstack([picture, panel[:height]]))


def _panel(sections: Sequence[tuple[str, Bars]], notes: Sequence[str], scale: float) -> UInt8:
    width, height = round(_WIDTH * scale / 2) * 2, round(480 * scale)
    canvas = Canvas(width, height)
    edge = 16 * scale
    y = 26 * scale
    for heading, bars in sections:
        canvas.write(heading, (edge, y), 0.5 * scale, INK)
        y += 26 * scale
        for rank, (label, score) in enumerate(bars):
            canvas.write(label, (edge, y), 0.44 * scale, INK)
            canvas.write(f"{100 * score:.0f} %", (width - edge, y), 0.44 * scale, SOFT, "right")
            left, right = edge, width - edge
            canvas.box(left, y + 10 * scale, right, y + 17 * scale, _TRACK)
            end = left + (right - left) * min(max(score, 0.0), 1.0)
            canvas.box(left, y + 10 * scale, end, y + 17 * scale, SERIES[0] if rank == 0 else SERIES[4])
            y += _ROW * scale
        y += 12 * scale
    for k, note in enumerate(reversed(notes)):
        at = height - (18 + 22 * k) * scale
        if at > y:
            canvas.write(note, (edge, at), 0.46 * scale, SERIES[1])
    canvas.line((0, 0), (0, height), GRID)
    return canvas.image
