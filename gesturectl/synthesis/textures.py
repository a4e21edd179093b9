"""What skin looks like close up: lines, flush, creases and nails, as functions of place on the hand."""

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.kinematics import KNUCKLES

Float32 = NDArray[np.float32]

_LEFT, _BOTTOM, _WIDE, _HIGH, _PER_MM = -60, -20, 140, 150, 4
"""The palm's maps cover these mm of the hand's frame, at this many pixels per mm."""

_LINES = (
    ((24, 74), (17, 66), (11, 52), (7, 38), (5, 22), (5, 12)),  # around the thumb
    ((26, 73), (14, 66), (-4, 58), (-20, 48), (-28, 42)),
    ((-38, 62), (-22, 64), (-4, 69), (6, 78), (9, 86)),
    ((-22, 3), (-8, 1), (6, 1), (18, 4)),  # at the wrist
)
_MOUNDS = ((20, 34, 13, 18), (-26, 34, 11, 22), (22, 80, 9, 8), (4, 84, 9, 8), (-15, 79, 9, 8), (-31, 68, 9, 9))
"""x, y and widths in mm of the palm's redder pads."""


def smooth_step(low: float, high: float, x: Float32) -> Float32:
    """0 below `low`, 1 above `high` (or the other way round if low > high), smooth between."""
    t = np.clip((x - np.float32(low)) / np.float32(high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def palm_lines(x: Float32, y: Float32) -> Float32:
    """(M,) darkness of the lines of the palm at mm of the hand's frame."""
    return _sample(_maps()[0], x, y)


def palm_flush(x: Float32, y: Float32) -> Float32:
    """(M,) redness of the palm's pads at mm of the hand's frame."""
    return _sample(_maps()[1], x, y)


def tendons(x: Float32, y: Float32) -> Float32:
    """(M,) darkness of the back of the hand between its tendons; negative on them."""
    return _sample(_maps()[2], x, y)


def knuckle_flush(x: Float32, y: Float32) -> Float32:
    """(M,) redness of the back of the hand at the knuckles."""
    flush = np.zeros_like(x)
    for knuckle in KNUCKLES:
        flush += np.exp(-(((x - knuckle[0]) / 9) ** 2) - ((y - knuckle[1] - 4) / 8) ** 2)
    return flush


def grain(x: Float32, y: Float32) -> Float32:
    """(M,) noise of unit variance that tiles every 256 mm."""
    noise = _noise()
    return noise[np.floor(y).astype(np.int64) % 256, np.floor(x).astype(np.int64) % 256]


def _sample(texture: Float32, x: Float32, y: Float32) -> Float32:
    rows = np.clip((y - _BOTTOM) * _PER_MM, 0, texture.shape[0] - 1).astype(np.int64)
    columns = np.clip((x - _LEFT) * _PER_MM, 0, texture.shape[1] - 1).astype(np.int64)
    return texture[rows, columns]


@cache
def _maps() -> tuple[Float32, Float32, Float32]:
    """Lines, flush and tendons, drawn once."""
    shape = (_HIGH * _PER_MM, _WIDE * _PER_MM)
    lines = np.zeros(shape, np.float32)
    for width, dark in ((1.8, 0.35), (0.9, 0.75)):
        for line in _LINES:
            _draw(lines, _curve(line), width, dark)
    lines = cv2.GaussianBlur(lines, (0, 0), 3.4).astype(np.float32)

    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) / _PER_MM
    x, y = x + _LEFT, y + _BOTTOM
    flush = -0.35 * np.exp(-(((x + 2) / 16) ** 2) - ((y - 48) / 18) ** 2)
    for cx, cy, wide, high in _MOUNDS:
        flush += 0.5 * np.exp(-(((x - cx) / wide) ** 2) - ((y - cy) / high) ** 2)

    back = np.zeros(shape, np.float32)
    for root, knuckle in zip((12, 4, -4, -12), KNUCKLES, strict=True):
        tendon = np.array([[root, 30.0], [knuckle[0], knuckle[1] - 8]])
        _draw(back, tendon, 4, -0.35)
        for side in (-9.0, 9.0):
            _draw(back, tendon + np.array([[side / 2, 0], [side, 0]]), 6, 0.4)
    back = cv2.GaussianBlur(back, (0, 0), 2.2 * _PER_MM).astype(np.float32)
    return lines, flush.astype(np.float32), back


def _curve(points: tuple[tuple[int, int], ...]) -> NDArray[np.float64]:
    """(60, 2) a smooth curve through `points`."""
    corners = np.array(points, np.float64)
    at = np.linspace(0, len(corners) - 1, 60)
    line = np.stack([np.interp(at, np.arange(len(corners)), corners[:, i]) for i in (0, 1)], 1)
    padded = np.pad(line, ((6, 6), (0, 0)), mode="edge")
    kernel = np.hanning(15)[1:-1] / np.hanning(15).sum()
    return np.stack([np.convolve(padded[:, i], kernel, "valid") for i in (0, 1)], 1)


def _draw(image: Float32, line: NDArray[np.float64], width_mm: float, value: float) -> None:
    corners = np.round((line - [_LEFT, _BOTTOM]) * _PER_MM * 8).astype(np.int32)
    cv2.polylines(image, [corners], False, value, max(1, int(width_mm * _PER_MM)), cv2.LINE_AA, 3)


@cache
def _noise() -> Float32:
    """(256, 256) noise of five scales that tiles."""
    rng = np.random.default_rng(3)
    noise = np.zeros((256, 256), np.float32)
    for cells, weight in ((4, 0.5), (8, 0.5), (20, 0.35), (56, 0.25), (128, 0.15)):
        tile = np.tile(rng.standard_normal((cells, cells)).astype(np.float32), (3, 3))
        noise += weight * cv2.resize(tile, (768, 768), interpolation=cv2.INTER_CUBIC)[256:512, 256:512]
    return np.asarray(noise / noise.std(), np.float32)
