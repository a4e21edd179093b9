"""MediaPipe Holistic clips of many people as one .npz: `hands` (N, T, 2, 21, 3), `pose7`, `repo`, `canonical`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.gestures.geometry import image_take, times, without_zeros
from gesturectl.gestures.importers.base import Item, KnownTake, Wishes, about
from gesturectl.gestures.importers.keypoints import ASPECT, FPS
from gesturectl.gestures.importers.npz import class_name, has_arrays, read_arrays, same_length
from gesturectl.gestures.take import POSE_POINTS, Take
from gesturectl.types import NOTHING

POSE7 = (0, 11, 12, 13, 14, 15, 16)
"""Nose, shoulders, elbows and wrists among the body's 33 points."""


def detects(source: Path) -> str | None:
    wanted = {"hands": (None, None, 2, 21, 3), "pose7": (None, None, 7, 3), "repo": (None,), "canonical": (None,)}
    return "an .npz of holistic clips with hands and pose7" if has_arrays(source, wanted) else None


def items(source: Path, wishes: Wishes) -> Iterator[Item]:
    hands, pose, repo, folder, label, canonical, sequence, people, licences, classes = read_arrays(
        source, "hands", "pose7", "repo", "folder", "label", "canonical", "seq", "repo_names", "repo_licence",
        "class_names",
    )  # fmt: skip
    same_length(
        source, len(hands), pose7=pose, repo=repo, folder=folder, label=label, canonical=canonical, seq=sequence
    )
    fps = wishes.fps or FPS
    for i in range(len(hands)):
        gesture = _gesture(str(canonical[i]), class_name(classes, label[i]))
        person = int(repo[i])
        meta = about(
            "holistic", source, fps, fps_known=wishes.fps is not None, aspect=ASPECT, aspect_assumed=True,
            subject=class_name(people, person), licence=class_name(licences, person),
        )  # fmt: skip
        name = f"r{person:02d}_{class_name(classes, label[i])}_{folder[i]}_{sequence[i]}"
        yield KnownTake(gesture, name, partial(_take, hands[i], pose[i], fps, meta))


def _gesture(canonical: str, own: str) -> str:
    """Signs that several people call differently have one name; idling is no gesture."""
    return {"none": NOTHING, "other": own}.get(canonical, canonical)


def _take(hands: NDArray[Any], pose7: NDArray[Any], fps: float, meta: dict[str, Any]) -> Take:
    take = image_take(times(len(hands), fps), without_zeros(hands), meta)
    pose = np.full((len(hands), POSE_POINTS, 4), np.nan, np.float32)
    pose[:, POSE7, :3] = without_zeros(pose7)
    return Take(take.t_ms, take.image_points, take.world_points, take.present, meta, pose)
