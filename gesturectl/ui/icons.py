"""The icon, drawn for any size: each state has a shape of its own, so that it is told without colours and at 16 pixels.

Shapes are signed distance fields (Quílez, "2D distance functions"): negative within. They
are laid out in sixteenths of the icon's side, so that fingers and gaps meet whole pixels in the smallest trays.
"""

from enum import StrEnum

import numpy as np

from gesturectl.types import Float32, UInt8


class Look(StrEnum):
    """What the icon shows."""

    WATCHING = "watching"
    """A hand with an eye in it."""
    HAND = "hand seen"
    """A whole hand."""
    ARMED = "armed"
    """A hand cut out of a disc."""
    FIRED = "fired"
    """A flash cut out of a star; shown for a moment."""
    RECORDING = "recording"
    """A disc in a ring."""
    TRAINING = "training"
    """A ring that fills as it goes on, around an arrow upwards."""
    PAUSED = "paused"
    """Two bars."""
    NO_CAMERA = "no camera"
    """A camera, crossed out."""
    ERROR = "error"
    """A triangle with an exclamation mark."""


# Luminances near 0.2 stand out from white (4:1) and from black (5:1) alike.
_COLOURS: dict[Look, tuple[int, int, int]] = {
    Look.WATCHING: (52, 116, 224),
    Look.HAND: (52, 116, 224),
    Look.ARMED: (20, 140, 84),
    Look.FIRED: (206, 92, 10),
    Look.RECORDING: (222, 52, 62),
    Look.TRAINING: (138, 92, 226),
    Look.PAUSED: (158, 104, 16),
    Look.NO_CAMERA: (158, 104, 16),
    Look.ERROR: (222, 52, 62),
}
_TRACK_ALPHA = 0.3
"""Of the part of the ring that isn't done."""


def draw(look: Look, size: int, progress: float = 0.0) -> UInt8:
    """The icon as (size, size, 4) RGBA with straight alpha; `progress` in [0, 1] fills the ring of training."""
    x, y = _grid(size)
    cover = _cover(_SHAPES[look](x, y), size)
    if look is Look.TRAINING:
        ring, done = _ring(x, y), _sector(x, y, progress)
        cover = np.maximum(cover, _cover(ring, size) * np.where(_cover(done, size) > 0.5, 1.0, _TRACK_ALPHA))
    icon: UInt8 = np.empty((size, size, 4), np.uint8)
    icon[..., :3] = _COLOURS[look]
    icon[..., 3] = np.rint(cover * 255)
    return icon


def _grid(size: int) -> tuple[Float32, Float32]:
    """The middles of the pixels, in sixteenths of the icon's side."""
    middles = ((np.arange(size) + 0.5) * (16 / size)).astype(np.float32)
    x, y = np.meshgrid(middles, middles)
    return x, y


def _cover(distance: Float32, size: int) -> Float32:
    """How much of each pixel lies within."""
    covered: Float32 = np.clip(0.5 - distance * (size / 16), 0, 1)
    return covered


def _disc(x: Float32, y: Float32, at: tuple[float, float], radius: float) -> Float32:
    return np.asarray(np.hypot(x - at[0], y - at[1]) - radius, np.float32)


def _box(x: Float32, y: Float32, left: float, top: float, right: float, bottom: float, round_: float) -> Float32:
    """A rectangle with rounded corners."""
    dx = np.abs(x - (left + right) / 2) - (right - left) / 2 + round_
    dy = np.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + round_
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return np.asarray(outside + np.minimum(np.maximum(dx, dy), 0) - round_, np.float32)


def _stroke(x: Float32, y: Float32, start: tuple[float, float], end: tuple[float, float], radius: float) -> Float32:
    """A line with round ends."""
    across, down = end[0] - start[0], end[1] - start[1]
    along = np.clip(((x - start[0]) * across + (y - start[1]) * down) / (across**2 + down**2), 0, 1)
    return np.asarray(np.hypot(x - start[0] - across * along, y - start[1] - down * along) - radius, np.float32)


def _polygon(x: Float32, y: Float32, corners: list[tuple[float, float]]) -> Float32:
    """Any polygon whose sides don't cross."""
    nearest = np.full_like(x, np.inf)
    within = np.zeros(x.shape, bool)
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        nearest = np.minimum(nearest, _stroke(x, y, (ax, ay), (bx, by), 0))
        crosses = (ay > y) != (by > y)
        within ^= crosses & (x < (bx - ax) * (y - ay) / np.where(by == ay, np.inf, by - ay) + ax)
    return np.where(within, -nearest, nearest).astype(np.float32)


