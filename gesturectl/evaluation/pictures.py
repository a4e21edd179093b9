"""Pictures of how good a model is: confusion, learning curves, reliability, detections against false activations."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import ArrayLike

from gesturectl.atomic import whole_file
from gesturectl.errors import GesturectlError
from gesturectl.evaluation.canvas import (
    GRID,
    INK,
    PAPER,
    SERIES,
    SOFT,
    Axis,
    Canvas,
    Colour,
    Plot,
    text_width,
)
from gesturectl.evaluation.metrics import Reliability
from gesturectl.types import UInt8

_DARK: Colour = (8, 69, 122)
_WRONG: Colour = (176, 58, 20)
_GAP: Colour = (241, 196, 164)


def write_picture(path: Path, image: UInt8) -> None:
    """Write `image` (H, W, 3) RGB to `path`, whole or not at all; its ending (.png, .jpg) is the format.

    Raises GesturectlError.
    """
    try:
        done, coded = cv2.imencode(path.suffix, cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
    except cv2.error as error:
        raise GesturectlError(str(path), f"OpenCV writes no {path.suffix or 'such'} pictures", "Use .png.") from error
    if not done:
        raise GesturectlError(str(path), "the picture can't be coded", "Use .png.")
    try:
        with whole_file(path) as file:
            file.write(coded.tobytes())
    except OSError as error:
        raise GesturectlError(str(path), f"it can't be written ({error.strerror})", "Give another place.") from error


def confusion_picture(confusion: ArrayLike, labels: Sequence[str], title: str = "Confusion") -> UInt8:
    """The (L, L) counts of `confusion`, true classes down, predicted across; a cell's shade is its share of the row."""
    counts = np.asarray(confusion, np.int64)
    L = len(labels)
    cell = max(18, min(54, 900 // max(L, 1)))
    size = 0.5 if cell >= 36 else 0.42
    widest = max([text_width(label, size) for label in labels], default=0)
    left, top = widest + 70, widest + 104
    side = cell * L
    totals = counts.sum(axis=1)
    canvas = Canvas(max(left + side + 110, text_width(title, 0.7, True) + 60), top + side + 40)
    canvas.write(title, (24, 28), 0.7, INK, bold=True)
    right = int(np.trace(counts))
    share = f"{right} of {int(counts.sum())} right ({100 * right / max(int(counts.sum()), 1):.1f} %)"
    canvas.write(share, (24, 56), 0.5, SOFT)
    canvas.write_upwards("true", (18, top + side / 2), 0.5, SOFT)
    canvas.write("recall", (left + side + 14, top - 14), 0.42, SOFT)
    for i, label in enumerate(labels):
        middle = (i + 0.5) * cell
        canvas.write(label, (left - 10, top + middle), size, INK, "right")
        canvas.write_upwards(label, (left + middle, top - 8), size, INK, "left")
        recall = f"{100 * counts[i, i] / totals[i]:.0f} %" if totals[i] else "-"
        canvas.write(recall, (left + side + 14, top + middle), size, SOFT)
        for j in range(L):
            weight = counts[i, j] / totals[i] if totals[i] else 0.0
            shade = _blend(_DARK if i == j else _WRONG, weight)
            x, y = left + j * cell, top + i * cell
            canvas.box(x, y, x + cell, y + cell, shade)
            if counts[i, j]:
                ink = PAPER if weight > 0.5 else INK
                fits = 0.45 if text_width(str(counts[i, j]), 0.45) < cell - 6 else 0.32
                canvas.write(str(counts[i, j]), (x + cell / 2, y + cell / 2), fits, ink, "middle")
    for k in range(L + 1):
        canvas.line((left, top + k * cell), (left + side, top + k * cell), GRID)
        canvas.line((left + k * cell, top), (left + k * cell, top + side), GRID)
    canvas.write("predicted (columns)", (left + side / 2, top + side + 20), 0.5, SOFT, "middle")
    return canvas.image


def curves_picture(
    curves: Mapping[str, ArrayLike],
    title: str,
    across: str = "epoch",
    up: str = "",
    limits: tuple[float, float] | None = None,
    at: Sequence[float] | None = None,
) -> UInt8:
    """One line for each series of `curves`; NaN leaves a gap.

    The values belong to 1, 2, 3 … or to the places `at` (growing). `limits` are the lowest and highest value shown; by
    default all are.
    """
    series = {name: np.asarray(values, np.float64).ravel() for name, values in curves.items()}
    longest = max((len(values) for values in series.values()), default=0)
    canvas = _sheet(title)
    legend = max((text_width(name, 0.48) for name in series), default=0) + 64
    places = np.arange(1, longest + 1, dtype=np.float64) if at is None else np.asarray(at, np.float64)
    first, last = (float(places[0]), float(places[-1])) if len(places) else (1.0, 1.0)
    across_axis = Axis(first, last if last > first else first + 1)
    plot = Plot(canvas, (90, 70, 900 - legend - 20, 500), across_axis, _value_axis(series, limits), (across, up))
    ends = []
    for (name, values), colour in zip(series.items(), _colours(len(series)), strict=True):
        steps = places[: len(values)]
        plot.path(steps, values, colour)
        good = np.flatnonzero(np.isfinite(values))
        for k in good if longest <= 40 else good[-1:]:
            plot.dot(float(steps[k]), float(values[k]), colour, 3)
        height = plot.at(first, float(values[good[-1]]))[1] if len(good) else 500.0
        ends.append((height, name, colour))
    _legend(canvas, ends, 900 - legend)
    return canvas.image


def reliability_picture(reliability: Reliability, title: str = "Reliability") -> UInt8:
    """Accuracy against confidence: bars on the diagonal are honest, below it too sure; above, how many there are."""
    canvas = _sheet(title, 640, 660)
    canvas.write(f"expected calibration error {100 * reliability.ece:.1f} %", (24, 56), 0.5, SOFT)
    canvas.box(24, 72, 38, 84, _GAP)
    canvas.write("how far accuracy is from confidence", (46, 78), 0.42, SOFT)
    area = (90.0, 150.0, 610.0, 590.0)
    plot = Plot(canvas, area, Axis(0, 1), Axis(0, 1), ("confidence", "accuracy"))
    bins = len(reliability.count)
    width = (area[2] - area[0]) / bins
    most = max(int(reliability.count.max(initial=0)), 1)
    for k in range(bins):
        left = area[0] + k * width
        if not reliability.count[k]:
            continue
        high = 54 * reliability.count[k] / most
        canvas.box(left + 1, area[1] - 12 - max(high, 1), left + width - 1, area[1] - 12, (203, 209, 220))
        _, right = plot.at(0, float(reliability.accuracy[k]))
        _, sure = plot.at(0, float(reliability.confidence[k]))
        canvas.box(left + 1, right, left + width - 1, area[3], (120, 178, 217))
        canvas.box(left + 1, min(right, sure), left + width - 1, max(right, sure), _GAP)
        canvas.line((left + 1, right), (left + width - 1, right), SERIES[0], 2)
    canvas.line(plot.at(0, 0), plot.at(1, 1), SOFT)
    canvas.write(f"{int(reliability.count.sum())} windows", (area[2], area[1] - 76), 0.42, SOFT, "right")
    return canvas.image


def operating_picture(
    points: Mapping[str, Sequence[tuple[float, float]]], chosen: Mapping[str, int] | None = None, title: str = ""
) -> UInt8:
    """Detection rate against false activations an hour, a line for each name of `points`, from strict to lax.

    The hours are on a logarithmic axis whose left edge stands for "none". `chosen` marks one point of a line: where
    the program works today.
    """
    canvas = _sheet(title or "Detection rate against false activations")
    rates = [rate for line in points.values() for rate, _ in line if rate > 0]
    low = 10.0 ** np.floor(np.log10(min([*rates, 1.0])))
    high = 10.0 ** np.ceil(np.log10(max([*rates, 10.0]) * 1.0001))
    legend = max((text_width(name, 0.48) for name in points), default=0) + 64
    area = (90.0, 70.0, 900.0 - legend - 20, 500.0)
    none = float(low) / 3
    plot = Plot(
        canvas, area, Axis(none, float(high), True), Axis(0, 1), ("false activations an hour", "detection rate")
    )
    canvas.write("none", (area[0], area[3] + 16), 0.45, SOFT, "middle")
    ends = []
    for (name, line), colour in zip(points.items(), _colours(len(points)), strict=True):
        x = np.array([max(rate, none) for rate, _ in line], np.float64)
        y = np.array([share for _, share in line], np.float64)
        plot.path(x, y, colour)
        for k in range(len(line)):
            plot.dot(float(x[k]), float(y[k]), colour, 7 if chosen and chosen.get(name) == k else 3.5)
        ends.append((plot.at(1, float(y[-1]))[1] if len(y) else 500.0, name, colour))
    _legend(canvas, ends, 900 - legend)
    if chosen:
        canvas.write("large dot: as it is set now", (area[0], 52), 0.45, SOFT)
    return canvas.image


def _sheet(title: str, width: int = 900, height: int = 570) -> Canvas:
    canvas = Canvas(width, height)
    canvas.write(title, (24, 28), 0.7, INK, bold=True)
    return canvas


def _legend(canvas: Canvas, ends: Sequence[tuple[float, str, Colour]], left: float) -> None:
    """Names beside the ends of their lines, moved apart where they would overlap."""
    y = 0.0
    room = 24.0
    lowest = 500.0 - room * (len(ends) - 1)
    for height, name, colour in sorted(ends):
        y = max(y + room, min(height, lowest)) if y else min(height, lowest)
        lowest += room
        canvas.line((left, y), (left + 22, y), colour, 3)
        canvas.write(name, (left + 30, y), 0.48, INK)


def _colours(count: int) -> list[Colour]:
    return [SERIES[k % len(SERIES)] for k in range(count)]


def _value_axis(series: Mapping[str, np.ndarray], limits: tuple[float, float] | None) -> Axis:
    if limits is not None:
        return Axis(*limits)
    values = np.concatenate([*series.values(), np.zeros(0)])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    room = 0.06 * (high - low) or 0.5
    return Axis(max(0.0, low - room) if low >= 0 else low - room, high + room)


def _blend(colour: Colour, weight: float) -> Colour:
    """From paper to `colour`; small shares stay visible."""
    strength = 0.0 if weight <= 0 else 0.08 + 0.92 * weight
    red, green, blue = (round(p + (c - p) * strength) for p, c in zip(PAPER, colour, strict=True))
    return red, green, blue
