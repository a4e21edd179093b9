"""What the model that ships is trained on: synthetic takes, and the real sets whose licences allow it.

Real sets (not part of this repository): gestura (MIT), whose signs serve as hands that talk, and the key points of
Kazuhito00/hand-gesture-recognition-using-mediapipe (Apache-2.0) and SegFault03/FYP-GestNet (MIT), single frames of
hand poses that are held here for a window's length.
"""

import gzip
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from gesturectl.recognition.vocabulary import STARTER
from gesturectl.synthesis.kinematics import Float
from gesturectl.synthesis.noise import tracked
from gesturectl.synthesis.takes import animate, write_episodes
from gesturectl.training.dataset import Interval, LabelledTake
from gesturectl.types import NOTHING

LABELS = (NOTHING, *STARTER)
"""The order of the starter model's scores."""
_BATCH = 500
_BEFORE_MS, _AFTER_MS = 900, 1100
"""How far around a gesture the quiet is learnt from; further away it is like any other quiet."""
SIGNS_GROUP, POSES_GROUP = 10_000_000, 20_000_000
"""Where the groups of the real sets begin; below are those of synthetic takes."""


def synthetic_takes(seed: int, episodes: int, negatives: float = 0.5) -> Iterator[LabelledTake]:
    """`episodes` takes, a share `negatives` of them without a gesture. The same seed gives the same takes."""
    r = np.random.default_rng(seed)
    for start in range(0, episodes, _BATCH):
        takes = animate(r, write_episodes(r, min(_BATCH, episodes - start), negatives))
        for i, label in enumerate(takes.labels):
            yield LabelledTake(
                t_ms=np.round(takes.t_s[i] * 1000).astype(np.int64),
                points=takes.points[i].astype(np.float32),
                present=takes.present[i],
                intervals=_intervals(label, takes.ready[i] * 1000, takes.quiet[i]),
                group=start + i,
                aspect=float(takes.aspect[i]),
            )


def _intervals(label: str, ready_ms: Float, quiet: list[tuple[float, float]]) -> tuple[Interval, ...]:
    if label == NOTHING:
        return tuple(Interval(NOTHING, a * 1000, b * 1000) for a, b in quiet)
    (_, before), (after, _) = quiet
    return (
        Interval(NOTHING, before * 1000 - _BEFORE_MS, before * 1000),
        Interval(label, float(ready_ms[0]), float(ready_ms[1])),
        Interval(NOTHING, after * 1000, after * 1000 + _AFTER_MS),
    )


_LIKE_OURS = ("Okay", "Hello", "Hi", "Well done", "See you later", "Congratulations", "I", "Good Morning", "Yes")
"""Signs of gestura that look like one of our gestures, or might."""


def sign_takes(path: Path, seed: int = 0) -> Iterator[LabelledTake]:
    """Hands that sign, as nothing: both hands of the clips in `gestura.npz`, at 0.7-1.4 of 30 frames a second."""
    r = np.random.default_rng(seed)
    stored = np.load(path, allow_pickle=False)
    names = [str(name) for name in stored["class_names"]]
    for k, label in enumerate(stored["label"]):
        if names[int(label)] in _LIKE_OURS:
            continue
        frames = stored["frames"][stored["offsets"][k] : stored["offsets"][k + 1]]
        t_ms = np.round(np.arange(len(frames)) * 1000 / 30 / r.uniform(0.7, 1.4)).astype(np.int64)
        for slot in range(2):
            points = frames[:, slot] * np.array([4 / 3, 1, 4 / 3], np.float32)
            present = np.abs(points[..., :2]).sum((1, 2)) > 0
            thirds = np.linspace(t_ms[0] + 400, t_ms[-1] + 1, 4)
            quiet = tuple(Interval(NOTHING, a, b) for a, b in pairwise(thirds))
            if present.sum() >= 8:
                yield LabelledTake(t_ms, points, present, quiet, SIGNS_GROUP + k, aspect=4 / 3)


_POSES: dict[str, dict[int, str]] = {
    "Kazuhito00__keypoint.csv.gz": {0: "open_palm", 1: "fist", 2: "point"},
    "SegFault03__keypoint.csv.gz": {
        0: "open_palm",
        1: "point",
        3: NOTHING,
        4: NOTHING,
        5: "thumbs_up",
        6: "thumbs_down",
    },
}
_HELD_FRAMES = 60


def pose_takes(folder: Path, seed: int = 0) -> Iterator[LabelledTake]:
    """Real hand poses held still. Upright ones are their gesture; lying or hanging ones, and counting, are nothing."""
    r = np.random.default_rng(seed)
    for name, meaning in _POSES.items():
        with gzip.open(folder / name) as file:
            rows = np.loadtxt(file, delimiter=",")
        poses = rows[:, 1:].reshape(-1, 21, 2)
        lean = np.abs(np.degrees(np.arctan2(poses[:, 9, 0], -poses[:, 9, 1])))
        chosen: list[str] = []
        kept: list[int] = []
        for i, (number, angle) in enumerate(zip(rows[:, 0], lean, strict=True)):
            label = meaning.get(int(number))
            thumb = label is not None and label.startswith("thumbs")
            if label is not None and (thumb or not 45 < angle < 70):
                chosen.append(label if thumb or angle <= 45 else NOTHING)
                kept.append(i)
        for start in range(0, len(kept), _BATCH):
            yield from _held(r, poses[kept[start : start + _BATCH]], chosen[start : start + _BATCH])


def _held(r: np.random.Generator, poses: Float, labels: list[str]) -> Iterator[LabelledTake]:
    """Two seconds of each of the (N, 21, 2) poses, half of them mirrored, some seen only lately."""
    n = len(poses)
    t_s = np.broadcast_to(np.arange(_HELD_FRAMES) / 30, (n, _HELD_FRAMES))
    size = np.exp(r.uniform(np.log(0.04), np.log(0.3), (n, 1, 1, 1)))
    side = np.stack([r.choice([-1.0, 1.0], n), np.ones(n)], -1)[:, None, None]
    drift = np.cumsum(r.normal(0, 0.002, (n, _HELD_FRAMES, 1, 2)), axis=1)
    noisy, seen = tracked(r, 0.6 + poses[:, None] * size * side + drift, t_s, np.full(n, 600.0))
    t_ms = np.round(t_s[0] * 1000).astype(np.int64)
    late_ms = np.where(r.random(n) < 0.4, r.uniform(0, 900, n), 0)
    for i, label in enumerate(labels):
        yield LabelledTake(
            t_ms=t_ms,
            points=np.concatenate([noisy[i], np.zeros((_HELD_FRAMES, 21, 1))], -1).astype(np.float32),
            present=seen[i] & (t_ms >= late_ms[i]),
            intervals=(Interval(label, 1500, 2000),),
            group=POSES_GROUP + int(r.integers(1_000_000)),
        )
