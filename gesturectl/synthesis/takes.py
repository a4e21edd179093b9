"""Landmark takes without a picture: episodes animated, projected and seen through a tracker's noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.synthesis.episodes import MAX_MOVES, Episode
from gesturectl.synthesis.handshapes import GESTURES
from gesturectl.synthesis.idle import NEGATIVES
from gesturectl.synthesis.kinematics import POSE, Float, joints, random_shape
from gesturectl.synthesis.noise import tracked
from gesturectl.synthesis.rotations import rotation_vector
from gesturectl.synthesis.working import AT_WORK
from gesturectl.types import Bool

FRAMES = 120
"""Frames an episode is animated for: 4 s at 30 frames a second, 10 s at 12."""


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """N takes of one hand."""

    t_s: Float
    """(N, K) seconds; the middle of the episode is at 0."""
    points: Float
    """(N, K, 21, 3) in picture heights: x right, y down from the top left corner, z towards the camera negative."""
    present: Bool
    """(N, K) whether the tracker saw the hand."""
    labels: tuple[str, ...]
    """(N,) the gesture, as its owner sees it."""
    ready: Float
    """(N, 2) window ends between which the gesture should be recognised; NaN for nothing."""
    quiet: tuple[list[tuple[float, float]], ...]
    """(N,) window ends at which nothing should be recognised."""
    aspect: Float
    """(N,) width of the picture in heights."""


def write_episodes(r: np.random.Generator, count: int, negatives: float, rare: Sequence[str] = ()) -> list[Episode]:
    """`count` episodes, a share `negatives` of them nothing; gestures named in `rare` come half as often."""
    names = list(GESTURES)
    weights = np.array([_OFTEN.get(name, 1.0) * (0.5 if name in rare else 1.0) for name in names])
    weights /= weights.sum()
    idle = NEGATIVES | AT_WORK
    scripts = list(idle)
    shares = np.array(list(idle.values()))
    shares /= shares.sum()
    episodes = []
    for _ in range(count):
        if r.random() < negatives:
            episodes.append(scripts[r.choice(len(scripts), p=shares)](r))
        else:
            episodes.append(GESTURES[names[r.choice(len(names), p=weights)]](r))
    return episodes


_OFTEN = {
    "swipe_left": 2.4,
    "swipe_right": 2.4,
    "swipe_up": 3.0,
    "swipe_down": 3.0,
    "circle_cw": 1.6,
    "circle_ccw": 1.6,
}
"""Strokes vary most from person to person, so they get more takes than poses."""


def animate(r: np.random.Generator, episodes: Sequence[Episode]) -> Takes:
    """The takes of some episodes, each by another hand before another camera, half of them left hands."""
    n = len(episodes)
    t = _times(r, n)
    shift, turn, pose = _motion(r, episodes, t)
    shapes, sizes = random_shape(r, n)
    hand = joints(pose.reshape(-1, POSE), np.repeat(shapes, FRAMES, 0)).reshape(n, FRAMES, 21, 3)
    hand -= hand[:, :, [0, 5, 9, 13, 17]].mean(2, keepdims=True)
    hand *= sizes[:, None, None, None]
    turned = rotation_vector(turn)
    orientation = np.stack([e.orientation for e in episodes])
    world = np.einsum("nkij,njl,nkpl->nkpi", turned, orientation, hand, optimize=True)
    arm = np.stack([e.pivot_axis * e.pivot_mm for e in episodes])
    shift = shift + np.einsum("nkij,nj->nki", turned, arm) - arm[:, None]
    world += shift[:, :, None]

    distance = np.array([e.distance_mm for e in episodes])
    focal = r.uniform(0.85, 1.4, n)  # in picture heights: horizontal views of about 50 to 90 degrees
    aspect = r.choice([4 / 3, 16 / 9], n)
    world += _place(r, world, t, distance, focal, aspect)[:, None, None]
    depth = -np.minimum(world[..., 2], -80.0)
    x = aspect[:, None, None] / 2 + focal[:, None, None] * world[..., 0] / depth
    y = 0.5 - focal[:, None, None] * world[..., 1] / depth
    labels = [e.label for e in episodes]
    for i in np.nonzero(r.random(n) < 0.5)[0]:
        x[i] = aspect[i] - x[i]
        labels[i] = mirrored_label(labels[i])
    seen, present = tracked(r, np.stack([x, y], -1), t, distance)
    z = (depth - depth[:, :, :1]) * (focal / distance)[:, None, None]
    inside = (x > 0) & (x < aspect[:, None, None]) & (y > 0) & (y < 1)
    present &= (inside.mean(2) > 0.55) & (t > np.array([[e.visible_from_s] for e in episodes]))
    return Takes(
        t_s=t,
        points=np.concatenate([seen, z[..., None]], -1),
        present=present,
        labels=tuple(labels),
        ready=np.array([e.ready for e in episodes]),
        quiet=tuple(e.quiet for e in episodes),
        aspect=aspect,
    )


def _times(r: np.random.Generator, n: int) -> Float:
    """(N, K) capture times of cameras at 12-30 frames a second with 8 % jitter, sorted."""
    rate = np.exp(r.uniform(np.log(12), np.log(30), n))[:, None]
    t = (np.arange(FRAMES)[None] - FRAMES * 0.55 + r.normal(0, 0.08, (n, FRAMES))) / rate
    return np.sort(t, axis=1)


def _motion(r: np.random.Generator, episodes: Sequence[Episode], t: Float) -> tuple[Float, Float, Float]:
    """Shift (N, K, 3) mm, turn (N, K, 3) rotation vectors and pose (N, K, 23) degrees of all moves together."""
    n = len(episodes)
    start, took = np.full((n, MAX_MOVES), 99.0), np.ones((n, MAX_MOVES))
    shifts, turns = np.zeros((n, MAX_MOVES, 3)), np.zeros((n, MAX_MOVES, 3))
    bends = np.zeros((n, MAX_MOVES, POSE))
    for i, e in enumerate(episodes):
        for j, move in enumerate(e.moves):
            start[i, j], took[i, j] = move.start_s, move.duration_s
            shifts[i, j], turns[i, j], bends[i, j] = move.shift, move.turn, move.bend
    u = np.clip((t[:, :, None] - start[:, None]) / took[:, None], 0, 1)
    done = u**3 * (10 - 15 * u + 6 * u * u)  # minimum jerk (Flash and Hogan 1985)
    shift = np.stack([e.offset for e in episodes])[:, None] + done @ shifts
    turn = np.stack([e.turned for e in episodes])[:, None] + done @ turns
    pose = np.stack([e.pose for e in episodes])[:, None] + done @ bends
    drift = np.array([e.drift_mm for e in episodes])[:, None, None]
    for _ in range(3):
        rate, phase = r.uniform(0.08, 0.5, (n, 1, 3)), r.uniform(0, 2 * np.pi, (n, 1, 3))
        wave = 2 * np.pi * rate * t[:, :, None] + phase
        shift += 0.6 * drift * np.sin(wave)
        turn += 0.0025 * drift * np.sin(1.1 * wave + phase)
    for i, e in enumerate(episodes):
        _swing(e, t[i], shift[i], turn[i])
        _wiggle(r, e, t[i], turn[i], pose[i])
    return shift, turn, pose


def _swing(e: Episode, t: Float, shift: Float, turn: Float) -> None:
    """Add the episode's circle or wave to (K, 3) shift and turn, in place."""
    s = e.swing
    turns = np.clip((t - s.start_s) / s.period_s, 0, s.turns)
    if s.kind == "circle":
        # As its owner sees it clockwise is counterclockwise in the unmirrored picture.
        angle = s.phase + s.sense * 2 * np.pi * turns
        shift[:, 0] += s.radius * (np.cos(angle) - np.cos(s.phase))
        shift[:, 1] += s.radius * s.aspect * (np.sin(angle) - np.sin(s.phase))
        if s.tilts:
            turn[:, 0] -= 0.25 * np.sin(angle)
            turn[:, 1] += 0.25 * np.cos(angle)
    elif s.kind == "wave":
        side = np.sin(2 * np.pi * turns)
        turn[:, 2] += s.radius * side
        shift[:, 0] -= s.aspect * side


