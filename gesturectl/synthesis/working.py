"""Scripts of hands at work and hands that count: motions and poses of our gestures, made for something else.

Hands that handle things pinch, spread and circle all the time, and none of it is meant. Frames, units
and names are those of `episodes`.
"""

import numpy as np

from gesturectl.synthesis.episodes import (
    DEGREE,
    Episode,
    Script,
    any_orientation,
    fingers_forward,
    jittered,
    log_uniform,
    mixed,
    new_episode,
    openish,
    upright,
)
from gesturectl.synthesis.handshapes import GESTURES
from gesturectl.synthesis.kinematics import Float
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.rotations import ry, rz
from gesturectl.synthesis.strokes import turning
from gesturectl.types import NOTHING

_GRIPS = ("pinch", "five_pinch", "claw", "cup_grip", "fist", "mouse_grip")
_BEFORE_GRIPS = ("open", "relaxed", "pinch_open", "claw")


def _over_work(r: np.random.Generator) -> Float:
    """An orientation of a hand at work on a table: fingers forward or down, wrist turned this way or that."""
    turned = ry(r.normal(0, 40) * DEGREE) @ upright(r)
    return np.asarray(rz(r.normal(0, 40) * DEGREE) @ fingers_forward(r, 25, 110) @ turned)


def grasping(r: np.random.Generator) -> Episode:
    """Things taken, moved and put down: a hand that opens and closes on its way."""
    presented = r.random() < 0.3
    grip = POSES[str(r.choice(_GRIPS))]
    wide = mixed(POSES[str(r.choice(_BEFORE_GRIPS))], POSES["relaxed"], r.uniform(0, 0.7))
    ends = (jittered(r, wide, 7), jittered(r, mixed(wide, grip, r.uniform(0.5, 1)), 7))
    e = new_episode(r, NOTHING, ends[0], upright(r) if presented else _over_work(r))
    t, holding = -2.4 + r.uniform(0, 0.6), False
    while t < 2.2:
        reach = r.normal(0, 1, 3) * np.array([1, 0.7, 0.8]) * r.uniform(30, 200)
        took = max(r.uniform(0.25, 0.9), float(np.linalg.norm(reach)) / 600)
        e.move(t, took, reach, r.normal(0, 0.3, 3))
        # An upright hand that closes in place would be a grab: such a one closes while it travels.
        change = r.uniform(0.15, 0.6)
        at = t + r.uniform(0, max(took - change, 0.05)) if presented else t + took * r.uniform(0.3, 1.1)
        e.move(at, change, 0.0, 0.0, ends[not holding] - ends[holding])
        holding = not holding
        t = max(t + took, at + change) + r.uniform(0, 0.7)
    return e


def stirring(r: np.random.Generator) -> Episode:
    """A hand that holds something and goes round with it: stirring, winding, polishing, writing."""
    e = turning(r, NOTHING, float(r.choice([-1.0, 1.0])), r.uniform(0.8, 5))
    e.pose = jittered(r, POSES[str(r.choice(_GRIPS))], 7)
    e.orientation = _over_work(r) if r.random() < 0.75 else any_orientation(r)
    e.swing.radius = log_uniform(r, 8, 110)
    return e


def wiping(r: np.random.Generator) -> Episode:
    """To and fro, three times or more: wiping, rubbing, sawing, shaking."""
    pose = openish(r) if r.random() < 0.6 else POSES[str(r.choice(_GRIPS))]
    e = new_episode(r, NOTHING, jittered(r, pose, 7), _over_work(r))
    angle = r.uniform(0, 2 * np.pi)
    reach = np.array([np.cos(angle), np.sin(angle), r.normal(0, 0.3)]) * r.uniform(40, 320)
    half, begin = r.uniform(0.14, 0.6), r.uniform(-2.6, -1.2)
    for k in range(int(r.integers(3, 10))):
        e.move(begin + k * half, half, reach * (1 if k % 2 else -1) + r.normal(0, 12, 3), r.normal(0, 0.12, 3))
    # The first of them can't be told from a swipe yet.
    e.quiet = [(-99.0, begin + 0.3 * half), (begin + 1.6 * half, 99.0)]
    return e


def counting(r: np.random.Generator) -> Episode:
    """One clear pose after the other: counting on the fingers, spelling, playing with them."""
    names = ["point", "victory", "three", "four", "spread"]
    if r.random() < 0.5:
        names = list(r.permutation([*names, "two", "l_shape", "rock", "call", "ok", "fist", "open", "thumbs_up"]))
    e = new_episode(r, NOTHING, jittered(r, POSES["relaxed"], 6), ry(np.pi * (r.random() < 0.25)) @ upright(r))
    pose, t = e.pose, -2.6 + r.uniform(0, 0.8)
    for name in names:
        target, took = jittered(r, POSES[name], 5), r.uniform(0.12, 0.4)
        if t > 2.4:
            break
        e.move(t, took, r.normal(0, 8, 3), r.normal(0, 0.08, 3), target - pose)
        pose, t = target, t + took + r.uniform(0.1, 0.8)
    e.quiet = [(-99.0, t)]  # the last one, held on, is a gesture in the end
    return e


def pointing_forward(r: np.random.Generator) -> Episode:
    """A gesture of the fingers made over the work, fingers forward: what hands do to things, not to a camera."""
    names = ("pinch", "spread", "grab", "release", "open_palm", "fist", "victory", "ok")
    e = GESTURES[str(r.choice(names))](r)
    e.orientation = rz(r.normal(0, 0.6)) @ fingers_forward(r, 72, 115) @ e.orientation
    e.pivot_axis = e.orientation[:, 1].copy()
    e.label, e.quiet, e.ready, e.stroke = NOTHING, [(-99.0, 99.0)], (np.nan, np.nan), (np.nan, np.nan)
    return e


AT_WORK: dict[Script, float] = {
    grasping: 2.4,
    stirring: 1.2,
    wiping: 1.0,
    counting: 1.6,
    pointing_forward: 1.2,
}
"""Each script of hands at work, and how often it is wanted relative to those of `idle`."""
