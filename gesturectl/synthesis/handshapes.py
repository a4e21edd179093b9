"""Scripts of gestures that change the hand's shape or hold it, and the list of all gestures. See `episodes`."""

import numpy as np

from gesturectl.synthesis.episodes import (
    DEGREE,
    RIGHT,
    UP,
    Episode,
    Script,
    arrive,
    jittered,
    leave,
    log_uniform,
    mixed,
    new_episode,
    upright,
)
from gesturectl.synthesis.kinematics import Float
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.rotations import rx, ry, rz
from gesturectl.synthesis.strokes import SWIPES, circle, push, swipe, wave


def change(label: str) -> Script:
    """A hand that closes or opens: grab, release, pinch, spread; still or drifting."""

    def script(r: np.random.Generator) -> Episode:
        duration = log_uniform(r, 0.15, 0.75)
        e = new_episode(r, label, POSES["open"], upright(r))
        if label in ("pinch", "spread"):
            wide, narrow = _pinch_ends(r)
            e.orientation = ry(r.uniform(-60, 45) * DEGREE) @ e.orientation
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
        tilt = rz(r.normal(-14, 16) * DEGREE)  # the thumb itself leans 28 degrees from the hand's side
        if label == "thumbs_down":
            tilt = tilt @ rz(np.pi)
        return np.asarray(tilt @ ry(r.uniform(-85, 85) * DEGREE) @ rx(r.normal(0, 10) * DEGREE) @ thumb_up)
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
    **{label: swipe(label) for label in SWIPES},
    "circle_cw": circle("circle_cw"),
    "circle_ccw": circle("circle_ccw"),
    "push": push,
    **{label: change(label) for label in ("pinch", "spread", "grab", "release")},
    "wave": wave,
    **{label: held(label) for label in _HELD},
}
"""The script of each starter gesture."""
