"""Scripts of gestures that are a movement of the whole hand: swipes, circles, waves, pushes. See `episodes`."""

import numpy as np

from gesturectl.synthesis.episodes import (
    DEGREE,
    DOWN,
    LEFT,
    RIGHT,
    UP,
    Episode,
    Script,
    Swing,
    arrive,
    fingers_forward,
    jittered,
    leave,
    log_uniform,
    mixed,
    new_episode,
    openish,
    upright,
)
from gesturectl.synthesis.kinematics import Float
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.rotations import rotation_vector, rx, ry, rz
from gesturectl.types import NOTHING

SWIPES = {"swipe_left": LEFT, "swipe_right": RIGHT, "swipe_up": UP, "swipe_down": DOWN}
"""The direction of each swipe, in the camera frame."""


def swipe(label: str) -> Script:
    """One stroke of arm, forearm, wrist or fingers."""

    def script(r: np.random.Generator) -> Episode:
        direction = rz(r.normal(0, 9) * DEGREE) @ SWIPES[label]
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
        if pointing and r.random() < 0.3:
            turn = _from_up_to_the_camera(r, e, direction)
        else:
            wide = pointing and r.random() < 0.6
            turn = _stroke_turn(e, direction, r.uniform(60, 165) if wide else r.uniform(22, 55))
        shift = direction * (r.uniform(0, 100) if horizontal or pointing else r.uniform(80, 250))
    elif u < 0.84:  # wrist
        e.pivot_mm = r.uniform(0, 40)
        if pointing and r.random() < 0.6:
            turn = _from_up_to_the_camera(r, e, direction)
        else:
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
    short = (0.0, 0.15) if horizontal else (0.12, 0.35)
    arrive(r, e, begin, short if r.random() < 0.4 else (0.15, 1.0))
    if named and r.random() < 0.45:
        wind_up, took = r.uniform(0.1, 0.6), r.uniform(0.15, 0.5)
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
            return ry(r.choice([-1, 1]) * r.uniform(40, 95) * DEGREE) @ upright(r)
        if r.random() < 0.6:
            return fingers_forward(r, 20, 75) @ upright(r)
        sideways = rz(r.choice([1, -1]) * r.uniform(50, 95) * DEGREE)
        tilted = rx(r.normal(0, 40) * DEGREE)
        return sideways @ ry(r.choice([0, np.pi])) @ tilted @ upright(r)
    if u < 0.62:
        return ry(r.choice([0, np.pi])) @ upright(r)
    if u < 0.80:
        return rz(r.choice([1, 1, -1]) * r.uniform(20, 80) * DEGREE) @ upright(r)
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
    return _turn_along(fingers, direction, degrees)


def _from_up_to_the_camera(r: np.random.Generator, e: Episode, direction: Float) -> Float:
    """The turn, up or down, of a finger that swings between straight up and straight at the camera."""
    e.orientation = rx(r.uniform(35, 65) * DEGREE) @ upright(r, 0.7)
    return _turn_along(e.orientation[:, 1], direction, r.uniform(45, 110))


def _turn_along(fingers: Float, direction: Float, degrees: float) -> Float:
    """The turn that swings `fingers` towards `direction`."""
    axis = np.cross(fingers, direction)
    turn: Float = axis / (np.linalg.norm(axis) + 1e-9) * degrees * DEGREE
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
    turn = _turn_along(fingers, direction, r.uniform(25, 95))
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
        e.orientation = fingers_forward(r, 10, 50) @ e.orientation
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
    e.swing = Swing("wave", begin, period, turns, r.uniform(12, 35) * DEGREE, r.uniform(0, 60))
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
