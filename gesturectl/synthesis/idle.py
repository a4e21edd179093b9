"""Scripts of hands that mean nothing: what a recogniser that is always on sees nearly all day.

Which kinds are needed was found by ablation (project notes on synthesis): without them a recogniser fires five times
as often. Frames, units and names are those of `episodes`.
"""

import numpy as np

from gesturectl.synthesis.episodes import (
    Episode,
    Script,
    Wiggle,
    any_orientation,
    fingers_forward,
    jittered,
    log_uniform,
    mixed,
    new_episode,
    openish,
    upright,
)
from gesturectl.synthesis.handshapes import GESTURES, held_orientation
from gesturectl.synthesis.kinematics import Float
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.rotations import ry, rz
from gesturectl.synthesis.strokes import stroke, turning
from gesturectl.types import NOTHING

_NAMES = sorted(POSES)
_WORKING = ("relaxed", "mouse_grip", "typing", "cup_grip", "claw", "pinch_open", "fist")


def _some_pose(r: np.random.Generator) -> Float:
    """A pose of daily life, or between two."""
    if r.random() < 0.5:
        return jittered(r, mixed(POSES[str(r.choice(_NAMES))], POSES[str(r.choice(_NAMES))], r.uniform(0, 1)), 6)
    return jittered(r, POSES[str(r.choice(_WORKING))], 10)


def still(r: np.random.Generator) -> Episode:
    """A hand at rest, in any pose that isn't one of the held gestures upright."""
    e = new_episode(r, NOTHING, jittered(r, POSES["relaxed"], 10), any_orientation(r))
    u = r.random()
    if u < 0.4:
        e.pose = jittered(r, POSES[str(r.choice(["relaxed", "mouse_grip", "typing", "cup_grip", "claw", "call"]))], 9)
        e.orientation = upright(r) if r.random() < 0.5 else e.orientation
    elif u < 0.7:
        e.pose = jittered(r, POSES[str(r.choice(["three", "four", "l_shape", "call", "rock", "two", "snap"]))], 5)
        e.orientation = upright(r)
    elif u < 0.85:  # a held gesture's pose lying on its side or hanging down
        e.pose = jittered(r, POSES[str(r.choice(["open", "fist", "point", "victory", "spread"]))], 5)
        e.orientation = rz(r.choice([-1, 1]) * r.uniform(75, 180) * np.pi / 180) @ upright(r)
    e.drift_mm = r.uniform(0, 25)
    return e


def halfway(r: np.random.Generator) -> Episode:
    """A held gesture's pose only half made, upright and still: nearly open, nearly a fist, fingers not decided."""
    name = str(r.choice(["open", "fist", "point", "victory", "ok", "thumbs_up"]))
    pose = jittered(r, mixed(POSES[name], POSES[str(r.choice(["relaxed", "claw", "three"]))], r.uniform(0.45, 0.8)), 6)
    e = new_episode(r, NOTHING, pose, held_orientation(r, name))
    e.drift_mm = r.uniform(0, 20)
    return e


def carried(r: np.random.Generator) -> Episode:
    """A held gesture's pose that never rests: it travels, turns or trembles."""
    name = str(r.choice(["open", "fist", "point", "victory", "thumbs_up", "ok"]))
    e = new_episode(r, NOTHING, jittered(r, POSES[name], 5), held_orientation(r, name))
    t = -2.5
    while t < 2.5:
        took = r.uniform(0.3, 0.9)
        e.move(t, took, r.normal(0, 1, 3) * np.array([70, 60, 30]), r.normal(0, 0.35, 3), r.normal(0, 5, 23))
        t += took + r.uniform(0, 0.1)
    return e


