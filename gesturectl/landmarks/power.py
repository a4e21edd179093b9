"""How much of the processor following a hand may take."""

from dataclasses import dataclass
from typing import Literal

Power = Literal["exact", "best", "balanced", "saver"]


@dataclass(frozen=True, slots=True)
class Effort:
    """What one choice of `Power` spends. Times are of the source; its frames are as far apart at least."""

    joint_model: str
    """The file that finds joints on a processor; on a GPU it is always the exact one."""
    moving_ms: int
    """Between looks while a hand moves; 0 looks at every frame."""
    resting_ms: int
    """Between looks while all hands that are followed rest."""
    second_hand_ms: int
    """Between searches for a second hand: searching on every frame would double the cost of one hand."""


EXACT, QUICK = "hand_landmark.onnx", "hand_landmark_quick.onnx"
"""The landmark model as MediaPipe has it, and with 8-bit arithmetic where that gains most: in three fifths of the time,
0.2 pixels away."""

EFFORTS: dict[Power, Effort] = {
    "exact": Effort(EXACT, moving_ms=0, resting_ms=0, second_hand_ms=400),
    "best": Effort(QUICK, moving_ms=0, resting_ms=0, second_hand_ms=400),
    # Every second frame of a camera at 30 a second. A stroke that begins then is seen 33 ms later, at most.
    "balanced": Effort(QUICK, moving_ms=0, resting_ms=50, second_hand_ms=500),
    # Every second frame of 30 a second, every third; of a slower camera more: below 14 a second gestures get lost.
    "saver": Effort(QUICK, moving_ms=40, resting_ms=75, second_hand_ms=800),
}
"""What docs/performance.md has the cost and the accuracy of."""
