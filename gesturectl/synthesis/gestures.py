"""The starter gestures as a person shows them, and some things that are none.

All are of the right hand, named as its owner sees them, before a camera that doesn't mirror: the owner's left is the
picture's right (+x). A left hand is the mirror picture of its mirrored gesture.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from gesturectl.synthesis.motion import Script, steady
from gesturectl.synthesis.poses import POSES
from gesturectl.synthesis.rotations import rx, ry, rz
from gesturectl.synthesis.scene import Posture

Float = NDArray[np.float64]

_HOME = np.array([-75.0, -15.0, -540.0])
"""(3,) mm: where the hand is shown: to the side of the face, within 350-700 mm, where trackers are sure."""
_BELOW = np.array([-150.0, -400.0, -600.0])
"""(3,) mm: out of the picture."""


def resting(offset: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Posture:
    """A relaxed hand held up between gestures, fingers loosely bent and tilted forward."""
    return Posture(POSES["relaxed"], rz(0.06) @ rx(0.22) @ ry(-0.12), _HOME + np.array([-12, -28, 0]) + offset)


def lowered() -> Posture:
    """A hand out of the picture."""
    return Posture(POSES["relaxed"], rx(0.9), _BELOW)


def shown(pose: str, rotation: Float | None = None, offset: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Posture:
    """A named pose at the usual place; palm to the camera unless `rotation` says otherwise."""
    return Posture(POSES[pose], np.eye(3) if rotation is None else rotation, _HOME + offset)


def thumb_upright(inward: float) -> Float:
    """(3, 3) rotation of a hand whose thumb points up, its fingers at the camera and `inward` radians across."""
    up, forward = np.array([0.0, 1.0, 0.0]), np.array([np.sin(inward), 0.0, np.cos(inward)])
    return np.stack([up, forward, np.cross(up, forward)], 1)


def perform(script: Script, gesture: str, rng: np.random.Generator) -> None:
    """Add one starter gesture to a script, from the resting hand and back to it. Raises KeyError for another name."""
    _GESTURES[gesture](script, rng)


def rest(script: Script, seconds: float, rng: np.random.Generator) -> None:
    """Go back to the resting hand and stay a while."""
    script.move(resting(_jitter(rng, 5)), rng.uniform(0.5, 0.65))
    script.hold(seconds)


def scratch_the_face(script: Script, rng: np.random.Generator) -> None:
    """Bring the hand to the cheek, scratch, come back: no gesture."""
    back = rz(-0.25) @ rx(-0.25) @ ry(2.5)
    near = Posture(POSES["relaxed"], back, np.array([4.0, 38.0, -640.0]))
    bent = Posture(0.55 * POSES["relaxed"] + 0.45 * POSES["claw"], back, near.palm + np.array([3.0, -7.0, 0.0]))
    script.move(near, 0.75)
    for _ in range(3):
        script.move(bent, rng.uniform(0.10, 0.15))
        script.move(near, rng.uniform(0.10, 0.15))
    script.hold(0.2)
    script.move(resting(), 0.7)


def drum_the_fingers(script: Script, rng: np.random.Generator) -> None:
    """Lower the hand, its back to the camera, and drum as on a phone or a keyboard: no gesture."""
    down = rz(-0.55) @ rx(-0.30) @ ry(2.7)
    place = np.array([-55.0, -105.0, -570.0])
    script.move(Posture(POSES["typing"], down, place), 0.65)
    for _ in range(7):
        pose = POSES["typing"].copy()
        finger = int(rng.integers(4))
        pose[finger] += rng.uniform(14, 22)
        pose[4 + finger] += rng.uniform(4, 10)
        there = place + np.array([rng.uniform(-6, 6), rng.uniform(-3, 3), 0.0])
        script.move(Posture(pose, down, there), rng.uniform(0.07, 0.11))
        script.move(Posture(POSES["typing"], down, there), rng.uniform(0.06, 0.10))
    script.move(resting(), 0.65)


def _swipe(across: float, up: float) -> Callable[[Script, np.random.Generator], None]:
    """An open hand sweeps one way; (across, up) is the direction in the picture."""

    def add(script: Script, rng: np.random.Generator) -> None:
        reach = rng.uniform(105, 125) if across else rng.uniform(68, 80)
        centre = np.array([25.0, 0.0, 0.0]) if across else np.array([0.0, -12.0, 0.0])
        way = np.array([across, up, 0.0])
        bow = rng.uniform(-12, 12) * np.array([-up, across, 0.0])

        def side(sign: float) -> Posture:
            lean = rz(-sign * across * 0.20) @ ry(sign * across * 0.22) @ rx(-sign * up * 0.34 + 0.05)
            offset = centre + sign * reach * way + _jitter(rng, 4)
            return Posture(0.7 * POSES["open"] + 0.3 * POSES["together"], lean, _HOME + offset)

        script.move(side(-1), rng.uniform(0.55, 0.65))
        script.hold(rng.uniform(0.12, 0.18))
        start = script.seconds
        script.move(side(1), rng.uniform(0.30, 0.38), detour=lambda share: bow * np.sin(np.pi * share))
        script.mark(_name(across, up), start)
        script.hold(rng.uniform(0.10, 0.16))

    return add


def _name(across: float, up: float) -> str:
    """The owner's name for a direction of the picture."""
    if across:
        return "swipe_left" if across > 0 else "swipe_right"
    return "swipe_up" if up > 0 else "swipe_down"


