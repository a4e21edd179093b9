"""Scripts of hand motion: a gesture (or none) with what comes before and after it, to be animated by `takes`.

The numbers are those of the first try in the project's notes on synthesis: strokes of the whole arm, of the forearm and
of the wrist, 0.18-1.1 s long, near and far, palm on or edge on, with wind-ups, return strokes and dropped hands.
Camera frame: X to the right of the unmirrored picture, Y up, Z to the camera, mm; seconds, 0 in the middle.
The hand is a right hand and every name is as its owner sees it, so "left" is +X here; `takes` mirrors half of them.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from gesturectl.synthesis.kinematics import Float
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.rotations import rotation_vector, rx, ry, rz

MAX_MOVES = 10
"""Moves an episode may hold; later ones are left out."""

LEFT, RIGHT, UP, DOWN = np.array([[1.0, 0, 0], [-1.0, 0, 0], [0, 1.0, 0], [0, -1.0, 0]])
DEGREE = np.pi / 180
"""Radians."""


@dataclass(slots=True)
class Move:
    """A minimum-jerk motion added to everything else that moves."""

    start_s: float
    duration_s: float
    shift: Float
    """(3,) mm"""
    turn: Float
    """(3,) rotation vector, radians"""
    bend: Float
    """(23,) degrees added to the pose"""


@dataclass(slots=True)
class Swing:
    """A rotation to and fro (a wave), or round and round (a circle)."""

    kind: str
    """"circle", "wave" or "" for none."""
    start_s: float = 0.0
    period_s: float = 1.0
    turns: float = 0.0
    radius: float = 0.0
    """mm of a circle, radians of a wave"""
    aspect: float = 1.0
    """Height of a circle in widths; mm of sideways motion of a wave."""
    sense: float = 1.0
    """+1 is clockwise as the hand's owner sees it."""
    phase: float = 0.0
    tilts: bool = False
    """Whether the hand tilts along the circle."""


@dataclass(slots=True)
class Wiggle:
    """Fingers that flex again and again."""

    kind: str
    """"type" (each finger for itself), "tap" (the index finger), "beckon" (all together) or "" for none."""
    degrees: float = 0.0
    hertz: float = 0.0


def _zeros() -> Float:
    return np.zeros(3)


@dataclass(slots=True)
class Episode:
    """Some seconds in the life of one hand."""

    label: str
    distance_mm: float
    """Camera to hand, in the middle of the episode."""
    pose: Float
    """(23,) degrees, before any move."""
    orientation: Float
    """(3,3) hand to camera, before any turn; the identity shows the palm with the fingers up."""
    offset: Float = field(default_factory=_zeros)
    """(3,) mm from the place in the picture, before any move."""
    turned: Float = field(default_factory=_zeros)
    """(3,) rotation vector before any turn."""
    moves: list[Move] = field(default_factory=list)
    pivot_mm: float = 0.0
    """Distance of the joint it turns about (0 the palm, 40 the wrist, 250 the elbow) below the palm."""
    pivot_axis: Float = field(default_factory=lambda: np.array([0.0, 1.0, 0.0]))
    """(3,) direction from that joint to the palm."""
    swing: Swing = field(default_factory=lambda: Swing(""))
    wiggle: Wiggle = field(default_factory=lambda: Wiggle(""))
    drift_mm: float = 6.0
    """How far a hand held "still" wanders."""
    visible_from_s: float = -99.0
    """The hand wasn't seen before (it came into the picture, or the tracker had not found it)."""
    stroke: tuple[float, float] = (np.nan, np.nan)
    """Start and end of the gesture proper, seconds."""
    ready: tuple[float, float] = (np.nan, np.nan)
    """Window ends at which the gesture should be recognised."""
    quiet: list[tuple[float, float]] = field(default_factory=lambda: [(-99.0, 99.0)])
    """Window ends at which nothing should be; ends in neither are not used."""

    def move(
        self,
        start_s: float,
        duration_s: float,
        shift: Float | float = 0.0,
        turn: Float | float = 0.0,
        bend: Float | float = 0.0,
    ) -> None:
        """Add a move, unless the episode is full."""
        if len(self.moves) < MAX_MOVES:
            self.moves.append(
                Move(start_s, duration_s, shift + np.zeros(3), turn + np.zeros(3), bend + np.zeros_like(self.pose))
            )

    def name_stroke(self, start_s: float, end_s: float, settle_s: float = 0.25) -> None:
        """The gesture runs from `start_s` to `end_s`: ready from 80 % of it, quiet before 35 % and well after."""
        length = end_s - start_s
        self.stroke = (start_s, end_s)
        self.ready = (start_s + 0.8 * length, end_s + settle_s)
        self.quiet = [(-99.0, start_s + 0.35 * length), (end_s + settle_s + 0.3, 99.0)]


Script = Callable[[np.random.Generator], Episode]


def log_uniform(r: np.random.Generator, low: float, high: float) -> float:
    """A draw that is as often in one octave as in the next."""
    return float(np.exp(r.uniform(np.log(low), np.log(high))))


