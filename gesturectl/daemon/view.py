"""What vision sees, for somebody who looks on: a small picture and the numbers to draw on it, made only meanwhile."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gesturectl.recognition.decide import Rejection
from gesturectl.types import HANDS, Float32, Frame, Hand, Hands, Prediction, UInt8

PERIOD_MS = 66
"""Between two views: fifteen a second."""
_WIDTH = 480
"""Pixels; more would be more than the page shows."""
_QUALITY = 70
_SCORES = 6
"""Gestures of each hand whose scores are told, the likeliest first."""


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One frame and what was recognised in it."""

    t_ms: int
    aspect: float
    """Width of the picture divided by its height."""
    brightness: float
    """Mean of the picture's values, in [0, 255]."""
    jpeg: bytes
    """At most 480 pixels wide, not mirrored: the page does that."""
    joints: Mapping[str, tuple[tuple[float, float], ...]]
    """x and y of each joint, for each hand in view."""
    scores: Mapping[str, Mapping[str, float]]
    """The likeliest gestures of each hand, best first."""
    refused: tuple[Rejection, ...]
    """Candidates of this frame that didn't fire, with the rule that refused."""

    def as_json(self) -> dict[str, Any]:
        """Everything but the picture."""
        return {
            "t_ms": self.t_ms,
            "aspect": self.aspect,
            "brightness": round(self.brightness),
            "hands": {hand: [list(joint) for joint in joints] for hand, joints in self.joints.items()},
            "scores": {hand: dict(scores) for hand, scores in self.scores.items()},
            "refused": [
                {"gesture": r.gesture, "hand": r.hand, "score": round(r.score, 3), "rule": r.rule, "reason": r.reason}
                for r in self.refused
            ],
        }


Viewer = Callable[[View], None]
"""Called with each view, not in the viewer's own thread; it must return at once."""


def view_of(
    frame: Frame, hands: Hands, predictions: Mapping[Hand, Prediction], refused: Sequence[Rejection], brightness: float
) -> View:
    """What a page is shown of `frame`."""
    return View(
        t_ms=frame.t_ms,
        aspect=frame.image.shape[1] / frame.image.shape[0],
        brightness=brightness,
        jpeg=jpeg(frame.image),
        joints={
            hand: tuple((float(x), float(y)) for x, y in np.round(hands.image_points[slot, :, :2], 4).tolist())
            for slot, hand in enumerate(HANDS)
            if hands.present[slot] and np.isfinite(hands.image_points[slot, :, :2]).all()
        },
        scores={hand: _likeliest(seen.labels, seen.scores) for hand, seen in predictions.items()},
        refused=tuple(refused),
    )


def jpeg(image: UInt8) -> bytes:
    """(H, W, 3) RGB as a small JPEG."""
    import cv2  # the process that only shows it needn't load it

    height, width = image.shape[:2]
    if width > _WIDTH:
        size = _WIDTH, max(1, round(height * _WIDTH / width))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return encoded.tobytes()


def _likeliest(labels: tuple[str, ...], scores: Float32) -> dict[str, float]:
    best = np.argsort(-scores)[:_SCORES]
    return {labels[i]: round(float(scores[i]), 3) for i in best}
