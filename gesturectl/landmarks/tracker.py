"""The protocol every hand tracker keeps."""

from typing import Protocol

from gesturectl.types import Frame, Hands


class HandTracker(Protocol):
    """Finds and follows up to two hands."""

    name: str
    """"onnx" or "mediapipe"."""
    provider: str
    """What runs the models: "CPU", "CUDA", "DirectML", "Core ML"."""

    def track(self, frame: Frame, search: bool) -> Hands:
        """The hands in `frame`. Hands being followed are always updated; with `search`, new ones are looked for too."""

    def forget(self) -> None:
        """Drop all hands being followed (a cut, a pause, a jump in time)."""

    def close(self) -> None:
        """Release the models."""