def jittered(r: np.random.Generator, pose: Float, degrees: float = 5.0) -> Float:
    """The same pose as another person would make it."""
    return pose + r.normal(0, degrees, pose.shape) * np.where(np.abs(pose) > 60, 0.8, 1.0)


def mixed(pose: Float, other: Float, share: float) -> Float:
    """A pose between two; `share` 1 is the other."""
    return pose * (1 - share) + other * share


def upright(r: np.random.Generator, spread: float = 1.0) -> Float:
    """An orientation near "fingers up, palm to the camera", with the spread of real people (degrees ~18, 18, 20)."""
    angles = np.array([r.normal(0, 18), r.normal(-5, 18), r.normal(0, 20)]) * spread * DEGREE
    return rz(angles[0]) @ rx(angles[1]) @ ry(angles[2])


def fingers_forward(r: np.random.Generator, least: float, most: float) -> Float:
    """A turn that points the fingers of an upright hand at the camera, palm down, by so many degrees.

    One in six times they point away from it instead: a camera behind the person, or on the head.
    """
    angle = r.uniform(least, most) * DEGREE
    return rx(-angle) @ ry(np.pi) if r.random() < 1 / 6 else rx(angle)


def any_orientation(r: np.random.Generator) -> Float:
    """Any orientation at all."""
    return rotation_vector(r.normal(0, 1, 3) * 0.9) @ upright(r)


def openish(r: np.random.Generator) -> Float:
    """A hand as people hold it for a stroke: flat, relaxed, spread, or with one or two fingers out."""
    u = r.random()
    if u < 0.42:
        return mixed(POSES["open"], POSES["together"], r.uniform(0, 0.9))
    if u < 0.55:
        return POSES["spread"]
    if u < 0.80:
        return mixed(POSES["open"], POSES["relaxed"], r.uniform(0.2, 0.9))
    if u < 0.92:
        return POSES["point"]
    return POSES["two"]


def new_episode(r: np.random.Generator, label: str, pose: Float, orientation: Float) -> Episode:
    """An episode with nothing in it yet but a hand that wanders a little, 0.3-3 m away."""
    drift = r.uniform(0, 12) if r.random() < 0.7 else r.uniform(10, 45)
    return Episode(label, log_uniform(r, 300, 3000), pose, orientation, drift_mm=drift)


def arrive(r: np.random.Generator, e: Episode, start_s: float, still_s: tuple[float, float]) -> None:
    """How the hand got here before a stroke at `start_s`: there all along, from below, or from the side.

    It is then still for a time within `still_s`. Most of those that come from below turn on the way, as a hand
    raised from the lap or from the keyboard does, and are seen only from somewhere on it.
    """
    u = r.random()
    duration = r.uniform(0.3, 0.9)
    end = start_s - r.uniform(*still_s)
    if u < 0.30:
        shift = np.array([r.normal(0, 70), r.uniform(100, 480), r.normal(0, 60)])
        turn = _raise_turn(r) if r.random() < 0.6 else r.normal(0, 0.35, 3)
        if r.random() < 0.6:  # from out of the picture: seen only on its way
            e.visible_from_s = end - duration * r.uniform(0.2, 0.9)
    elif u < 0.42:
        shift = np.array([r.normal(0, 160), r.normal(0, 80), 0.0])
        turn = np.zeros(3)
    else:
        if r.random() < 0.25:  # found by the tracker a moment before the stroke, or after a gap
            e.visible_from_s = start_s - r.uniform(*still_s) - 0.02
        return
    e.offset = e.offset - shift
    e.turned = e.turned - turn
    e.move(end - duration, duration, shift, turn)


def _raise_turn(r: np.random.Generator) -> Float:
    """The turn of a hand that is raised from the lap: mostly pitching up, sometimes rolling in."""
    angle = r.uniform(0.3, 2.4)
    if r.random() < 0.6:
        return np.array([angle * r.choice([-1, -1, 1]), r.normal(0, 0.5), r.normal(0, 0.5)])
    return np.array([r.normal(0, 0.3), r.normal(0, 0.4), angle * r.choice([-1, 1])])


def leave(
    r: np.random.Generator, e: Episode, end_s: float, shift: Float, turn: Float, bend: Float | float = 0.0
) -> None:
    """What comes after a stroke: 60 % return (sooner or later), 22 % drop the hand, the rest stay."""
    u = r.random()
    hold = r.uniform(0, 0.15) if r.random() < 0.5 else r.uniform(0.1, 1.0)
    duration = r.uniform(0.3, 1.1)
    if u < 0.60:
        share = r.uniform(0.55, 1.1)
        e.move(end_s + hold, duration, -shift * share + r.normal(0, 15, 3), -turn * share, -np.asarray(bend) * share)
    elif u < 0.82:
        drop = np.array([r.normal(0, 80), -r.uniform(120, 480), 0.0])
        turned = r.normal(0, 0.4, 3) - (_raise_turn(r) if r.random() < 0.5 else 0.0)
        e.move(end_s + hold, duration, drop, turned, (POSES["relaxed"] - e.pose) * 0.7)
