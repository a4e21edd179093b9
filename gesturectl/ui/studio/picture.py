"""A look of vision as a page can show it: a small picture, and the numbers to draw on it."""

from typing import Any

import cv2
import numpy as np

from gesturectl.capture.health import brightness_of
from gesturectl.daemon.view import View
from gesturectl.types import HANDS, UInt8

_WIDTH = 480
"""Pixels; more would be more than the page shows."""
_QUALITY = 70
_SCORES = 6
"""Gestures of each hand whose scores are told, the likeliest first."""


def jpeg(image: UInt8) -> bytes:
    """(H, W, 3) RGB as a JPEG of at most `_WIDTH` pixels' width, not mirrored: the page does that."""
    height, width = image.shape[:2]
    if width > _WIDTH:
        size = _WIDTH, max(1, round(height * _WIDTH / width))
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return encoded.tobytes()


def look_as_json(view: View) -> dict[str, Any]:
    """The hands' joints in the picture, the likeliest gestures with their scores, and what was refused and why."""
    hands = view.hands
    return {
        "type": "look",
        "t_ms": view.frame.t_ms,
        "aspect": view.frame.image.shape[1] / view.frame.image.shape[0],
        "brightness": round(float(brightness_of(view.frame.image))),
        "hands": {
            hand: np.round(hands.image_points[slot, :, :2], 4).tolist()
            for slot, hand in enumerate(HANDS)
            if hands.present[slot] and np.isfinite(hands.image_points[slot, :, :2]).all()
        },
        "scores": {hand: _likeliest(seen.labels, seen.scores) for hand, seen in view.predictions.items()},
        "refused": [
            {"gesture": r.gesture, "hand": r.hand, "score": round(r.score, 3), "rule": r.rule, "reason": r.reason}
            for r in view.refused
        ],
    }


def _likeliest(labels: tuple[str, ...], scores: Any) -> dict[str, float]:
    best = np.argsort(-scores)[:_SCORES]
    return {labels[i]: round(float(scores[i]), 3) for i in best}