def _wiggle(r: np.random.Generator, e: Episode, t: Float, turn: Float, pose: Float) -> None:
    """Add the episode's moving fingers to (K, 3) turn and (K, 23) pose, in place."""
    w = e.wiggle
    if w.kind == "type":
        for finger in range(4):
            beat = np.sin(2 * np.pi * w.hertz * r.uniform(0.7, 1.3) * t + r.uniform(0, 2 * np.pi))
            pose[:, finger] += 0.6 * w.degrees * np.maximum(0, beat)
            pose[:, 4 + finger] += 0.4 * w.degrees * np.maximum(0, beat)
    elif w.kind:
        beat = (0.5 - 0.5 * np.cos(2 * np.pi * w.hertz * t)) * w.degrees
        fingers = range(4) if w.kind == "beckon" else range(1)
        for finger in fingers:
            pose[:, finger] += beat
            pose[:, 4 + finger] += 0.6 * beat
        if r.random() < 0.3:
            turn[:, 0] += beat / 180


def _place(r: np.random.Generator, world: Float, t: Float, distance: Float, focal: Float, aspect: Float) -> Float:
    """(N, 3) mm that put the middle of the episode somewhere in the picture, at its distance."""
    n = len(t)
    middle = world[np.arange(n), np.abs(t).argmin(1)][:, [0, 5, 9, 17]].mean(1)
    half = 0.5 / focal * distance
    return np.stack(
        [
            r.uniform(-0.75, 0.75, n) * half * aspect - middle[:, 0],
            r.uniform(-0.75, 0.6, n) * half - middle[:, 1],
            -distance - middle[:, 2],
        ],
        -1,
    )
