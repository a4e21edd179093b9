"""SHREC'17 as one .npz: `frames` (F, 22, 3) metres, `offsets`, `label14`, `subject`, `finger`, `essai`.

De Smedt et al., "3D Hand Gesture Recognition Using a Depth and Skeletal Dataset", SHREC 2017. All right hands.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.geometry import RIGHT, in_slot, times, without_zeros, world_take
from gesturectl.gestures.importers.base import Item, KnownTake, Wishes, about
from gesturectl.gestures.importers.npz import has_arrays, pieces, read_arrays, same_length
from gesturectl.gestures.take import Take

FPS = 30.0
PALM = 1
"""The joint that our hands don't have; without it the order is ours."""
FROM_SENSOR = np.array([-1, -1, 1], np.float32)
"""The sensor's x points to the user's right and its y up; z is the distance. Checked on the swipes and, for the absence
of mirroring, on the side that fingers bend to."""
GESTURES = (
    "Grab", "Tap", "Expand", "Pinch", "Rotation_CW", "Rotation_CCW", "Swipe_Right", "Swipe_Left", "Swipe_Up",
    "Swipe_Down", "Swipe_X", "Swipe_Plus", "Swipe_V", "Shake",
)  # fmt: skip
"""The set's gestures in the order of its numbers; left and right are the user's."""


def detects(source: Path) -> str | None:
    wanted = {"frames": (None, 22, 3), "offsets": (None,), "label14": (None,), "subject": (None,), "finger": (None,)}
    return "an .npz with SHREC'17's arrays" if has_arrays(source, wanted) else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    frames, offsets, label, subject, finger, essai = read_arrays(
        source, "frames", "offsets", "label14", "subject", "finger", "essai"
    )
    same_length(source, len(offsets) - 1, label14=label, subject=subject, finger=finger, essai=essai)
    fps = wishes.fps or FPS
    for i, points in enumerate(pieces(frames, offsets, source)):
        number = int(label[i])
        gesture = GESTURES[number] if 0 <= number < len(GESTURES) else f"class_{number}"
        name = f"g{number + 1:02d}_f{finger[i]}_s{subject[i]:02d}_e{essai[i]:02d}"
        meta = about("shrec17", source, fps, subject=f"shrec{subject[i]:02d}", finger=int(finger[i]))
        yield KnownTake(gesture, name, partial(_take, points, fps, meta))


def _take(points: NDArray[Any], fps: float, meta: dict[str, Any]) -> Take:
    hand = without_zeros(np.delete(points, PALM, axis=1)) * FROM_SENSOR
    return world_take(times(len(hand), fps), in_slot(hand, RIGHT), meta)
