"""First-Person Hand Action as one .npz: `frames` (F, 21, 3) mm in the head camera's axes. Nobody gestures.

Garcia-Hernando et al., "First-Person Hand Action Benchmark with RGB-D Videos and 3D Hand Pose Annotations", CVPR 2018.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from gesturectl.gestures.geometry import RIGHT, in_slot, times, without_zeros, world_take
from gesturectl.gestures.importers.base import Item, KnownTake, Wishes, about
from gesturectl.gestures.importers.npz import has_arrays, pieces, read_arrays, same_length
from gesturectl.gestures.take import Take
from gesturectl.types import NOTHING

FPS = 30.0
ORDER = (0, 1, 6, 7, 8, 2, 9, 10, 11, 3, 12, 13, 14, 4, 15, 16, 17, 5, 18, 19, 20)
"""Where each of our joints is in the set: wrist, the five knuckles from the thumb on, then each finger's other three.
Our thumb's base is the set's thumb knuckle, its next the set's middle joint, and so on."""
_MM = 0.001


def detects(source: Path) -> str | None:
    wanted = {"frames": (None, 21, 3), "offsets": (None,), "subject": (None,), "trial": (None,), "label": (None,)}
    return "an .npz with FPHA's arrays" if has_arrays(source, wanted) else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    frames, offsets, label, subject, trial = read_arrays(source, "frames", "offsets", "label", "subject", "trial")
    same_length(source, len(offsets) - 1, label=label, subject=subject, trial=trial)
    fps = wishes.fps or FPS
    for i, points in enumerate(pieces(frames, offsets, source)):
        name = f"a{int(label[i]):02d}_s{subject[i]}_t{trial[i]}"
        meta = about("fpha", source, fps, subject=f"fpha{subject[i]}", licence="non-commercial research", view="head")
        yield KnownTake(NOTHING, name, partial(_take, points, fps, meta))


def _take(points: NDArray[Any], fps: float, meta: dict[str, Any]) -> Take:
    hand = without_zeros(points)[:, ORDER] * _MM
    return world_take(times(len(hand), fps), in_slot(hand, RIGHT), meta)
