"""The body of the hand: round cones around its bones.

A round cone is the hull of two spheres. About seventy of them, blended by the renderer, make a hand with an arm.
The radii are our own estimates of an adult hand; what matters to a tracker is the silhouette.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.kinematics import KNUCKLES, Bones

Float = NDArray[np.float64]
Int = NDArray[np.int64]

PALM, FINGER, ARM, CLOTH, HAIR = range(5)
"""What a cone is part of: the renderer blends palm and arm softly, fingers sharply, cloth and hair apart."""
PALM_FRAME, ARM_FRAME = 15, 16
"""The frames after those of the fifteen bones that a cone may belong to."""

_FINGER_RADII = np.array([[11.0, 9.4, 8.1, 6.6], [11.3, 9.7, 8.3, 6.8], [10.6, 9.0, 7.8, 6.4], [9.2, 7.7, 6.8, 5.6]])
_THUMB_RADII = np.array([13.5, 11.2, 10.2, 7.6])
_CARPUS = np.array([[14.0, 10.0, 1.0], [4.5, 8.0, 0.0], [-6.0, 8.0, 0.0], [-15.0, 10.0, 1.0]])
"""(4, 3) where the metacarpals begin, index to pinky."""
_FOREARM_MM = 255.0
_SLEEVE_RADII = (36.0, 42.0, 50.0)
"""The sleeve's radius at the cuff, 90 mm up the arm and at the elbow."""


@dataclass(frozen=True, slots=True, eq=False)
class Cones:
    """P round cones."""

    starts: Float
    """(P, 3) mm, the first sphere's centre."""
    ends: Float
    """(P, 3) mm, the second sphere's centre."""
    radii: Float
    """(P, 2) mm, the spheres' radii."""
    part: Int
    """(P,) PALM, FINGER, ARM, CLOTH or HAIR."""
    frame: Int
    """(P,) the bone whose frame the skin's texture follows, PALM_FRAME or ARM_FRAME."""

    def placed(self, rotation: Float, position: Float, size: float) -> "Cones":
        """These cones scaled by `size`, turned by (3, 3) and moved by (3,) mm."""
        return Cones(
            self.starts * size @ rotation.T + position,
            self.ends * size @ rotation.T + position,
            self.radii * size,
            self.part,
            self.frame,
        )


class ConeList:
    """Collects cones one at a time."""

    def __init__(self) -> None:
        self._rows: list[tuple[Float, Float, float, float, int, int]] = []

    def add(self, start: Float, end: Float, radius: float, end_radius: float, part: int, frame: int) -> None:
        """Put one more round cone, all in mm."""
        self._rows.append((start, end, radius, end_radius, part, frame))

    def cones(self) -> Cones:
        """All of them, in the order they were put."""
        starts, ends, first, second, part, frame = zip(*self._rows, strict=True)
        return Cones(np.array(starts), np.array(ends), np.array([first, second]).T, np.array(part), np.array(frame))


def flesh(skeleton: Bones, elbow: Float, shoulder: Float, bare_mm: float | None) -> Cones:
    """The cones of one hand (the first of `skeleton`) in the hand's own frame, with its arm.

    The forearm runs to `elbow` and the upper arm on to `shoulder`, both (3,) mm in the hand's frame. A sleeve begins
    `bare_mm` up from the wrist; None leaves the arm bare.
    """
    shapes = ConeList()
    starts, ends, frames = skeleton.starts[0], skeleton.ends[0], skeleton.frames[0]
    for finger in range(4):
        _finger(shapes, finger, starts, ends, frames)
    _thumb(shapes, starts, ends, frames)
    _palm(shapes, starts, ends, frames)
    _arm(shapes, elbow, shoulder, bare_mm)
    return shapes.cones()


def _finger(shapes: ConeList, finger: int, starts: Float, ends: Float, frames: Float) -> None:
    """Three phalanges, each with a pad on its palmar side, and the knuckle."""
    radii = _FINGER_RADII[finger]
    for k in range(3):
        bone = 3 + 3 * finger + k
        start, end, palmar = starts[bone], ends[bone], frames[bone][:, 2]
        if k == 2:
            end = end - frames[bone][:, 1] * 3.2  # the tip's sphere ends at the bone's end plus some flesh
        shapes.add(start, end, radii[k], radii[k + 1], FINGER, bone)
        along = end - start
        pad, reach = ((0.42, 0.70), 1.4) if k == 2 else ((0.45, 0.64), 2.0 - 0.5 * k)
        thickness = 0.89 * (radii[k] + radii[k + 1]) / 2
        shapes.add(
            start + along * pad[0] + palmar * reach, start + along * pad[1] + palmar * reach,
            thickness, thickness * 0.97, FINGER, bone,
        )  # fmt: skip
    root = 3 + 3 * finger
    along = ends[root] - starts[root]
    shapes.add(starts[root], starts[root] + along * 0.35, radii[0], radii[0] * 0.95, PALM, root)
    for k in (1, 2):  # the joints stand out a little at the back
        knob = starts[root + k] - frames[root + k][:, 2] * 0.7
        shapes.add(knob - frames[root + k][:, 0] * 1.0, knob + frames[root + k][:, 0] * 1.0,
                   radii[k] * 0.99, radii[k] * 0.99, FINGER, root + k)  # fmt: skip


