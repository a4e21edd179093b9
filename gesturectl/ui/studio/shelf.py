"""The gestures as a page shows them: what there is, and how each moves."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.own_library import OwnLibrary
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import Take, read_take
from gesturectl.recognition.model_history import classifier_in_use
from gesturectl.recognition.vocabulary import HELD, STARTER
from gesturectl.types import HANDS, Float32

_FPS = 15.0
"""Of the motions that a page draws."""
_LONGEST_S = 4.0
_PICTURE = (4, 3)


def shelf(own: OwnLibrary) -> dict[str, Any]:
    """All gestures: those of the model, and a person's own with how many takes they have and whether they are used."""
    trouble = ""
    try:
        used = own.used
    except GesturectlError as error:
        used, trouble = (), str(error)
    counts = own.gestures
    names = [*counts, *(name for name in used if name not in counts)]
    return {
        "starter": [{"name": name, "held": name in HELD} for name in STARTER],
        "own": [
            {"name": name, "takes": counts.get(name, 0), "used": name in used, "in_library": name in counts}
            for name in names
        ],
        "folder": str(own.folder),
        "trouble": trouble,
    }


def takes(own: OwnLibrary, gesture: str) -> list[dict[str, Any]]:
    """Every take of a gesture with its motion, or what is wrong with it. Raises GesturectlError."""
    rows: list[dict[str, Any]] = []
    for path in Library(own.folder).paths(gesture):
        try:
            rows.append({"name": path.stem, "motion": motion_of(read_take(path))})
        except GesturectlError as error:
            rows.append({"name": path.stem, "problem": str(error)})
    return rows


def motion_of(take: Take) -> dict[str, Any]:
    """A take as a page draws it: about 15 frames a second, at most four seconds, each hand's 21 joints or null."""
    seconds = (take.t_ms - take.t_ms[0]) / 1000
    kept = [0]
    for k in range(1, len(seconds)):
        if seconds[k] - seconds[kept[-1]] >= 0.9 / _FPS and seconds[k] <= _LONGEST_S:
            kept.append(k)
    hands = {
        hand: [_joints(take.image_points[k, slot]) for k in kept]
        for slot, hand in enumerate(HANDS)
        if take.present[:, slot].any()
    }
    return {"aspect": take.aspect, "t_ms": [round(float(seconds[k]) * 1000) for k in kept], "hands": hands}


@cache
def starter_motion(gesture: str) -> dict[str, Any]:
    """How a gesture of the model looks, drawn with the hand of our own. Raises KeyError for another name."""
    from gesturectl.synthesis.camera import View
    from gesturectl.synthesis.gestures import perform, rest, resting
    from gesturectl.synthesis.motion import Script
    from gesturectl.synthesis.scene import Look, landmarks

    rng = np.random.default_rng(3)
    script = Script(resting(), rng)
    script.hold(0.25)
    perform(script, gesture, rng)
    rest(script, 0.3, rng)
    view, look = View(160 * _PICTURE[0] // 4, 160 * _PICTURE[1] // 4), Look()
    t_s = np.arange(0.0, script.seconds, 1 / _FPS)
    points = [view.normalised(landmarks(script.at(float(t)), look)) for t in t_s]
    return {
        "aspect": _PICTURE[0] / _PICTURE[1],
        "t_ms": [round(float(t) * 1000) for t in t_s],
        "hands": {"right": [_joints(np.asarray(frame, np.float32)) for frame in points]},
    }


def use(own: OwnLibrary, names: Sequence[str]) -> list[str]:
    """Recognise just these gestures of one's own; what there is to say about them. Takes a second or two."""
    return [str(warned) for warned in own.use(classifier_in_use(), names)]


def _joints(points: Float32) -> list[list[float]] | None:
    if not np.isfinite(points[:, :2]).all():
        return None
    return np.round(points[:, :2], 4).tolist()  # type: ignore[no-any-return]
