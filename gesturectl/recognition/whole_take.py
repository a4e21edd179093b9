"""A whole take as one sample of a classifier: stretched or squeezed to its steps, whatever it lasted."""

from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from gesturectl.errors import GesturectlError
from gesturectl.recognition.inputs import InputSpec
from gesturectl.recognition.normalise import LIMIT, PALM, PALM_LENGTHS
from gesturectl.recognition.window import WindowSpec, isotropic, resample
from gesturectl.types import JOINTS, Bool, Float32, UInt8

_MIN_SCALE = 1e-3
"""A palm of a thousandth of the picture's height, or of a millimetre, is no hand."""
_LEAST_SEEN = 0.1
"""Share of the steps in which some hand must be seen."""
_POSE_VALUES, _FACE_VALUES = 33 * 4, 468 * 3
_MARGIN = 0.25
"""Of a crop, on each side, as a share of the hand's way: trackers' boxes end at the joints, hands don't."""
_REMEDY = "Record it again, or leave it out"


class UnusableTakeError(GesturectlError):
    """A take that holds nothing that this input needs."""


class Recorded(Protocol):
    """The part of a take that is looked at; see `gestures.take.Take`."""

    @property
    def t_ms(self) -> NDArray[np.int64]: ...
    @property
    def image_points(self) -> Float32: ...
    @property
    def world_points(self) -> Float32: ...
    @property
    def present(self) -> Bool: ...
    @property
    def pose(self) -> Float32 | None: ...
    @property
    def face(self) -> Float32 | None: ...
    @property
    def meta(self) -> dict[str, Any]: ...
    @property
    def aspect(self) -> float: ...


class Sample(NamedTuple):
    """One input of a classifier, without the batch."""

    values: NDArray[Any]
    """float32, or uint8 for pictures; the shape is `InputSpec.shapes`' first."""
    mask: Float32
    """(T,), or (T, 2) for both hands: one where there is something to see."""


def whole_take(take: Recorded, given: InputSpec, steps: int, frames: Path | None = None) -> Sample:
    """All of `take` in `steps` steps, as `given` asks. UnusableTakeError says what is missing.

    `frames` is the folder of the take's pictures, one for each frame, for inputs that need them.
    """
    if given.kind == "keypoints":
        return _keypoints(take, given, steps)
    if given.kind in ("pictures", "crops"):
        return _pictures(take, given, steps, frames)
    slots = [0, 1] if given.kind == "hands" else [_busier(take)]
    points = take.world_points if given.space else isotropic(take.image_points, take.aspect)
    usable: Bool = take.present & np.asarray(np.isfinite(points).all(axis=(2, 3)))
    seen = np.flatnonzero(np.any(usable[:, slots], axis=1))
    if len(seen) == 0:
        place = "no whole hand is in it" if not given.space else "no hand in it has places in space"
        raise UnusableTakeError("", place, _REMEDY)
    start, end = float(take.t_ms[seen[0]]), float(take.t_ms[seen[-1]])
    spec = WindowSpec(round((end - start) * steps / max(steps - 1, 1)), steps)
    hands = np.stack([resample(take.t_ms, points[:, s], usable[:, s], [end], spec)[0] for s in slots], axis=1)
    return _normalised(hands, given)


def _normalised(hands: Float32, given: InputSpec) -> Sample:
    """`hands` (T, H, 21, 3), NaN where absent, about the mean of all palms and in palm lengths."""
    T, H = hands.shape[:2]
    D = 3 if given.space else 2
    mask: Bool = np.asarray(np.isfinite(hands).all(axis=(2, 3)))
    if np.any(mask, axis=1).mean() < _LEAST_SEEN:
        raise UnusableTakeError("", "its hands are hardly ever seen", _REMEDY)
    there = hands[mask]  # (N, 21, 3)
    scale = float(np.median(palm_lengths(there[..., :D])))
    if scale <= _MIN_SCALE:
        raise UnusableTakeError("", "its hands have no size", _REMEDY)
    points = np.where(mask[..., None, None], hands, np.float32(0))
    points[..., :D] -= there[:, PALM, :D].mean(axis=(0, 1))
    points = np.clip(points / np.float32(scale), -LIMIT, LIMIT) * mask[..., None, None]
    seen = mask.astype(np.float32)
    return Sample(points.reshape(T, H * JOINTS, 3).astype(np.float32), seen if H > 1 else seen[:, 0])


