"""What is known of the starter gestures beyond their names."""

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


def mirrored_label(label: str) -> str:
    """What `label` is called in a mirror: left and right change places, and so do the two senses of turning."""
    swaps = {"left": "right", "right": "left", "cw": "ccw", "ccw": "cw"}
    return "_".join(swaps.get(word, word) for word in label.split("_"))
