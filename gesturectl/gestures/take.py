"""A take: what the tracker saw of somebody's hands over some seconds, and its file."""

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.atomic import made_folder, whole_file
from gesturectl.errors import GesturectlError
from gesturectl.npz import ArchiveError, ArraysFile, UnreadableError
from gesturectl.types import JOINTS, Bool, Float32

Int64 = NDArray[np.int64]

POSE_POINTS = 33
"""Points of MediaPipe's upper and lower body."""
FACE_POINTS = 468
"""Points of MediaPipe's face mesh."""

_FARTHEST = 1000.0
"""Coordinates beyond a thousand picture widths or metres are damage, and would overflow further on."""
_LATEST_MS = 2**53
"""Times beyond this lose milliseconds once they become floating-point numbers."""
_LONGEST_META = 1 << 20
_REWRITE = "It stays where it is and is left out; 'gesturectl takes --set-aside' puts it out of the way"


class TakeError(GesturectlError):
    """A take's file is missing, damaged, or isn't what the format says; or it can't be written."""


class DamagedTakeError(TakeError):
    """The file can be read, and is no take: it never will be one."""


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """Hands over T frames. Slot 0 is the user's left hand, slot 1 the right; absent is NaN, never zero."""

    t_ms: Int64
    """(T,) when each frame was captured; always grows."""
    image_points: Float32
    """(T, 2, 21, 3) x right, y down in [0, 1] of the unmirrored image, z relative to the wrist in units of the width.

    A joint that the source doesn't know is NaN though the hand is present."""
    world_points: Float32
    """(T, 2, 21, 3) metres; x right, y down, z away from the camera; NaN where the source has none.

    About the hand's own centre, as trackers give it, unless `meta["world"]` is "sensor": then about a fixed point."""
    present: Bool
    """(T, 2) whether the hand was seen."""
    meta: dict[str, Any] = field(default_factory=dict)
    """What is known of it: see docs/library.md."""
    pose: Float32 | None = None
    """(T, 33, 4) the body's points (x, y, z, visibility) where the source has them; NaN where unknown."""
    face: Float32 | None = None
    """(T, 468, 3) the face's points where the source has them; NaN where unknown."""

    @property
    def aspect(self) -> float:
        """Width of the picture divided by its height."""
        return float(self.meta.get("aspect", 1.0))

    @property
    def subject(self) -> str:
        """Who made it, for splits by person; empty where unknown."""
        return str(self.meta.get("subject", ""))

    @property
    def has_whole_hands(self) -> bool:
        """Whether some present hand has all its joints, so that a classifier can use it."""
        return bool(np.isfinite(self.image_points[self.present]).all(axis=(-2, -1)).any())


def absent(frames: int) -> Float32:
    """(frames, 2, 21, 3) of no hands."""
    return np.full((frames, 2, JOINTS, 3), np.nan, np.float32)


def read_take(path: Path) -> Take:
    """The take in `path`, checked throughout. Raises TakeError for anything that isn't one, whatever its bytes."""
    try:
        with ArraysFile(path) as arrays:
            t_ms = arrays.read("t_ms", "iu", (None,)).astype(np.int64)
            shape = (len(t_ms), 2, JOINTS, 3)
            take = Take(
                t_ms,
                arrays.read("image_points", "f", shape).astype(np.float32),
                arrays.read("world_points", "f", shape).astype(np.float32),
                arrays.read("present", "b", shape[:2]),
                _meta(arrays.read("meta", "US", ())),
                _optional(arrays, "pose", (len(t_ms), POSE_POINTS, 4)),
                _optional(arrays, "face", (len(t_ms), FACE_POINTS, 3)),
            )
    except UnreadableError as error:
        raise TakeError(str(path), str(error), "Check its permissions, and the disk it is on") from error
    except ArchiveError as error:
        raise DamagedTakeError(str(path), str(error), _REWRITE) from error
    fact = objection(take)
    if fact:
        raise DamagedTakeError(str(path), fact, _REWRITE)
    return take


def write_take(path: Path, take: Take) -> None:
    """Write `take` to `path` (its folder is made), whole or not at all. Raises TakeError."""
    fact = objection(take)
    if fact:
        raise TakeError(str(path), f"it would be no take: {fact}", "This is a mistake of the program that made it")
    arrays: dict[str, Any] = {
        "t_ms": take.t_ms.astype(np.int64),
        "image_points": take.image_points.astype(np.float32),
        "world_points": take.world_points.astype(np.float32),
        "present": take.present.astype(bool),
        "meta": np.array(json.dumps(take.meta, ensure_ascii=False)),
    }
    for name, points in (("pose", take.pose), ("face", take.face)):
        if points is not None:
            arrays[name] = points.astype(np.float32)
    try:
        made_folder(path.parent)
        with whole_file(path) as file:
            np.savez_compressed(file, **arrays)
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk; what was written before is whole"
        raise TakeError(str(path), f"can't be written ({error.strerror or error})", remedy) from error


def objection(take: Take) -> str:
    """What makes `take` no take; empty if nothing does."""
    T = len(take.t_ms)
    shapes = {"image_points": (T, 2, JOINTS, 3), "world_points": (T, 2, JOINTS, 3), "present": (T, 2)}
    for name, shape in shapes.items():
        if getattr(take, name).shape != shape:
            return f"{name} has the shape {getattr(take, name).shape} instead of {shape}"
    if T == 0:
        return "it holds no frame"
    if not (np.diff(take.t_ms) > 0).all() or abs(int(take.t_ms[0])) > _LATEST_MS or int(take.t_ms[-1]) > _LATEST_MS:
        return "t_ms doesn't grow from frame to frame"
    for name, points in (("image_points", take.image_points), ("world_points", take.world_points)):
        if np.isfinite(points[~take.present]).any():
            return f"{name} has values where the hand is absent, instead of NaN"
        if not _plausible(points):
            return f"{name} has values that no hand has"
    if not np.isfinite(take.image_points[take.present]).any(axis=(-2, -1)).all():
        return "image_points has no joint where the hand is present"
    if not all(points is None or _plausible(points) for points in (take.pose, take.face)):
        return "pose or face has values that nobody has"
    aspect = take.meta.get("aspect", 1.0)
    if isinstance(aspect, bool) or not isinstance(aspect, int | float) or not 0.05 <= aspect <= 20:
        return f"meta.aspect is {aspect!r}, which is no picture's width divided by its height"
    return ""


def _plausible(points: Float32) -> bool:
    """NaN means unknown; infinite never means anything."""
    return bool((np.isnan(points) | (np.abs(points) <= _FARTHEST)).all())


def _optional(arrays: ArraysFile, name: str, shape: tuple[int, ...]) -> Float32 | None:
    return arrays.read(name, "f", shape).astype(np.float32) if name in arrays else None


def _meta(array: NDArray[Any]) -> dict[str, Any]:
    try:
        text = array.item()
        text = text.decode() if isinstance(text, bytes) else text
        meta = json.loads(text) if len(text) <= _LONGEST_META else None
    except (ValueError, RecursionError) as error:
        raise ArchiveError(f"meta is no JSON ({error})") from error
    if not isinstance(meta, dict):
        raise ArchiveError("meta is no JSON object")
    if isinstance(meta.get("aspect"), float) and not math.isfinite(meta["aspect"]):
        raise ArchiveError("meta.aspect is no number")
    return meta