def typing(r: np.random.Generator) -> Episode:
    """Fingers at a keyboard or a mouse: seen from above or from the front, hopping sideways now and then."""
    pose = POSES[str(r.choice(["typing", "mouse_grip", "relaxed"]))]
    e = new_episode(r, NOTHING, jittered(r, pose, 8), fingers_forward(r, 20, 95) @ upright(r))
    e.wiggle = Wiggle("type", r.uniform(8, 40), r.uniform(1, 5))
    t = -3.0
    while t < 3:
        t += r.uniform(0.4, 1.6)
        hop = np.array([r.normal(0, 35), r.normal(0, 12), r.normal(0, 20)]) * (2.0 if r.random() < 0.2 else 1.0)
        e.move(t, r.uniform(0.1, 0.3), hop, r.normal(0, 0.12, 3))
    return e


def tapping(r: np.random.Generator) -> Episode:
    """A finger that taps, scrolls or beckons, again and again."""
    e = new_episode(r, NOTHING, jittered(r, openish(r), 8), any_orientation(r) if r.random() < 0.5 else upright(r))
    e.wiggle = Wiggle(str(r.choice(["tap", "beckon"])), r.uniform(25, 75), r.uniform(0.8, 2.8))
    return e


def fiddling(r: np.random.Generator) -> Episode:
    """A hand that turns in place: a knob, a lid, a look at the palm."""
    e = new_episode(r, NOTHING, _some_pose(r), upright(r) if r.random() < 0.6 else any_orientation(r))
    t = -1.8
    while t < 2:
        took = r.uniform(0.25, 0.9)
        about_fingers = e.orientation[:, 1] * r.uniform(-1.7, 1.7)
        about_view = np.array([0, 0, r.uniform(-1.3, 1.3)])
        e.move(t, took, r.normal(0, 12, 3), about_fingers if r.random() < 0.5 else about_view)
        t += took + r.uniform(0, 0.6)
    return e


def changing(r: np.random.Generator) -> Episode:
    """Pose after pose with no gesture among them: counting, fidgeting, half a grip."""
    pose = _some_pose(r)
    e = new_episode(r, NOTHING, pose, upright(r) if r.random() < 0.6 else any_orientation(r))
    t = -2.0
    while t < 2.2:
        took = r.uniform(0.2, 0.8)
        target = jittered(
            r, POSES[str(r.choice(["relaxed", "point", "two", "victory", "three", "four", "claw", "call"]))], 8
        )
        target = mixed(pose, target, r.uniform(0.3, 1.0))
        e.move(t, took, r.normal(0, 18, 3), r.normal(0, 0.25, 3), target - pose)
        pose = target
        t += took + r.uniform(0, 0.45)
    return e


def talking(r: np.random.Generator) -> Episode:
    """Beats of a talking hand: short strokes, each half way back again."""
    e = new_episode(r, NOTHING, _some_pose(r) if r.random() < 0.4 else jittered(r, openish(r), 8), upright(r, 1.4))
    e.pivot_mm = float(r.choice([0.0, 40.0, 250.0]))
    e.pivot_axis = e.orientation[:, 1].copy()
    size = log_uniform(r, 25, 220)
    last = np.zeros(3)
    t = -2.4
    while t < 2.4:
        took = r.uniform(0.15, 0.5)
        last = r.normal(0, 1, 3) * size * np.array([1, 1.2, 0.5]) - 0.8 * last
        e.move(t, took, last, r.normal(0, 0.45, 3), r.normal(0, 9, 23))
        t += took + r.uniform(0, 0.35)
    return e


