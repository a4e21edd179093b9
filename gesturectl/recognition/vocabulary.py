"""What is known of the starter gestures beyond their names."""

import re

STARTER = (
    "swipe_left",
    "swipe_right",
    "swipe_up",
    "swipe_down",
    "circle_cw",
    "circle_ccw",
    "push",
    "pinch",
    "spread",
    "grab",
    "release",
    "wave",
    "thumbs_up",
    "thumbs_down",
    "open_palm",
    "fist",
    "victory",
    "point",
    "ok",
)
"""The gestures of the model that ships, named as the user sees them: left is the user's left."""

HELD = frozenset({"thumbs_up", "thumbs_down", "open_palm", "fist", "victory", "point", "ok"})
"""Poses that are held still; they last until given up. All others happen once."""

VERTICAL = frozenset({"swipe_up", "swipe_down"})
"""Strokes that share their path with a hand being raised or lowered."""

OPPOSITE = {
    "swipe_left": "swipe_right",
    "swipe_right": "swipe_left",
    "swipe_up": "swipe_down",
    "swipe_down": "swipe_up",
    "pinch": "spread",
    "spread": "pinch",
    "grab": "release",
    "release": "grab",
}
"""The gesture that the way back looks like."""


_SIDES = {"left": "right", "cw": "ccw", "clockwise": "counterclockwise"}
_MIRRORED = _SIDES | {other: side for side, other in _SIDES.items()}
_WORD = re.compile(r"[^\W_]+")


def mirrored_label(label: str) -> str:
    """What `label` is called in a mirror: left and right change places, and so do the two senses of turning."""
    return _WORD.sub(_other_side, label)


def _other_side(word: re.Match[str]) -> str:
    """The word for the other side, written as this one is: Left, left, LEFT."""
    found = word.group()
    other = _MIRRORED.get(found.lower())
    if other is None:
        return found
    return other if found.islower() else other.upper() if found.isupper() else other.capitalize()
