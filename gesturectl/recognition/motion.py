"""What a hand's points say besides the classifier: where it is, how it is held, how it moves."""

from dataclasses import dataclass

HANGING = 125.0
"""Degrees from upright beyond which the fingers point down."""


@dataclass(frozen=True, slots=True)
class Motion:
    """One hand now, and lately."""

    seen_ms: int
    """How long the hand has been followed without a gap."""
    speed: float
    """How far the palm got in the last quarter of a second, in palms a second."""
    size: float
    """Length of the palm in picture heights."""
    inside: float
    """Share of the joints that lie in the picture."""
    lean: float
    """Degrees between the hand (wrist to middle knuckle) and straight up in the picture, 0-180."""
    hung_ms: int | None
    """How long ago its fingers pointed down; None if not within the last seconds."""
    other_speed: float
    """How fast the other hand moved at most over the last half second, in its palms a second; 0 if there is none."""
    pointing: bool = False
    """Whether one or two fingers are stretched out and the last two are not."""
