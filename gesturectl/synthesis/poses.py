"""Named poses of the hand.

Those in which the thumb touches something are solved by `synthesis.solve`: typed angles never look right.
"""

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def pose(
    mcp: tuple[float, float, float, float] = (6, 5, 6, 8),
    pip: tuple[float, float, float, float] = (8, 8, 9, 10),
    dip: tuple[float, float, float, float] = (5, 5, 5, 6),
    abduction: tuple[float, float, float, float] = (7, 1, -5, -11),
    thumb: tuple[float, float, float, float, float] = (48, 14, 0, 8, 4),
    wrist: tuple[float, float] = (-5, 0),
) -> Float:
    """(POSE,) degrees; whatever isn't named is as in an open hand."""
    return np.array([*mcp, *pip, *dip, *abduction, *thumb, *wrist], np.float64)


_CURLED = ((82, 86, 88, 90), (100, 102, 102, 100), (62, 62, 62, 60))
_OVER_TWO = (2.0, 58.8, 46.6, 50.9, 14.2)
_TO_INDEX = (2.0, 45.5, 64.5, -1.9, -8.0)

POSES: dict[str, Float] = {
    "open": pose(),
    "spread": pose((2, 2, 2, 3), (3, 3, 3, 4), (2, 2, 2, 2), (13, 2, -9, -19), (60, 8, -8, 2, 0)),
    "together": pose(abduction=(-2, 0, 2, 5), thumb=(28, 12, 0, 10, 8)),
    "relaxed": pose((20, 24, 28, 32), (28, 32, 34, 34), (14, 16, 16, 16), (3, 0, -2, -5), (40, 28, 12, 14, 14)),
    "fist": pose(*_CURLED, (-1, 0, 2, 5), (2.0, 61.7, 66.2, 43.6, 21.1)),
    "point": pose((4, 80, 84, 86), (5, 101, 102, 100), (3, 64, 62, 60), (2, 0, 2, 5), (2.0, 59.8, 65.9, 38.8, 26.4)),
    "victory": pose((4, 4, 84, 86), (5, 5, 102, 100), (3, 3, 62, 60), (12, -9, 2, 5), _OVER_TWO),
    "two": pose((5, 5, 84, 86), (6, 6, 102, 100), (4, 4, 62, 60), (-1, 0, 2, 5), _OVER_TWO),
    "three": pose((4, 4, 6, 82), (5, 5, 6, 100), (3, 3, 4, 60), (10, 0, -9, 4), (2.0, 49.4, 27.0, 60.0, 12.1)),
    "four": pose((4, 4, 5, 6), (5, 5, 6, 8), (3, 3, 4, 4), (9, 1, -6, -13), (4.0, 52.0, 50.0, 46.0, 34.0)),
    "l_shape": pose((4, 80, 84, 86), (5, 101, 102, 100), (3, 64, 62, 60), (3, 0, 2, 5), (68, 4, -10, -4, -6)),
    "call": pose((80, 84, 84, 6), (101, 102, 102, 8), (62, 62, 62, 5), (0, 0, 0, -18), (64, 4, -10, -4, -6)),
    "rock": pose((4, 82, 84, 6), (5, 102, 102, 8), (3, 62, 62, 5), (4, 0, 0, -10), (2.3, 61.4, 65.6, 42.2, 24.2)),
    "thumbs_up": pose((78, 82, 84, 86), (104, 104, 104, 102), (64, 64, 64, 62), (-1, 0, 2, 5), (62, 2, -14, -4, -10)),
    "pinch": pose((72.0, 22, 18, 16), (24.8, 26, 22, 20), (13.6, 12, 10, 10), (-8, 0, -3, -8), _TO_INDEX),
    "ok": pose((72.0, 14, 8, 5), (24.8, 16, 12, 9), (13.6, 9, 7, 6), (-8, 2, -5, -12), _TO_INDEX),
    "pinch_open": pose((30, 20, 18, 16), (30, 26, 22, 20), (16, 12, 10, 10), (2, 0, -3, -8), (30, 32, 30, 4, 0)),
    "claw": pose((20, 20, 20, 22), (50, 52, 52, 50), (30, 30, 30, 30), thumb=(48, 34, 20, 14, 24)),
    "five_pinch": pose((58, 56, 56, 55), (36, 42, 42, 33), (18, 20, 20, 17), (-4, 0, 4, 14), (10, 48, 46, 6, 8)),
    "snap": pose(
        (30, 72.0, 74, 82), (40, 35.1, 96, 98), (22, 19.3, 58, 58), (4, -8, 2, 4), (2.0, 50.5, 34.6, 14.4, -8.0)
    ),
    "mouse_grip": pose((32, 30, 38, 42), (30, 30, 42, 44), (12, 12, 20, 20), (8, 2, -4, -10), (50, 34, 24, 12, 18)),
    "typing": pose(
        (24, 22, 24, 28), (42, 44, 42, 38), (18, 18, 18, 16), (4, 1, -3, -8), (36, 34, 20, 10, 12), (-18, -6)
    ),
    "cup_grip": pose((38, 42, 44, 46), (46, 48, 48, 46), (24, 24, 24, 24), (2, 0, -1, -3), (34, 58, 40, 14, 22)),
}
"""Each (POSE,) degrees. "thumbs_up" is a fist with the thumb out: turned upside down it is thumbs down."""
