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
from gesturectl.types import NOTHING

MAX_MOVES = 10
"""Moves an episode may hold; later ones are left out."""

LEFT, RIGHT, UP, DOWN = np.array([[1.0, 0, 0], [-1.0, 0, 0], [0, 1.0, 0], [0, -1.0, 0]])
_DIRECTIONS = {"swipe_left": LEFT, "swipe_right": RIGHT, "swipe_up": UP, "swipe_down": DOWN}
_DEGREE = np.pi / 180


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
    angles = np.array([r.normal(0, 18), r.normal(-5, 18), r.normal(0, 20)]) * spread * _DEGREE
    return rz(angles[0]) @ rx(angles[1]) @ ry(angles[2])


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

    It is then still for a time within `still_s`. Half of those that come from below turn on the way, as a hand
    raised from the lap or from the keyboard does.
    """
    u = r.random()
    duration = r.uniform(0.3, 0.9)
    end = start_s - r.uniform(*still_s)
    if u < 0.30:
        shift = np.array([r.normal(0, 70), r.uniform(100, 480), r.normal(0, 60)])
        turn = _raise_turn(r) if r.random() < 0.6 else r.normal(0, 0.35, 3)
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


def swipe(label: str) -> Script:
    """One stroke of arm, forearm, wrist or fingers."""

    def script(r: np.random.Generator) -> Episode:
        direction = rz(r.normal(0, 9) * _DEGREE) @ _DIRECTIONS[label]
        return stroke(r, label, direction + np.array([0, 0, r.normal(0, 0.15)]), amplitude=1.0)

    return script


def stroke(r: np.random.Generator, label: str, direction: Float, amplitude: float) -> Episode:
    """A stroke along `direction` by one of the mechanics people use, scaled by `amplitude` (1 is a real swipe)."""
    named = label != NOTHING
    duration = log_uniform(r, 0.16, 0.75) if named else log_uniform(r, 0.2, 1.1)
    horizontal = bool(abs(direction[0]) > abs(direction[1]))
    e = new_episode(r, label, jittered(r, openish(r)), _stroke_orientation(r, horizontal))
    shift, turn, bend = np.zeros(3), np.zeros(3), np.zeros_like(e.pose)
    u = r.random()
    # An open hand that only turns up or down has been lifted off the table or laid on it; a pointing one means it.
    pointing = not horizontal and r.random() < 0.45
    if pointing:
        e.pose = _pointing(r)
        u = r.uniform(0.25, 0.84)
    elif not horizontal:
        u = r.choice([r.uniform(0, 0.66), r.uniform(0.84, 1)], p=[0.85, 0.15])
    if u < 0.38:  # whole arm
        shift = direction * r.uniform(130, 450)
        turn = r.normal(0, 0.2, 3)
    elif u < 0.66:  # forearm about the elbow; up and down people swing a pointing hand through more than a right angle
        e.pivot_mm = r.uniform(180, 300)
        turn = _stroke_turn(e, direction, r.uniform(60, 165) if pointing and r.random() < 0.6 else r.uniform(22, 55))
        shift = direction * (r.uniform(0, 100) if horizontal or pointing else r.uniform(80, 250))
    elif u < 0.84:  # wrist
        e.pivot_mm = r.uniform(0, 40)
        turn = _stroke_turn(e, direction, r.uniform(35, 95))
        shift = direction * r.uniform(0, 60)
    else:  # wrist and fingers together: a flick
        turn, bend = _flick(r, e, direction, horizontal)
        shift = direction * r.uniform(0, 70)
    shift, turn, bend = shift * amplitude, turn * amplitude, bend * amplitude
    e.pivot_axis = e.orientation[:, 1].copy()
    begin, end = -duration / 2, duration / 2
    e.offset = e.offset - shift / 2
    e.turned = e.turned - turn / 2
    # An up-stroke without a still hand before it is a hand being raised.
    arrive(r, e, begin, (0.25, 1.0) if not horizontal else ((0.0, 0.15) if r.random() < 0.4 else (0.1, 1.0)))
    if named and r.random() < 0.3:
        wind_up, took = r.uniform(0.1, 0.35), r.uniform(0.2, 0.5)
        e.move(begin - took, took, -shift * wind_up, -turn * wind_up)
        shift, turn = shift * (1 + wind_up), turn * (1 + wind_up)
    if not bend.any() and r.random() < 0.3:
        bend = (jittered(r, POSES["relaxed"], 3) - e.pose) * r.uniform(-0.3, 0.7)
    e.move(begin, duration, shift, turn, bend)
    leave(r, e, end, shift, turn, bend)
    if named:
        e.name_stroke(begin, end)
    return e


def _pointing(r: np.random.Generator) -> Float:
    """One or two fingers stretched out."""
    return jittered(r, POSES[str(r.choice(["point", "point", "two", "l_shape"]))])


def _stroke_orientation(r: np.random.Generator, horizontal: bool) -> Float:
    """Palm or back to the camera, edge on, or fingers sideways."""
    u = r.random()
    if u < 0.42:
        if horizontal:
            return ry(r.choice([-1, 1]) * r.uniform(40, 95) * _DEGREE) @ upright(r)
        if r.random() < 0.6:
            return rx(-r.uniform(20, 75) * _DEGREE) @ upright(r)
        sideways = rz(r.choice([1, -1]) * r.uniform(50, 95) * _DEGREE)
        tilted = rx(r.normal(0, 40) * _DEGREE)
        return sideways @ ry(r.choice([0, np.pi])) @ tilted @ upright(r)
    if u < 0.62:
        return ry(r.choice([0, np.pi])) @ upright(r)
    if u < 0.80:
        return rz(r.choice([1, 1, -1]) * r.uniform(20, 80) * _DEGREE) @ upright(r)
    return upright(r)


def _stroke_turn(e: Episode, direction: Float, degrees: float) -> Float:
    """The turn that carries the hand along `direction` about its pivot; the hand is laid across the stroke first."""
    fingers = e.orientation[:, 1]
    along = float(fingers @ direction)
    if abs(along) > 0.6:
        across = fingers - along * direction * 0.9
        across /= np.linalg.norm(across)
        axis = np.cross(fingers, across)
        axis /= np.linalg.norm(axis) + 1e-9
        e.orientation = rotation_vector(axis * np.arccos(np.clip(fingers @ across, -1, 1))) @ e.orientation
        fingers = e.orientation[:, 1]
    axis = np.cross(fingers, direction)
    turn: Float = axis / (np.linalg.norm(axis) + 1e-9) * degrees * _DEGREE
    return turn


def _flick(r: np.random.Generator, e: Episode, direction: Float, horizontal: bool) -> tuple[Float, Float]:
    """Turn and bend of a flick: the palm faces along the stroke, wrist and fingers flex (or stretch) along it."""
    side = float(r.choice([1, -1]))
    normal = side * direction / np.linalg.norm(direction) + r.normal(0, 0.2, 3)
    thumb_or_up = UP if horizontal else np.array([r.choice([0, 0, 0.7, -0.7]), 0, 1.0])
    fingers = thumb_or_up * r.uniform(0.3, 1) + np.array([0, 0, 1.0]) * r.uniform(0, 0.9) + r.normal(0, 0.2, 3)
    normal /= np.linalg.norm(normal)
    fingers -= (fingers @ normal) * normal
    fingers /= np.linalg.norm(fingers)
    e.orientation = np.stack([np.cross(fingers, normal), fingers, normal], 1)
    e.pivot_mm = r.uniform(0, 40) if r.random() < 0.75 else r.uniform(100, 250)
    axis = np.cross(fingers, direction)
    turn = axis / (np.linalg.norm(axis) + 1e-9) * r.uniform(25, 95) * _DEGREE
    stretched = jittered(r, mixed(POSES["open"], POSES["together"], 0.6), 4)
    bent = stretched.copy()
    degrees = r.uniform(15, 85)
    bent[0:4] += degrees + r.normal(0, 4, 4)
    bent[4:8] += r.uniform(0, 0.5) * degrees
    bent[8:12] += r.uniform(0, 0.25) * degrees
    stretched[0:4] -= r.uniform(0, 15)
    if side < 0:
        stretched, bent = bent, stretched
    e.pose = stretched
    return turn, bent - stretched


def circle(label: str) -> Script:
    """One to four turns of a pointing finger or of the hand."""

    def script(r: np.random.Generator) -> Episode:
        return turning(r, label, 1.0 if label == "circle_cw" else -1.0, r.uniform(1.05, 4))

    return script


def turning(r: np.random.Generator, label: str, sense: float, turns: float) -> Episode:
    """A hand that draws part of a circle, or several."""
    pose = jittered(r, POSES["point"] if r.random() < 0.65 else openish(r))
    e = new_episode(r, label, pose, upright(r))
    if r.random() < 0.35:
        e.orientation = rx(-r.uniform(10, 50) * _DEGREE) @ e.orientation
    period = r.uniform(0.45, 2.2)
    begin = -min(turns * period / 2, 1.0)
    phase = r.uniform(0, 2 * np.pi)
    e.swing = Swing(
        "circle", begin, period, turns, log_uniform(r, 30, 280), r.uniform(0.6, 1.2), sense, phase, r.random() < 0.4
    )
    if r.random() < 0.3:  # from the elbow: the hand turns with the arm
        e.swing.tilts = True
    arrive(r, e, begin, (0.0, 0.6))
    end = begin + turns * period
    leave(r, e, end, np.zeros(3), np.zeros(3))
    if label != NOTHING:
        e.stroke = (begin, end)
        e.ready = (begin + min(0.9 * period, 1.3), end + 0.2)
        e.quiet = [(-99.0, begin + 0.35 * period), (end + 0.55, 99.0)]
    return e


def wave(r: np.random.Generator) -> Episode:
    """Two or more turns of the open hand from side to side."""
    e = new_episode(r, "wave", jittered(r, mixed(POSES["open"], POSES["spread"], 0.4)), upright(r))
    turns, period = r.uniform(2, 4.5), r.uniform(0.28, 0.8)
    begin = -min(turns * period / 2, 1.0)
    e.swing = Swing("wave", begin, period, turns, r.uniform(12, 35) * _DEGREE, r.uniform(0, 60))
    e.pivot_mm = float(r.choice([0.0, 250.0]))
    e.pivot_axis = e.orientation[:, 1].copy()
    arrive(r, e, begin, (0.0, 0.6))
    end = begin + turns * period
    leave(r, e, end, np.zeros(3), np.zeros(3))
    e.stroke = (begin, end)
    e.ready = (begin + 1.5 * period, end + 0.2)
    e.quiet = [(-99.0, begin + 0.6 * period), (end + 0.55, 99.0)]
    return e


def push(r: np.random.Generator) -> Episode:
    """An open palm moves towards the camera by a quarter to a half of its distance."""
    e = new_episode(r, "push", jittered(r, mixed(POSES["open"], POSES["spread"], r.uniform(0, 1))), upright(r, 0.7))
    e.distance_mm = log_uniform(r, 400, 1500)
    duration = log_uniform(r, 0.22, 0.8)
    forward = np.array([r.normal(0, 0.06), r.normal(0, 0.06), 1.0]) * e.distance_mm * r.uniform(0.28, 0.5)
    e.offset = e.offset - forward / 2
    arrive(r, e, -duration / 2, (0.1, 0.8))
    e.move(-duration / 2, duration, forward)
    if r.random() < 0.7:
        e.move(duration / 2 + r.uniform(0.05, 0.8), r.uniform(0.3, 0.9), -forward * r.uniform(0.7, 1.0))
    e.name_stroke(-duration / 2, duration / 2)
    return e


def change(label: str) -> Script:
    """A hand that closes or opens: grab, release, pinch, spread; still or drifting."""

    def script(r: np.random.Generator) -> Episode:
        duration = log_uniform(r, 0.15, 0.75)
        e = new_episode(r, label, POSES["open"], upright(r))
        if label in ("pinch", "spread"):
            wide, narrow = _pinch_ends(r)
            e.orientation = ry(r.uniform(-60, 45) * _DEGREE) @ e.orientation
        else:
            wide, narrow = mixed(POSES["open"], POSES["spread"], r.uniform(0, 1)), POSES["fist"]
        wide, narrow = jittered(r, wide), jittered(r, narrow)
        start, end = (narrow, wide) if label in ("spread", "release") else (wide, narrow)
        e.pose = start
        arrive(r, e, -duration / 2, (0.1, 0.8))
        drift = r.normal(0, 18, 3) if r.random() < 0.4 else np.zeros(3)
        e.move(-duration / 2, duration, drift, 0.0, end - start)
        if r.random() < 0.5:
            e.move(
                duration / 2 + r.uniform(0.1, 0.9), r.uniform(0.25, 0.8), 0.0, 0.0, (start - end) * r.uniform(0.5, 1)
            )
        else:
            leave(r, e, duration / 2, np.zeros(3), np.zeros(3))
        e.name_stroke(-duration / 2, duration / 2)
        return e

    return script


def _pinch_ends(r: np.random.Generator) -> tuple[Float, Float]:
    """Open and closed end of a pinch with two fingers (the others folded or straight) or with all five."""
    wide = mixed(POSES["claw"] if r.random() < 0.5 else POSES["pinch_open"], POSES["spread"], r.uniform(0, 1))
    u = r.random()
    if u < 0.3:
        closed = POSES["pinch"].copy()
        wide = wide.copy()
        for finger in (1, 2, 3):
            folded = [finger, 4 + finger, 8 + finger]
            wide[folded] = POSES["fist"][folded]
            closed[folded] = POSES["fist"][folded]
        wide[[0, 4, 8]] = POSES["open"][[0, 4, 8]] + r.uniform(0, 15)
        return wide, closed
    if u < 0.75:
        return wide, POSES["pinch"]
    return wide, POSES["five_pinch"]


_HELD = ("thumbs_up", "thumbs_down", "open_palm", "fist", "victory", "point", "ok")


def held_orientation(r: np.random.Generator, label: str) -> Float:
    """How people hold a static pose: front, back or oblique; thumbs with the knuckles to the camera or sideways."""
    if label in ("thumbs_up", "thumbs_down"):
        thumb_up = np.stack([UP, RIGHT, np.array([0, 0, 1.0])], 1)  # thumb up, fingers to the picture's left
        tilt = rz(r.normal(-14, 16) * _DEGREE)  # the thumb itself leans 28 degrees from the hand's side
        if label == "thumbs_down":
            tilt = tilt @ rz(np.pi)
        return np.asarray(tilt @ ry(r.uniform(-85, 85) * _DEGREE) @ rx(r.normal(0, 10) * _DEGREE) @ thumb_up)
    back = r.random() < 0.22
    return ry(np.pi if back else 0.0) @ upright(r, 0.9)


def held(label: str) -> Script:
    """A pose that is taken, held still and given up again."""

    def script(r: np.random.Generator) -> Episode:
        shown = {"open_palm": "open" if r.random() < 0.55 else "spread", "thumbs_down": "thumbs_up"}
        target = POSES[shown.get(label, label)]
        target = jittered(r, target, 4)
        e = new_episode(r, label, target, held_orientation(r, label))
        if r.random() < 0.7:
            # From an open hand, a fist would be a grab.
            e.pose = jittered(
                r, mixed(POSES["relaxed"], POSES[str(r.choice(["open", "claw", "two"]))], r.uniform(0, 0.6))
            )
        taking = r.uniform(0.2, 0.6)
        begin = -0.7
        e.drift_mm = r.uniform(0, 7)
        arrive(r, e, begin, (0.0, 0.6))
        e.move(begin, taking, 0.0, 0.0, target - e.pose)
        end = begin + taking + r.uniform(0.8, 3.0)
        away = r.normal(0, 1, 3) * np.array([60, 120, 20])
        e.move(end, r.uniform(0.25, 0.6), away, r.normal(0, 0.3, 3), jittered(r, POSES["relaxed"]) - target)
        e.stroke = (begin, end)
        e.ready = (begin + taking + 0.35, end)
        # Taking the pose is nothing yet, above all no grab, pinch or release.
        e.quiet = [(-99.0, begin + taking + 0.05), (end + 0.35, 99.0)]
        return e

    return script


GESTURES: dict[str, Script] = {
    **{label: swipe(label) for label in _DIRECTIONS},
    "circle_cw": circle("circle_cw"),
    "circle_ccw": circle("circle_ccw"),
    "push": push,
    **{label: change(label) for label in ("pinch", "spread", "grab", "release")},
    "wave": wave,
    **{label: held(label) for label in _HELD},
}
"""The script of each starter gesture."""
