"""What benchmarks found as one picture: a bar for each contender, as long as its median."""

from collections.abc import Sequence

from gesturectl.benchmarks.measure import Comparison, number
from gesturectl.evaluation.canvas import GRID, INK, SERIES, SOFT, Canvas, text_width
from gesturectl.types import UInt8

_ROW, _HEAD, _WIDE = 26, 62, 430
_OURS = "gesturectl"
_LEGEND = "what one would use instead      x: times the first of its table      thin line: lowest to highest round"


def bars_picture(comparisons: Sequence[Comparison]) -> UInt8:
    """(H, W, 3) RGB: ours blue, others orange; a line shows the lowest and highest round."""
    named = max(text_width(row.name, 0.45) for comparison in comparisons for row in comparison.rows) + 48
    height = 50 + sum(_HEAD + _ROW * len(comparison.rows) for comparison in comparisons)
    canvas = Canvas(named + _WIDE + 250, height)
    top = 20.0
    for comparison in comparisons:
        canvas.write(comparison.title, (24, top + 10), 0.55, INK, bold=True)
        canvas.write(comparison.unit, (24, top + 32), 0.42, SOFT)
        most = max(max(row.values) for row in comparison.rows) or 1.0
        for index, row in enumerate(comparison.rows):
            y = top + 58 + index * _ROW
            low, middle, high = (
                named + _WIDE * value / most for value in (min(row.values), row.median, max(row.values))
            )
            canvas.write(row.name, (named - 12, y), 0.45, INK, "right")
            canvas.box(named, y - 8, named + _WIDE, y + 8, GRID)
            canvas.box(named, y - 8, max(middle, named + 1), y + 8, SERIES[0 if row.ours else 1])
            canvas.line((low, y), (high, y), INK, 1)
            words = number(row.median)
            if index:
                words += f"   {number(comparison.ratio(row).median)} x"
            canvas.write(words, (named + _WIDE + 14, y), 0.45, INK)
        top += _HEAD + _ROW * len(comparison.rows)
    canvas.box(24, top + 4, 36, top + 16, SERIES[0])
    canvas.write(_OURS, (44, top + 10), 0.42, SOFT)
    canvas.box(70 + text_width(_OURS, 0.42), top + 4, 82 + text_width(_OURS, 0.42), top + 16, SERIES[1])
    canvas.write(_LEGEND, (90 + text_width(_OURS, 0.42), top + 10), 0.42, SOFT)
    return canvas.image