def to_the_face(r: np.random.Generator) -> Episode:
    """To the face, the ear, the hair or with a cup to the mouth; something is done there; and back."""
    start = jittered(r, POSES[str(r.choice(["relaxed", "cup_grip", "open", "typing"]))], 8)
    e = new_episode(r, NOTHING, start, upright(r, 1.5))
    up = np.array([r.normal(0, 110), r.uniform(150, 450), r.normal(-40, 60)])
    turn = np.array([r.uniform(-0.9, 0.5), r.normal(0, 0.8), r.normal(0.4, 0.6)])
    there = jittered(r, POSES[str(r.choice(["relaxed", "point", "pinch", "claw", "cup_grip", "call"]))], 8)
    bend = (there - start) * r.uniform(0, 1)
    begin, took, stay = r.uniform(-1.8, 0.3), log_uniform(r, 0.3, 1.2), r.uniform(0.2, 1.6)
    e.offset = e.offset - up * 0.6
    e.move(begin, took, up, turn, bend)
    if r.random() < 0.5:  # scratching, rubbing
        t = begin + took
        while t < begin + took + stay:
            e.move(t, 0.12, r.normal(0, 14, 3), 0.0, r.normal(0, 8, 23))
            t += 0.13
    e.move(begin + took + stay, log_uniform(r, 0.3, 1.2), -up * r.uniform(0.7, 1.1), -turn, -bend * 0.5)
    return e


def raising(r: np.random.Generator) -> Episode:
    """A hand raised from the lap or the desk, or lowered to it, or both."""
    took, begin = log_uniform(r, 0.22, 1.1), r.uniform(-1.0, 0.3)
    e = new_episode(r, NOTHING, jittered(r, openish(r) if r.random() < 0.6 else POSES["relaxed"], 8), upright(r))
    shift = np.array([r.normal(0, 130), r.uniform(150, 520), r.normal(0, 80)])
    angle = r.uniform(0.2, 2.6)
    turn = np.array([angle * r.choice([-1, -1, 1]), r.normal(0, 0.5), r.normal(0, 0.6)])
    if r.random() < 0.4:
        turn = np.array([r.normal(0, 0.3), r.normal(0, 0.4), angle * r.choice([-1, 1])])
    u = r.random()
    if u < 0.62:  # it comes up; what is seen of it often starts on the way
        e.offset = e.offset - shift
        e.turned = e.turned - turn
        e.move(begin, took, shift, turn)
        if r.random() < 0.5:
            e.visible_from_s = begin + took * r.uniform(0, 0.7)
    if u < 0.4:
        return e
    if u < 0.62:
        e.move(begin + took + r.uniform(0.1, 1.2), r.uniform(0.25, 1.0), -shift, -turn)
        return e
    e.move(begin, log_uniform(r, 0.3, 1.1), -shift, -turn, (jittered(r, POSES["relaxed"]) - e.pose) * r.uniform(0, 1))
    return e


def off_the_table(r: np.random.Generator) -> Episode:
    """A hand that lies on the table, fingers to the camera or down, and turns up; or lies down again."""
    lying = jittered(r, POSES[str(r.choice(["open", "spread", "relaxed", "typing", "mouse_grip", "fist"]))], 8)
    e = new_episode(r, NOTHING, lying, upright(r))
    turn = np.array([-r.uniform(1.0, 2.7), r.normal(0, 0.4), r.normal(0, 0.4)]) * r.choice([1.0, 1.0, -1.0])
    shift = np.array([r.normal(0, 60), r.uniform(0, 220), r.normal(0, 60)])
    bend = (jittered(r, openish(r)) - lying) * r.uniform(0, 1)
    begin, took = r.uniform(-1.0, 0.3), log_uniform(r, 0.18, 0.9)
    if r.random() < 0.6:
        e.offset, e.turned = e.offset - shift, e.turned - turn
        e.move(begin, took, shift, turn, bend)
        e.move(begin + took + r.uniform(0.3, 2.0), log_uniform(r, 0.18, 0.9), -shift, -turn, -bend)
    else:
        e.pose = lying + bend
        e.move(begin, took, -shift, -turn, -bend)
    return e


