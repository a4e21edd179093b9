"""The gestura signs as one .npz: `frames` (F, 2, 21, 3) of mirrored pictures, `offsets`, `label`, `class_names`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from gesturectl.gestures.geometry import image_take, times, unmirrored, without_zeros
from gesturectl.gestures.importers.base import Item, KnownTake, Wishes, about
from gesturectl.gestures.importers.npz import class_name, has_arrays, pieces, read_arrays, same_length
from gesturectl.gestures.take import Take
from gesturectl.types import NOTHING

FPS = 20.0
"""Its recorder stops at 180 frames and calls that about nine seconds."""
ASPECT = 4 / 3
NO_SIGN = "This isn't a hand sign"


def detects(source: Path) -> str | None:
    wanted = {"frames": (None, 2, 21, 3), "offsets": (None,), "label": (None,), "class_names": (None,)}
    return "an .npz of clips with two hands" if has_arrays(source, wanted) else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    frames, offsets, label, classes = read_arrays(source, "frames", "offsets", "label", "class_names")
    same_length(source, len(offsets) - 1, label=label)
    fps = wishes.fps or FPS
    meta = about(
        "gestura", source, fps, fps_known=wishes.fps is not None, aspect=ASPECT, aspect_assumed=True,
        licence="MIT", was_mirrored=True,
    )  # fmt: skip
    for i, points in enumerate(pieces(frames, offsets, source)):
        own = class_name(classes, label[i])
        yield KnownTake(NOTHING if own == NO_SIGN else own, f"gestura_{i:04d}", partial(_take, points, fps, meta))


def _take(points: NDArray[Any], fps: float, meta: dict[str, Any]) -> Take:
    # Slot 0 is the user's left hand in the mirrored picture already: the tracker expects pictures to be mirrored.
    return image_take(times(len(points), fps), unmirrored(without_zeros(points)), meta)
