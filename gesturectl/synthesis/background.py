"""The room behind the person: a wall, a window, shelves, a plant; out of focus."""

import cv2
import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.camera import View

Float = NDArray[np.float64]
Float32 = NDArray[np.float32]


def room(view: View, rng: np.random.Generator) -> Float32:
    """(height, width, 3) sRGB in [0, 1]: a plausible room, another for every state of `rng`."""
    unit = view.height / 480  # all numbers below are pixels of a picture 480 high
    picture = np.empty((view.height, view.width, 3), np.float32)
    width, height = view.width / unit, 480.0
    painter = _Painter(picture, unit)

    wall = rng.uniform(0.58, 0.80) * np.array([1.0, 0.975, 0.94]) * rng.uniform(0.96, 1.04, 3)
    y, x = np.mgrid[0 : view.height, 0 : view.width].astype(np.float32) / np.float32(unit)
    bright = 1.06 - 0.30 * ((x / width - rng.uniform(0.1, 0.9)) ** 2 + (y / height - 0.2) ** 2)
    picture[:] = wall * bright[..., None]

    side = rng.permutation(2)
    painter.window(*((width * 0.05, width * 0.68)[side[0]], rng.uniform(15, 45)), rng)
    painter.shelf((width * 0.02, width * 0.66)[side[1]], rng.uniform(120, 175), rng)
    painter.frame((width * 0.08, width * 0.74)[side[1]], rng.uniform(205, 240), rng)
    painter.plant((width * 0.93, width * 0.07)[side[1]], rng.uniform(330, 370), rng)
    return np.clip(cv2.GaussianBlur(picture, (0, 0), 3.2 * unit), 0, 1).astype(np.float32)


class _Painter:
    """Draws things onto a picture in units of a picture 480 pixels high."""

    def __init__(self, picture: Float32, unit: float) -> None:
        self._picture = picture
        self._unit = unit

    def box(self, x: float, y: float, width: float, height: float, colour: Float) -> None:
        """A filled rectangle."""
        corner, size = np.array([x, y]) * self._unit, np.array([width, height]) * self._unit
        (x0, y0), (x1, y1) = np.round(corner).astype(int).tolist(), np.round(corner + size).astype(int).tolist()
        cv2.rectangle(self._picture, (x0, y0), (x1, y1), colour.tolist(), -1)

    def blob(self, x: float, y: float, width: float, height: float, turn: float, colour: Float) -> None:
        """A filled ellipse, turned by degrees."""
        centre = (round(x * self._unit), round(y * self._unit))
        axes = (max(1, round(width * self._unit)), max(1, round(height * self._unit)))
        cv2.ellipse(self._picture, centre, axes, turn, 0, 360, colour.tolist(), -1, cv2.LINE_AA)

    def window(self, x: float, y: float, rng: np.random.Generator) -> None:
        """Two panes and the sky."""
        width, height = rng.uniform(130, 165), rng.uniform(165, 215)
        sky = np.array([0.80, 0.89, 0.97]) * rng.uniform(0.92, 1.0)
        self.box(x - 8, y - 8, width + 16, height + 16, np.array([0.90, 0.90, 0.88]))
        for pane in range(2):
            left = x + pane * width / 2 + 3 * pane
            self.box(left, y, width / 2 - 3, height, sky)
            self.box(left, y + height * 0.72, width / 2 - 3, height * 0.28, sky * np.array([0.72, 0.80, 0.66]))
        self.box(x - 14, y + height + 8, width + 28, 7, np.array([0.84, 0.84, 0.82]))

    def shelf(self, x: float, y: float, rng: np.random.Generator) -> None:
        """A board with books."""
        length = rng.uniform(170, 210)
        end = x + length
        wood = np.array([0.46, 0.34, 0.24]) * rng.uniform(0.7, 1.3)
        at = x + rng.uniform(4, 24)
        while at < end - 24:
            thick, tall = rng.uniform(8, 20), rng.uniform(42, 74)
            grey = rng.uniform(0.25, 0.75)
            cover = np.clip(grey + rng.uniform(-0.25, 0.25, 3), 0.05, 0.95)
            self.box(at, y - tall, thick, tall, cover)
            self.box(at + 2, y - tall * 0.8, thick - 4, 5, np.clip(cover + 0.25, 0, 1))
            at += thick + 1.0 + (rng.random() < 0.12) * 18
        self.box(x, y, length, 8, wood)
        self.box(x + 4, y + 8, length - 8, 5, self._shade(x + 4, y + 10))

    def frame(self, x: float, y: float, rng: np.random.Generator) -> None:
        """A picture of hills."""
        dark, paper = np.full(3, 0.17), np.array([0.93, 0.92, 0.88])
        self.box(x, y, 104, 78, dark)
        self.box(x + 5, y + 5, 94, 68, paper)
        tint = rng.uniform(0.45, 0.75, 3)
        self.box(x + 16, y + 15, 72, 48, 0.5 * tint + 0.45)
        self.blob(x + 40, y + 56, 22, 7, 0, tint * 0.8)
        self.blob(x + 66, y + 52, 20, 10, 0, tint * 0.6)

    def plant(self, x: float, y: float, rng: np.random.Generator) -> None:
        """Leaves in a pot that stands on something below the picture."""
        for _ in range(34):
            angle, reach = rng.uniform(-np.pi * 0.95, -np.pi * 0.05), rng.uniform(20, 92)
            green = np.array([0.20, 0.40, 0.19]) * rng.uniform(0.6, 1.35)
            self.blob(x + reach * np.cos(angle), y + reach * np.sin(angle), 15, 5.5, float(np.degrees(angle)), green)
        self.box(x - 24, y, 48, 54, np.array([0.62, 0.42, 0.31]))
        self.box(x - 28, y - 4, 56, 11, np.array([0.67, 0.46, 0.34]))

    def _shade(self, x: float, y: float) -> Float:
        """What is there, darker: a shadow's colour."""
        rows, columns = self._picture.shape[:2]
        row, column = min(int(y * self._unit), rows - 1), min(max(int(x * self._unit), 0), columns - 1)
        return np.asarray(self._picture[row, column] * 0.8, np.float64)
