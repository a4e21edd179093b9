"""The gesture model that ships."""

from pathlib import Path

from gesturectl.catalogue import verified
from gesturectl.paths import bundled
from gesturectl.recognition.classifier import Classifier

FILE = "starter.onnx"
"""Its name among the models."""


def classifier_at(path: Path | None, threads: int = 1, live: bool = True) -> Classifier:
    """The classifier in `path`, or the one that ships, whose sum is checked. Raises ModelError."""
    if path is not None:
        return Classifier.load(path.expanduser(), threads, live)
    return Classifier.from_bytes(verified(FILE), str(bundled("models") / FILE), threads, live)
