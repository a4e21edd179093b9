"""Pictures of a take: a strip of what the hands did, or its frames as a moving picture."""

from collections.abc import Iterator

import numpy as np

from gesturectl.evaluation.canvas import GRID, INK, SOFT, Canvas, Colour
from gesturectl.gestures.take import Take
from gesturectl.landmarks.skeleton import BONES, FINGERS
from gesturectl.types import Float32, UInt8

_HANDS: tuple[Colour, Colour] = ((213, 94, 0), (0, 114, 178))
"""RGB of the user's left and right hand."""
_TRAIL_MS = 600
"""How much of the fingertips' way is drawn behind them."""
_TIP = FINGERS["index"][-1]


def skeleton_strip(take: Take, pictures: int = 8, title: str = "", height: int = 220) -> UInt8:
    """`pictures` moments of `take` side by side, evenly spaced, mirrored as people know themselves."""
    count = min(pictures, len(take.t_ms))
    chosen = np.unique(np.linspace(0, len(take.t_ms) - 1, count).round().astype(int))
    width = max(40, round(height * take.aspect))
    top = 44 if title else 8
    canvas = Canvas(8 + len(chosen) * (width + 8), top + height + 30)
    if title:
        canvas.write(title, (12, 22), 0.6, INK, bold=True)
    for k, frame in enumerate(chosen):
        left = 8 + k * (width + 8)
        canvas.image[top : top + height, left : left + width] = skeleton_frame(take, int(frame), height)
        seconds = (take.t_ms[frame] - take.t_ms[0]) / 1000
        canvas.write(f"{seconds:.2f} s", (left + width / 2, top + height + 16), 0.42, SOFT, "middle")
    return canvas.image


def skeleton_frames(take: Take, height: int = 480) -> Iterator[UInt8]:
    """Every frame of `take` as a picture (height, width, 3) of even size, as video codecs want it."""
    for frame in range(len(take.t_ms)):
        picture = skeleton_frame(take, frame, height)
        canvas = Canvas(picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2)
        canvas.image[:] = picture[: canvas.image.shape[0], : canvas.image.shape[1]]
        canvas.write(f"{(take.t_ms[frame] - take.t_ms[0]) / 1000:.2f} s", (10, 16), 0.45, SOFT)
        yield canvas.image


def skeleton_frame(take: Take, frame: int, height: int) -> UInt8:
    """The hands in one frame of `take`, mirrored, with the index fingers' way of the last moment."""
    canvas = Canvas(max(40, round(height * take.aspect)), height)
    canvas.image[:] = (248, 249, 251)
    canvas.image[[0, -1]] = canvas.image[:, [0, -1]] = GRID
    lately = np.flatnonzero((take.t_ms > take.t_ms[frame] - _TRAIL_MS) & (take.t_ms <= take.t_ms[frame]))
    for slot, colour in enumerate(_HANDS):
        _draw_trail(canvas, take.image_points[lately, slot, _TIP], colour)
        if take.present[frame, slot]:
            _draw_hand(canvas, take.image_points[frame, slot], colour)
    return canvas.image


def _draw_hand(canvas: Canvas, points: Float32, colour: Colour) -> None:
    """`points` (21, 3); joints that aren't known are left out."""
    spots, known = _spots(canvas, points), np.asarray(np.isfinite(points[:, :2]).all(axis=1))
    thick = max(1, canvas.image.shape[0] // 150)
    for start, end in BONES:
        if known[start] and known[end]:
            canvas.line(tuple(spots[start]), tuple(spots[end]), colour, thick)
    for spot in spots[known]:
        canvas.dot(tuple(spot), 0.9 + 0.7 * thick, colour)


def _draw_trail(canvas: Canvas, tips: Float32, colour: Colour) -> None:
    """The way of one point, `tips` (N, 3), paler the longer ago."""
    spots = _spots(canvas, tips)
    for k in range(1, len(spots)):
        if np.isfinite(spots[k - 1 : k + 1]).all():
            share = 0.15 + 0.45 * k / len(spots)
            red, green, blue = (round(248 + (c - 248) * share) for c in colour)
            canvas.line(tuple(spots[k - 1]), tuple(spots[k]), (red, green, blue), 2)


def _spots(canvas: Canvas, points: Float32) -> Float32:
    """(N, 2) pixels of `points` (N, 3) in the mirrored picture; far outside is kept near, since OpenCV's pixels are
    whole numbers of limited size."""
    height, width = canvas.image.shape[:2]
    spots = np.stack([(1 - points[:, 0]) * width, points[:, 1] * height], axis=1)
    limited: Float32 = np.clip(spots, -10 * width, 10 * width).astype(np.float32)
    return limited
