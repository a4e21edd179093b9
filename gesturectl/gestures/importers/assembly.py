"""Hands at manual assembly as one .npz: `frames` (F, 21, 3) of one hand, `offsets` of the videos. Nobody gestures."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.geometry import image_take, in_slot, slot_of, times, without_zeros
from gesturectl.gestures.importers.base import Item, KnownTake, Wishes, about
from gesturectl.gestures.importers.npz import has_arrays, pieces, read_arrays, same_length
from gesturectl.gestures.take import Take
from gesturectl.types import NOTHING

FPS = 30.0
"""Not stated anywhere; what most cameras give."""
ASPECT = 16 / 9
"""Not stated either."""


def detects(source: Path) -> str | None:
    wanted = {"frames": (None, 21, 3), "offsets": (None,), "video": (None,), "class_names": (None,)}
    return "an .npz of one hand in several videos" if has_arrays(source, wanted) else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    frames, offsets, video = read_arrays(source, "frames", "offsets", "video")
    same_length(source, len(offsets) - 1, video=video)
    fps = wishes.fps or FPS
    meta = about(
        "assembly", source, fps, fps_known=wishes.fps is not None, aspect=ASPECT, aspect_assumed=True,
        licence="GPL-3.0", hand="by the side its fingers bend to",
    )  # fmt: skip
    for i, points in enumerate(pieces(frames, offsets, source)):
        yield KnownTake(NOTHING, f"assembly_{video[i]}", partial(_take, points, fps, meta))


def _take(points: NDArray[Any], fps: float, meta: dict[str, Any]) -> Take:
    hand = without_zeros(points)
    slot = slot_of(hand * np.array([ASPECT, 1, ASPECT], np.float32))
    return image_take(times(len(hand), fps), in_slot(hand, slot), meta)