def _circle(gesture: str, sense: float) -> Callable[[Script, np.random.Generator], None]:
    """The index finger draws a turn and a half; `sense` +1 runs from the picture's x to its upward y."""

    def add(script: Script, rng: np.random.Generator) -> None:
        radius, begin = rng.uniform(48, 58), np.pi / 2
        turns = rng.uniform(1.4, 1.6)

        def on_circle(share: float) -> Float:
            angle = begin + sense * 2 * np.pi * turns * share
            return radius * np.array([np.cos(angle), np.sin(angle), 0.0])

        centre = _HOME + np.array([10, -42, 0]) + _jitter(rng, 5)
        first, last = on_circle(0), on_circle(1)
        script.move(Posture(POSES["point"], rx(0.06), centre + first), 0.6)
        script.hold(0.15)
        start = script.seconds
        script.move(
            Posture(POSES["point"], rx(0.06), centre + last), turns * rng.uniform(0.75, 0.9), steady,
            lambda share: on_circle(share) - first - share * (last - first),
        )  # fmt: skip
        script.mark(gesture, start)

    return add


def _change(
    gesture: str, before: str, after: str, seconds: float, yaw: float = 0.0
) -> Callable[[Script, np.random.Generator], None]:
    """The fingers change from one pose to another."""

    def add(script: Script, rng: np.random.Generator) -> None:
        turn, offset = ry(yaw + rng.uniform(-0.05, 0.05)), _jitter(rng, 6)
        script.move(shown(before, turn, offset), rng.uniform(0.5, 0.6))
        script.hold(rng.uniform(0.15, 0.22))
        start = script.seconds
        script.move(shown(after, turn, offset), seconds * rng.uniform(0.9, 1.1))
        script.mark(gesture, start)
        script.hold(rng.uniform(0.18, 0.25))

    return add


def _held(gesture: str, pose: str, rotation: Float) -> Callable[[Script, np.random.Generator], None]:
    """A pose is taken and held still."""

    def add(script: Script, rng: np.random.Generator) -> None:
        turn = rz(rng.uniform(-0.06, 0.06)) @ ry(rng.uniform(-0.06, 0.06)) @ rotation
        script.move(shown(pose, turn, _jitter(rng, 6)), rng.uniform(0.5, 0.6))
        start = script.seconds
        script.hold(rng.uniform(1.0, 1.1))
        script.mark(gesture, start)

    return add


def _push(script: Script, rng: np.random.Generator) -> None:
    """The palm moves towards the camera."""
    tilt = rx(-0.15)
    script.move(shown("open", tilt, (0, -20, -60)), 0.6)
    script.hold(0.2)
    start = script.seconds
    script.move(shown("open", tilt, (10, -25, 165)), rng.uniform(0.45, 0.55))
    script.mark("push", start)
    script.hold(0.2)


def _wave(script: Script, rng: np.random.Generator) -> None:
    """The open hand swings from the elbow."""
    swing = rng.uniform(0.34, 0.40)

    def side(sign: float) -> Posture:
        return shown("open", rz(-sign * swing), (sign * 42 + 5, -6 - 8 * sign**2, 0))

    script.move(side(0), 0.5)
    start = script.seconds
    script.move(side(-1), 0.18)
    for sign in (1, -1, 1, -1, 1):
        script.move(side(sign), rng.uniform(0.23, 0.27))
    script.move(side(0), 0.2)
    script.mark("wave", start)


def _jitter(rng: np.random.Generator, mm: float) -> tuple[float, float, float]:
    """An offset of a few mm, for nobody comes back to quite the same place."""
    x, y, z = rng.normal(0, mm, 3).tolist()
    return x, y, z


_UPRIGHT = thumb_upright(0.75)
_GESTURES: dict[str, Callable[[Script, np.random.Generator], None]] = {
    "swipe_left": _swipe(1, 0),
    "swipe_right": _swipe(-1, 0),
    "swipe_up": _swipe(0, 1),
    "swipe_down": _swipe(0, -1),
    # A clock hand that the owner sees going clockwise goes the other way in the picture, whose y here is up.
    "circle_cw": _circle("circle_cw", 1.0),
    "circle_ccw": _circle("circle_ccw", -1.0),
    "push": _push,
    "pinch": _change("pinch", "pinch_open", "pinch", 0.34, yaw=0.42),
    "spread": _change("spread", "pinch", "pinch_open", 0.34, yaw=0.42),
    "grab": _change("grab", "open", "fist", 0.36),
    "release": _change("release", "fist", "open", 0.36),
    "wave": _wave,
    "thumbs_up": _held("thumbs_up", "thumbs_up", rz(0.12) @ _UPRIGHT),
    "thumbs_down": _held("thumbs_down", "thumbs_up", rz(np.pi - 0.1) @ thumb_upright(-0.55)),
    "open_palm": _held("open_palm", "spread", np.eye(3)),
    "fist": _held("fist", "fist", np.eye(3)),
    "victory": _held("victory", "victory", np.eye(3)),
    "point": _held("point", "point", np.eye(3)),
    "ok": _held("ok", "ok", ry(0.25)),
}
GESTURES = tuple(_GESTURES)
"""The starter gestures that `perform` knows."""
