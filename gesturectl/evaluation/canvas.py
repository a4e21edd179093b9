"""Drawing charts with OpenCV: a white sheet, anti-aliased lines, axes with round numbers, and writing."""

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.types import UInt8

Colour = tuple[int, int, int]

INK: Colour = (38, 42, 51)
"""RGB of writing."""
SOFT: Colour = (118, 124, 138)
"""RGB of writing that matters less."""
GRID: Colour = (228, 231, 237)
PAPER: Colour = (255, 255, 255)
SERIES: tuple[Colour, ...] = (
    (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167), (86, 180, 233), (230, 159, 0), (120, 94, 240),
    (90, 90, 90),
)  # fmt: skip
"""RGB of the series in turn: Okabe and Ito's, which people who don't see red or green tell apart, and two more."""

_FONT, _BOLD = cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX
_FINE = 4
"""More bits of a pixel: lines between whole pixels look shaky."""


class Canvas:
    """A sheet to draw on in RGB; coordinates in pixels, y down."""

    def __init__(self, width: int, height: int) -> None:
        self.image: UInt8 = np.full((height, width, 3), PAPER, np.uint8)

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: Colour, thick: int = 1) -> None:
        """A straight line."""
        cv2.line(self.image, _fine(start), _fine(end), colour, thick, cv2.LINE_AA, _FINE)

    def path(self, points: NDArray[np.float64], colour: Colour, thick: int = 2) -> None:
        """The line through `points` (N, 2)."""
        if len(points) > 1:
            spots = np.rint(points * (1 << _FINE)).astype(np.int32)
            cv2.polylines(self.image, [spots[:, None]], False, colour, thick, cv2.LINE_AA, _FINE)

    def dot(self, at: tuple[float, float], radius: float, colour: Colour) -> None:
        """A filled circle with a white rim, so that it stands out from lines."""
        for size, shade in ((radius + 1.5, PAPER), (radius, colour)):
            cv2.circle(self.image, _fine(at), round(size * (1 << _FINE)), shade, -1, cv2.LINE_AA, _FINE)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle, its right and bottom edges not included."""
        self.image[round(top) : round(bottom), round(left) : round(right)] = colour

    def write(
        self,
        text: str,
        at: tuple[float, float],
        size: float = 0.5,
        colour: Colour = INK,
        align: Literal["left", "middle", "right"] = "left",
        bold: bool = False,
    ) -> None:
        """One line whose middle height is at `at`."""
        font = _BOLD if bold else _FONT
        words = plain(text)
        (width, height), _ = cv2.getTextSize(words, font, size, 1)
        x = at[0] - {"left": 0.0, "middle": width / 2, "right": float(width)}[align]
        cv2.putText(self.image, words, (round(x), round(at[1] + height / 2)), font, size, colour, 1, cv2.LINE_AA)

    def write_upwards(self, text: str, at: tuple[float, float], size: float = 0.5, colour: Colour = INK,
                      align: Literal["left", "middle"] = "middle") -> None:  # fmt: skip
        """One line turned to the left, centred on `at`, or beginning there."""
        width = text_width(text, size)
        strip = Canvas(width + 8, round(36 * size) + 8)
        strip.write(text, (4, strip.image.shape[0] / 2), size, colour)
        turned = np.rot90(strip.image)
        height, breadth = turned.shape[:2]
        left = round(at[0] - breadth / 2)
        top = round(at[1] - (height / 2 if align == "middle" else height))
        rows = slice(max(top, 0), min(top + height, self.image.shape[0]))
        columns = slice(max(left, 0), min(left + breadth, self.image.shape[1]))
        part = turned[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        self.image[rows, columns] = np.minimum(self.image[rows, columns], part)


@dataclass(frozen=True, slots=True)
class Axis:
    """The values along one side of a plot."""

    low: float
    high: float
    logarithmic: bool = False

    def place(self, value: float) -> float:
        """0 at `low`, 1 at `high`; values beyond stay at the edge."""
        if self.logarithmic:
            low, high, value = (math.log10(max(v, 1e-12)) for v in (self.low, self.high, value))
        else:
            low, high = self.low, self.high
        return min(1.0, max(0.0, (value - low) / (high - low)))

    @property
    def ticks(self) -> list[float]:
        """Round values on the axis, four to eight of them."""
        if self.logarithmic:
            first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
            return [10.0**power for power in range(first, last + 1)]
        rough = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
        count = math.floor((self.high - self.low) / step + 1e-6)
        first_tick = math.ceil(self.low / step - 1e-6) * step
        return [t for t in (first_tick + k * step for k in range(count + 1)) if t <= self.high + 1e-9 * step]


class Plot:
    """A rectangle with two axes, drawn when made."""

    def __init__(
        self, canvas: Canvas, area: tuple[float, float, float, float], across: Axis, up: Axis, names: tuple[str, str]
    ) -> None:
        """`area` is left, top, right, bottom; `names` says what goes across and up."""
        self._canvas, self._area = canvas, area
        self.across, self.up = across, up
        left, top, right, bottom = area
        for tick in up.ticks:
            _, y = self.at(across.low, tick)
            canvas.line((left, y), (right, y), GRID)
            canvas.write(number(tick), (left - 10, y), 0.45, SOFT, "right")
        for tick in across.ticks:
            x, _ = self.at(tick, up.low)
            canvas.line((x, top), (x, bottom), GRID)
            canvas.write(number(tick), (x, bottom + 16), 0.45, SOFT, "middle")
        canvas.line((left, bottom), (right, bottom), SOFT)
        canvas.line((left, top), (left, bottom), SOFT)
        canvas.write(names[0], ((left + right) / 2, bottom + 42), 0.5, INK, "middle")
        canvas.write_upwards(names[1], (left - 58, (top + bottom) / 2), 0.5, INK)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where a value lies on the canvas."""
        left, top, right, bottom = self._area
        return left + self.across.place(x) * (right - left), bottom - self.up.place(y) * (bottom - top)

    def path(self, x: NDArray[np.float64], y: NDArray[np.float64], colour: Colour, thick: int = 2) -> None:
        """The line through the values; it breaks where one isn't finite."""
        good = np.isfinite(x) & np.isfinite(y)
        for run in np.split(np.arange(len(x)), np.flatnonzero(~good)):
            kept = run[good[run]]
            self._canvas.path(np.array([self.at(float(x[i]), float(y[i])) for i in kept]).reshape(-1, 2), colour, thick)

    def dot(self, x: float, y: float, colour: Colour, radius: float = 4) -> None:
        """One value."""
        self._canvas.dot(self.at(x, y), radius, colour)


def text_width(text: str, size: float, bold: bool = False) -> int:
    """Pixels a line takes."""
    (width, _), _ = cv2.getTextSize(plain(text), _FONT, size, 2 if bold else 1)
    return int(width)


def plain(text: str) -> str:
    """`text` in ASCII, which is all that OpenCV's font has."""
    table = {
        "–": "-", "—": "-", "…": "...", "×": "x", "·": "|", "≤": "<=", "≥": ">=", "µ": "u", "’": "'",
        "“": '"', "”": '"',
    }  # fmt: skip
    return "".join(table.get(letter, letter) for letter in text).encode("ascii", "replace").decode()


def number(value: float) -> str:
    """A tick's value, as short as it can be."""
    return f"{value:.6g}"


def _fine(at: tuple[float, float]) -> tuple[int, int]:
    return round(at[0] * (1 << _FINE)), round(at[1] * (1 << _FINE))