def palm_lengths(points: Float32) -> Float32:
    """(...) the palm's length of `points` (..., 21, 2 or 3), in their units: the longest of four scaled distances."""
    lengths = [factor * np.linalg.norm(points[..., a, :] - points[..., b, :], axis=-1) for a, b, factor in PALM_LENGTHS]
    longest: Float32 = np.maximum.reduce(lengths).astype(np.float32)
    return longest


def _keypoints(take: Recorded, given: InputSpec, steps: int) -> Sample:
    """Coordinates as they are, zero where unknown, in the order of MediaPipe Holistic's usual tutorials."""
    count = len(take.t_ms)
    hands = take.image_points.reshape(count, 2, JOINTS * 3)
    chosen = hands[:, _busier(take)] if given.size == JOINTS * 3 else hands.reshape(count, -1)
    parts = [chosen]
    if given.size >= _POSE_VALUES + chosen.shape[1]:
        body = take.pose if take.pose is not None else np.full((count, 33, 4), np.nan, np.float32)
        face = take.face if take.face is not None else np.full((count, 468, 3), np.nan, np.float32)
        with_face = given.size > _POSE_VALUES + _FACE_VALUES
        parts = [body.reshape(count, -1), *([face.reshape(count, -1)] if with_face else []), chosen]
    every = np.concatenate(parts, axis=1)[_nearest(take.t_ms, steps)]
    known = np.isfinite(every)
    if not known.any():
        raise UnusableTakeError("", "it holds no key points", _REMEDY)
    return Sample(np.where(known, every, 0).astype(np.float32), np.asarray(known.any(axis=1), np.float32))


def _pictures(take: Recorded, given: InputSpec, steps: int, frames: Path | None) -> Sample:
    files = sorted(path for path in frames.iterdir() if path.suffix == ".jpg") if frames and frames.is_dir() else []
    if len(files) != len(take.t_ms):
        fact = f"it has {len(files)} pictures for {len(take.t_ms)} frames" if files else "its pictures weren't kept"
        raise UnusableTakeError("", fact, "Import it with --keep-frames")
    box = _box(take) if given.kind == "crops" else None
    wanted = _nearest(take.t_ms, steps)
    small = {index: _small(files[index], given.size, box) for index in np.unique(wanted)}
    return Sample(np.stack([small[index] for index in wanted]), np.ones(steps, np.float32))


def _small(path: Path, side: int, box: tuple[float, float, float, float] | None) -> UInt8:
    import cv2  # heavy, and of no use to whoever asks only what a model or a person's gestures are called

    picture = cv2.imread(str(path))
    if picture is None:
        raise UnusableTakeError("", f"{path.name} can't be read as a picture", "Import it again")
    if box is not None:
        height, width = picture.shape[:2]
        left, top, right, bottom = box
        rows = slice(int(max(top, 0) * height), max(int(max(top, 0) * height) + 1, int(bottom * height)))
        columns = slice(int(max(left, 0) * width), max(int(max(left, 0) * width) + 1, int(right * width)))
        picture = picture[rows, columns]
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.cvtColor(small, cv2.COLOR_BGR2RGB).astype(np.uint8)


def _box(take: Recorded) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of where the busier hand goes, as shares of the picture, as high as wide in pixels."""
    joints = take.image_points[:, _busier(take), :, :2].reshape(-1, 2)
    xy = np.clip(joints[np.isfinite(joints).all(axis=1)], 0, 1) * [take.aspect, 1]
    if len(xy) == 0:
        raise UnusableTakeError("", "no hand is in it to cut out", _REMEDY)
    low, high = xy.min(axis=0), xy.max(axis=0)
    middle, half = (low + high) / 2, max((high - low).max(), 0.05) * (0.5 + _MARGIN)
    left, top = np.clip(middle - half, 0, [take.aspect - 0.02, 0.98])
    right, bottom = np.clip(middle + half, 0.02, [take.aspect, 1])
    return float(left) / take.aspect, float(top), float(right) / take.aspect, float(bottom)


def _busier(take: Recorded) -> int:
    """The hand that is seen in more frames; the right one of equals."""
    seen = take.present.sum(axis=0)
    return 0 if seen[0] > seen[1] else 1


def _nearest(t_ms: NDArray[np.int64], steps: int) -> NDArray[np.int64]:
    """(steps,) the frame nearest to each step."""
    wanted = np.linspace(float(t_ms[0]), float(t_ms[-1]), steps)
    after = np.clip(np.searchsorted(t_ms, wanted), 0, len(t_ms) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.abs(t_ms[before] - wanted) <= np.abs(t_ms[after] - wanted)
    return np.where(nearer, before, after).astype(np.int64)