def upside_down(r: np.random.Generator) -> Episode:
    """Anything at all with the fingers pointing down: hands at a desk seen from above, hanging hands."""
    names = [name for name in GESTURES if name not in ("swipe_up", "swipe_down", "thumbs_up", "thumbs_down")]
    e = GESTURES[str(r.choice(names))](r)
    e.orientation = rz(np.pi + r.normal(0, 0.5)) @ e.orientation
    e.pivot_axis = e.orientation[:, 1].copy()
    e.label, e.quiet, e.ready, e.stroke = NOTHING, [(-99.0, 99.0)], (np.nan, np.nan), (np.nan, np.nan)
    return e


def passing(r: np.random.Generator) -> Episode:
    """Into the picture or out of it, by any side, or a hand that swings by while its owner walks."""
    e = new_episode(
        r, NOTHING, jittered(r, POSES["relaxed"], 9), any_orientation(r) if r.random() < 0.5 else upright(r)
    )
    took, begin = r.uniform(0.3, 1.3), r.uniform(-1, 0.6)
    side = np.array([r.choice([-1, 1]) * r.uniform(250, 600), r.normal(0, 80), 0.0])
    away = np.array([r.normal(0, 80), -r.uniform(250, 600), 0.0]) if r.random() < 0.6 else side
    if r.random() < 0.5:
        e.offset = e.offset + away
        e.move(begin, took, -away, r.normal(0, 0.4, 3))
    else:
        e.move(begin, took, away, r.normal(0, 0.4, 3), (jittered(r, POSES["relaxed"]) - e.pose) * r.uniform(0, 1))
    return e


def reaching(r: np.random.Generator) -> Episode:
    """Fetching and moving things: slow reaches with half-made grips on the way."""
    e = new_episode(r, NOTHING, _some_pose(r), any_orientation(r) if r.random() < 0.6 else upright(r))
    t = -2.2 + r.uniform(0, 0.5)
    while t < 2.2:
        angle, reach = r.uniform(0, 2 * np.pi), r.uniform(40, 320)
        took = max(r.uniform(0.45, 1.5), reach / r.uniform(150, 380))
        shift = np.array([np.cos(angle) * reach, np.sin(angle) * reach * 0.7, r.normal(0, 150)])
        grip = jittered(r, POSES[str(r.choice(["relaxed", "pinch", "claw", "open", "cup_grip", "pinch_open"]))])
        e.move(t, took, shift, r.normal(0, 0.35, 3), (grip - e.pose) * r.uniform(0, 0.8) if r.random() < 0.5 else 0.0)
        t += took + r.uniform(0, 0.6)
    return e


def partial_stroke(r: np.random.Generator) -> Episode:
    """A stroke too small or too slantwise to be a swipe."""
    if r.random() < 0.45:
        angle = float(45 + r.uniform(-12, 12) + 90 * r.integers(4)) * np.pi / 180
        return stroke(r, NOTHING, np.array([np.cos(angle), np.sin(angle), r.normal(0, 0.2)]), 1.0)
    angle = r.uniform(0, 2 * np.pi)
    return stroke(r, NOTHING, np.array([np.cos(angle), np.sin(angle), r.normal(0, 0.2)]), r.uniform(0.05, 0.28))


def slow_stroke(r: np.random.Generator) -> Episode:
    """A hand that is merely moved: the path of a swipe, far slower."""
    angle = r.integers(4) * np.pi / 2 + r.normal(0, 0.3)
    reach, took = r.uniform(100, 400), r.uniform(1.1, 2.5)
    e = new_episode(r, NOTHING, jittered(r, openish(r)), upright(r) if r.random() < 0.6 else any_orientation(r))
    e.offset = e.offset - np.array([np.cos(angle), np.sin(angle), 0]) * reach / 2
    e.move(-took / 2, took, np.array([np.cos(angle), np.sin(angle), r.normal(0, 0.2)]) * reach, r.normal(0, 0.4, 3))
    return e


def arc(r: np.random.Generator) -> Episode:
    """Part of a circle."""
    return turning(r, NOTHING, float(r.choice([-1.0, 1.0])), r.uniform(0.15, 0.45))