def _circle(x: Float32, y: Float32, radius: float, half_width: float) -> Float32:
    """A line around the middle of the icon."""
    return np.abs(_disc(x, y, (8, 8), radius)) - np.float32(half_width)


def _join(*shapes: Float32) -> Float32:
    return np.asarray(np.min(shapes, axis=0))


def _both(one: Float32, other: Float32) -> Float32:
    return np.asarray(np.maximum(one, other))


def _cut(shape: Float32, hole: Float32) -> Float32:
    return _both(shape, -hole)


def _hand(x: Float32, y: Float32) -> Float32:
    """A right hand, palm towards us, filling the icon."""
    parts = [_box(x, y, 4, 8, 15, 16, 3.2), _stroke(x, y, (5.4, 12.2), (1.9, 8.9), 1.25)]
    for middle, top in ((5, 3), (8, 1), (11, 2), (14, 4.5)):
        parts.append(_box(x, y, middle - 1, top, middle + 1, 12, 1))
    return _join(*parts)


def _eyed(x: Float32, y: Float32) -> Float32:
    eye = _both(_disc(x, y, (9.5, 14.2), 3.7), _disc(x, y, (9.5, 9.4), 3.7))
    return _join(_cut(_hand(x, y), eye), _disc(x, y, (9.5, 11.8), 0.9))


def _armed(x: Float32, y: Float32) -> Float32:
    inner = _hand((x - 8.0) / 0.62 + 8.4, (y - 8.0) / 0.62 + 8.4) * 0.62
    return _cut(_disc(x, y, (8, 8), 7.9), inner)


def _fired(x: Float32, y: Float32) -> Float32:
    turns = [np.pi * number / 10 for number in range(20)]
    star = [
        (8 + reach * float(np.sin(turn)), 8 - reach * float(np.cos(turn)))
        for turn, reach in zip(turns, [8.0, 5.9] * 10, strict=True)
    ]
    bolt = [(9.6, 2.6), (4.6, 8.8), (7.4, 8.8), (6.2, 13.4), (11.4, 7.0), (8.5, 7.0)]
    return _cut(_polygon(x, y, star), _polygon(x, y, bolt))


def _recording(x: Float32, y: Float32) -> Float32:
    return _join(_circle(x, y, 7.2, 0.75), _disc(x, y, (8, 8), 4.4))


def _ring(x: Float32, y: Float32) -> Float32:
    return _circle(x, y, 6.7, 1.2)


def _sector(x: Float32, y: Float32, progress: float) -> Float32:
    """Negative where the ring is done, clockwise from the top."""
    turn = np.arctan2(x - 8, 8 - y) % (2 * np.pi)
    return np.where(turn < 2 * np.pi * min(max(progress, 0.0), 1.0), -1.0, 1.0).astype(np.float32)


def _learning(x: Float32, y: Float32) -> Float32:
    return _polygon(x, y, [(8, 4.2), (11.6, 8), (9.2, 8), (9.2, 11.6), (6.8, 11.6), (6.8, 8), (4.4, 8)])


def _paused(x: Float32, y: Float32) -> Float32:
    return _join(_box(x, y, 3, 2, 7, 14, 1), _box(x, y, 9, 2, 13, 14, 1))


def _no_camera(x: Float32, y: Float32) -> Float32:
    body = _box(x, y, 0.5, 4, 10.5, 13, 1.5)
    lens = _polygon(x, y, [(11.2, 8.5), (15.5, 5), (15.5, 12)])
    gap, slash = _stroke(x, y, (2, 1), (13.5, 15.5), 1.9), _stroke(x, y, (2, 1), (13.5, 15.5), 0.9)
    return _join(_cut(_join(body, lens), gap), slash)


def _error(x: Float32, y: Float32) -> Float32:
    triangle = _polygon(x, y, [(8, 1.6), (15, 14.2), (1, 14.2)]) - np.float32(0.8)
    mark = _join(_box(x, y, 7, 5, 9, 10.2, 0.8), _disc(x, y, (8, 12.3), 1.15))
    return _cut(triangle, mark)


_SHAPES = {
    Look.WATCHING: _eyed,
    Look.HAND: _hand,
    Look.ARMED: _armed,
    Look.FIRED: _fired,
    Look.RECORDING: _recording,
    Look.TRAINING: _learning,
    Look.PAUSED: _paused,
    Look.NO_CAMERA: _no_camera,
    Look.ERROR: _error,
}
