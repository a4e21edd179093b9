"""The words that gestures and hands go by, without NumPy: for what must start quickly. `types` has them, too."""

from typing import Literal

Hand = Literal["left", "right"]
"""One of the user's own hands, whatever the mirror."""

HANDS: tuple[Hand, Hand] = ("left", "right")
"""The hand in each slot of `types.Hands`."""

NOTHING = "nothing"
"""The label of everything that is no gesture."""
