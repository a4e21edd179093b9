"""Hands drawn in a terminal: every letter is a grid of two by four dots."""

from collections.abc import Sequence
from itertools import pairwise

from gesturectl.landmarks.skeleton import BONES

Points = Sequence[Sequence[float]]
"""x and y of a hand's joints in [0, 1] of the unmirrored picture."""

_EMPTY = 0x2800
_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot, by row and column."""


def braille_hands(hands: Sequence[Points | None], columns: int = 40, rows: int = 14) -> list[str]:
    """The `hands` as `rows` lines of `columns` letters, mirrored as people know themselves."""
    grid = [[_EMPTY] * columns for _ in range(rows)]
    width, height = columns * 2, rows * 4
    for points in hands:
        if points is None:
            continue
        spots = [(round((1 - x) * (width - 1)), round(y * (height - 1))) for x, y in points]
        for start, end in BONES:
            for x, y in _line(spots[start], spots[end]):
                if 0 <= x < width and 0 <= y < height:
                    grid[y // 4][x // 2] |= _DOTS[y % 4][x % 2]
    return ["".join(map(chr, row)) for row in grid]


def _line(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[int, int]]:
    """The dots from one to the other."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]), 1)
    if steps > 1000:  # a joint far outside
        return []
    ways = list(zip(start, end, strict=True))
    dots = [tuple(round(a + (b - a) * k / steps) for a, b in ways) for k in range(steps + 1)]
    return [dots[0], *(b for a, b in pairwise(dots) if a != b)]  # type: ignore[list-item]
