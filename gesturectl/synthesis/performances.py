"""Somebody who shows one gesture again and again, and rests between, as a tracker sees it: no pictures, landmarks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.synthesis.camera import View
from gesturectl.synthesis.clips import true_points
from gesturectl.synthesis.gestures import lowered, perform, rest, resting
from gesturectl.synthesis.motion import Script, TrueGesture
from gesturectl.synthesis.noise import tracked
from gesturectl.synthesis.scene import Look, Scene, random_look
from gesturectl.types import HANDS, Hand, Hands

_VIEW = View(160, 120)
"""Only its proportions matter: nothing is rendered."""
_INSIDE = 0.55
"""Share of the joints that must lie in the picture for a tracker to see the hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Performances:
    """What a tracker sees of somebody who shows a gesture several times."""

    hands: list[Hands]
    """Every frame."""
    truth: tuple[TrueGesture, ...]
    """When the gesture is truly shown: a stroke from start to end, a pose while it is held."""


def performed(
    gesture: str,
    count: int,
    seed: int,
    *,
    fps: float = 30.0,
    away: bool = False,
    hands: Sequence[Hand] = ("right",),
    noisy: bool = True,
) -> Performances:
    """`count` times `gesture`, a second and a half of rest before, between and after.

    The hand rests in the picture, or out of it with `away`. With two hands both make it, the left one the right one's
    in a mirror; the truth is then the right one's. `noisy` adds a tracker's noise and drop-outs. Raises KeyError for a
    gesture that isn't one of `gestures.GESTURES`.
    """
    rng = np.random.default_rng((seed, 71))
    look = random_look(rng)
    scripts = {hand: _script(gesture, count, hand, away, np.random.default_rng((seed, 72))) for hand in hands}
    main = scripts[hands[-1]]
    t_ms = np.round(np.cumsum(rng.normal(1000 / fps, 80 / fps, int(main.seconds * fps)).clip(500 / fps))).astype(int)
    seen = {hand: _seen(script, look, hand, t_ms, noisy, rng) for hand, script in scripts.items()}
    frames = []
    for k, time_ms in enumerate(t_ms.tolist()):
        frame = Hands.none(time_ms, _VIEW.width / _VIEW.height)
        points, present = np.array(frame.image_points), np.zeros(2, bool)
        for hand, (found, there) in seen.items():
            if there[k]:
                points[HANDS.index(hand)], present[HANDS.index(hand)] = found[k], True
        frames.append(replace(frame, image_points=points, present=present, score=present.astype(np.float32)))
    events = (
        main.events if hands[-1] == "right" else [replace(e, gesture=mirrored_label(e.gesture)) for e in main.events]
    )
    return Performances(frames, tuple(events))


def _script(gesture: str, count: int, hand: Hand, away: bool, rng: np.random.Generator) -> Script:
    script = Script(lowered() if away else resting(), rng)
    script.hold(1.5)
    for _ in range(count):
        perform(script, gesture if hand == "right" else mirrored_label(gesture), rng)
        if away:
            script.move(lowered(), rng.uniform(0.5, 0.8))
            script.hold(1.5)
        else:
            rest(script, 1.5, rng)
    return script


def _seen(
    script: Script, look: Look, hand: Hand, t_ms: NDArray[np.int_], noisy: bool, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(K, 21, 3) as `Hands.image_points`, and (K,) whether the hand is seen."""
    scene = Scene(_VIEW, look)
    true = np.stack([true_points(script.at(ms / 1000), scene, hand) for ms in t_ms])
    inside = ((true[..., :2] > 0) & (true[..., :2] < 1)).all(axis=-1).mean(axis=1) > _INSIDE
    if not noisy:
        return true, inside
    aspect = np.array([_VIEW.width / _VIEW.height, 1.0])
    distance = np.array([-script.at(0).palm[2]])
    found, there = tracked(rng, (true[..., :2] * aspect)[None], t_ms[None] / 1000, distance)
    return np.concatenate([found[0] / aspect, true[..., 2:]], axis=-1), inside & there[0]