def half_change(r: np.random.Generator) -> Episode:
    """A hand that closes or opens half way, slowly, or while it travels: holding, letting go, resting."""
    start, end = POSES["open"], POSES["fist"]
    u = r.random()
    took = r.uniform(0.2, 0.9)
    if u < 0.45:
        end = mixed(start, POSES[str(r.choice(["fist", "pinch", "claw", "cup_grip"]))], r.uniform(0.25, 0.6))
    elif u < 0.7:
        took = r.uniform(1.2, 2.5)
    else:
        end = POSES[str(r.choice(["cup_grip", "relaxed", "claw", "mouse_grip"]))]
    if r.random() < 0.5:
        start, end = end, start
    e = new_episode(r, NOTHING, jittered(r, start, 7), upright(r) if r.random() < 0.6 else any_orientation(r))
    shift = r.normal(0, 1, 3) * np.array([90, 90, 40]) * (r.random() < 0.6)
    e.move(-took / 2, took, shift, r.normal(0, 0.3, 3), jittered(r, end, 7) - e.pose)
    return e


def aimless(r: np.random.Generator) -> Episode:
    """Smooth random motion of everything at once."""
    e = new_episode(r, NOTHING, _some_pose(r), any_orientation(r))
    size = log_uniform(r, 20, 160)
    t = -2.6
    while t < 2.6:
        took = log_uniform(r, 0.2, 1.2)
        bend = (_some_pose(r) - e.pose) * r.uniform(0, 0.5) if r.random() < 0.4 else 0.0
        e.move(t, took, r.normal(0, 1, 3) * size * np.array([1, 1, 0.7]), r.normal(0, 0.6, 3), bend)
        t += took * r.uniform(0.3, 1.2)
    return e


def approach(r: np.random.Generator) -> Episode:
    """A hand that comes nearer or goes away without being a push: the wrong pose, too slow, or too little."""
    e = new_episode(r, NOTHING, _some_pose(r), any_orientation(r) if r.random() < 0.5 else upright(r))
    share, took = float(r.uniform(0.08, 0.4)), r.uniform(0.3, 1.8)
    if r.random() < 0.4:
        e.pose, share = jittered(r, POSES["open"]), float(r.uniform(0.05, 0.16))
    forward = np.array([r.normal(0, 0.15), r.normal(0, 0.15), r.choice([-1.0, 1.0])]) * share * min(e.distance_mm, 1500)
    e.offset = e.offset - forward / 2
    e.move(-took / 2, took, forward, r.normal(0, 0.2, 3))
    return e


def walking(r: np.random.Generator) -> Episode:
    """A hanging arm that swings."""
    e = new_episode(r, NOTHING, jittered(r, POSES["relaxed"], 8), rz(np.pi + r.normal(0, 0.3)) @ ry(r.uniform(0, 6.3)))
    e.distance_mm = log_uniform(r, 1000, 3500)
    half = r.uniform(0.35, 0.7)
    reach = np.array([r.uniform(60, 250) * r.choice([-1, 1]), r.uniform(-30, 30), r.uniform(-80, 80)])
    for k in range(9):
        e.move(-2.5 + k * half, half, reach * (1 if k % 2 else -1) + np.array([r.normal(0, 20), 0, 0]))
    return e


NEGATIVES: dict[Script, float] = {
    still: 1.6,
    halfway: 1.0,
    carried: 0.9,
    typing: 1.2,
    tapping: 0.9,
    fiddling: 0.8,
    changing: 1.0,
    talking: 2.2,
    to_the_face: 1.4,
    raising: 1.8,
    off_the_table: 2.2,
    upside_down: 0.9,
    passing: 1.2,
    reaching: 1.4,
    partial_stroke: 1.2,
    slow_stroke: 0.6,
    arc: 0.7,
    half_change: 1.0,
    aimless: 1.0,
    approach: 0.6,
    walking: 0.4,
}
"""Each script of nothing, and how often it is wanted relative to the others."""