def _thumb(shapes: ConeList, starts: Float, ends: Float, frames: Float) -> None:
    """The thumb's metacarpal belongs to the palm; its tip is flat and wide."""
    shapes.add(starts[0], ends[0], _THUMB_RADII[0], _THUMB_RADII[1], PALM, 0)
    shapes.add(starts[1], ends[1], _THUMB_RADII[1], _THUMB_RADII[2], FINGER, 1)
    end = ends[2] - frames[2][:, 1] * 3.8
    shapes.add(starts[2], end, _THUMB_RADII[2], _THUMB_RADII[3], FINGER, 2)
    along, radial, palmar = end - starts[2], frames[2][:, 0], frames[2][:, 2]
    for side in (-1.0, 1.0):
        shapes.add(
            starts[2] + along * 0.35 + palmar * 1.2 + radial * 1.6 * side,
            starts[2] + along * 0.80 + palmar * 0.8 + radial * 1.2 * side,
            8.6, 7.2, FINGER, 2,
        )  # fmt: skip


def _palm(shapes: ConeList, starts: Float, ends: Float, frames: Float) -> None:
    """Metacarpals, pads, webs and the two mounds."""
    for finger in range(4):
        base, knuckle = _CARPUS[finger], KNUCKLES[finger]
        shapes.add(base, knuckle, 14.0 if finger < 2 else 13.0, _FINGER_RADII[finger, 0] + 0.8, PALM, PALM_FRAME)
        middle = (base + knuckle) / 2 + np.array([0, 0, 4.5])
        shapes.add(middle, knuckle + np.array([0, -4, 4]), 10.5, 9.8, PALM, PALM_FRAME)
    for finger in range(3):
        base = (_CARPUS[finger] + _CARPUS[finger + 1]) / 2 + [0, 0, 2]
        knuckle = (KNUCKLES[finger] + KNUCKLES[finger + 1]) / 2 + [0, -3, 2]
        shapes.add(base, knuckle, 13.0, 10.2, PALM, PALM_FRAME)
        one, two = 3 + 3 * finger, 6 + 3 * finger
        for share, palmar, radius in ((0.33, 2.0, 7.2), (0.15, 0.0, 8.3)):  # webs follow the proximal phalanges
            left = starts[one] + (ends[one] - starts[one]) * share + frames[one][:, 2] * palmar
            right = starts[two] + (ends[two] - starts[two]) * share + frames[two][:, 2] * palmar
            shapes.add(left, right, radius, radius, PALM, PALM_FRAME)

    metacarpal, pad = ends[0] - starts[0], frames[0][:, 2]
    thenar = starts[0] + metacarpal * 0.72 + pad * 3
    shapes.add(np.array([10.0, 16.0, 8.0]), thenar, 13.0, 11.5, PALM, PALM_FRAME)
    shapes.add(np.array([6.0, 30.0, 7.0]), starts[0] + metacarpal * 0.55 + pad * 5, 11.0, 12.0, PALM, PALM_FRAME)
    shapes.add(np.array([-17.0, 14.0, 6.0]), np.array([-31.0, 60.0, 5.0]), 12.5, 10.5, PALM, PALM_FRAME)
    index = KNUCKLES[0] - _CARPUS[0]
    for on_thumb, on_index, radius, end_radius in ((0.30, 0.30, 12.0, 11.0), (0.52, 0.46, 9.5, 10.0),
                                                   (0.72, 0.60, 7.8, 8.5), (0.90, 0.72, 6.4, 7.6)):  # fmt: skip
        shapes.add(starts[0] + metacarpal * on_thumb, _CARPUS[0] + index * on_index,
                   radius, end_radius, PALM, PALM_FRAME)  # fmt: skip


def _arm(shapes: ConeList, elbow: Float, shoulder: Float, bare_mm: float | None) -> None:
    """A forearm that is flat at the wrist and round at the elbow, and whatever of the sleeve covers it."""
    along = elbow / np.linalg.norm(elbow)
    across = np.array([1.0, 0.0, 0.0]) - along * along[0]
    across /= np.linalg.norm(across)
    for offset in (-10.0, 0.0, 10.0):
        narrow = across * offset
        shapes.add(np.array([offset * 1.15 - 1, 10.0, 1.0]), along * 28 + narrow, 15.5, 17.5, PALM, ARM_FRAME)
        shapes.add(along * 28 + narrow, along * 120 + narrow * 1.1, 17.5, 25.0, ARM, ARM_FRAME)
        if bare_mm is None:
            shapes.add(along * 120 + narrow * 1.1, along * _FOREARM_MM + narrow, 25.0, 37.0, ARM, ARM_FRAME)
    if bare_mm is None:
        shapes.add(elbow, shoulder, 46.0, 58.0, ARM, ARM_FRAME)
        return
    cuff, middle, end = _SLEEVE_RADII
    length = float(np.linalg.norm(elbow))
    for offset in (-7.0, 0.0, 7.0):
        side = across * offset
        shapes.add(along * (bare_mm + cuff * 0.6) + side, along * (bare_mm + 90) + side, cuff, middle, CLOTH, ARM_FRAME)
        shapes.add(along * (bare_mm + 90) + side, along * length + side, middle, end, CLOTH, ARM_FRAME)
    shapes.add(along * length, shoulder, end, 56.0, CLOTH, ARM_FRAME)
