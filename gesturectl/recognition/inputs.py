"""What a classifier can be fed with: the kinds of input, and the shapes of the tensors that each kind means."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from gesturectl.types import JOINTS

Kind = Literal["hand", "hands", "keypoints", "pictures", "crops"]
"""One hand's joints; both hands' joints; a flat row of numbers a step; the whole picture, or the hand's part of it."""
Scope = Literal["window", "take"]
"""The last milliseconds of a live hand, or a whole take however long it is."""

KEYPOINT_LAYOUTS = {63: "one hand", 126: "both hands", 258: "body and hands", 1662: "body, face and hands"}
"""Values a step of "keypoints", and what they are, in the order in which MediaPipe Holistic is usually saved."""
LARGEST_PICTURE = 224
"""Pixels a side."""


@dataclass(frozen=True, slots=True)
class InputSpec:
    """What a classifier takes besides its steps. The default is what runs live: one hand's last milliseconds."""

    kind: Kind = "hand"
    scope: Scope = "window"
    space: bool = False
    """Whether the points are places in space (a depth sensor's), rather than in a picture with a guessed depth."""
    size: int = 0
    """Values a step of "keypoints", pixels a side of "pictures" and "crops"; 0 for hands."""

    @property
    def live(self) -> bool:
        """Whether the daemon can feed it."""
        return self == LIVE

    @property
    def hands(self) -> int:
        """How many hands one sample shows; 0 where that isn't known."""
        return {"hand": 1, "hands": 2}.get(self.kind, 0)

    @property
    def is_pictures(self) -> bool:
        """Whether it is pictures rather than points."""
        return self.kind in ("pictures", "crops")

    @property
    def name(self) -> str:
        """What the graph calls the input beside "mask"."""
        return "pictures" if self.is_pictures else "points"

    def shapes(self, steps: int) -> dict[str, tuple[int, ...]]:
        """The shape of each input of the graph, without the windows."""
        if self.kind == "hand":
            return {"points": (steps, JOINTS, 3), "mask": (steps,)}
        if self.kind == "hands":
            return {"points": (steps, 2 * JOINTS, 3), "mask": (steps, 2)}
        if self.kind == "keypoints":
            return {"points": (steps, self.size), "mask": (steps,)}
        return {"pictures": (steps, self.size, self.size, 3), "mask": (steps,)}

    def objection(self) -> str:
        """What is wrong with it; empty if nothing is."""
        if self.kind not in get_args(Kind) or self.scope not in get_args(Scope):
            return f"{self.kind!r} over {self.scope!r} is no input that this program knows"
        if self.kind == "keypoints" and self.size not in KEYPOINT_LAYOUTS:
            return f"{self.size} values a step are no layout that this program knows"
        if self.is_pictures and not 8 <= self.size <= LARGEST_PICTURE:
            return f"pictures of {self.size} pixels a side are not from 8 to {LARGEST_PICTURE}"
        if self.kind in ("hand", "hands") and self.size:
            return "hands have no other size than their joints"
        return ""

    @staticmethod
    def of(kind: object, scope: object, space: object, size: object) -> "InputSpec | None":
        """The input that a card tells of; None where it tells something else."""
        if not isinstance(kind, str) or not isinstance(scope, str) or not isinstance(space, bool):
            return None
        if not isinstance(size, int) or isinstance(size, bool):
            return None
        spec = InputSpec(cast(Kind, kind), cast(Scope, scope), space, size)
        return None if spec.objection() else spec


LIVE = InputSpec()
"""What the daemon feeds: one hand's last milliseconds."""
