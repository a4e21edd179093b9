"""The gesture models that were trained here, as a page shows them: what each was worth, and which is in use."""

from typing import Any

from gesturectl.recognition.model_history import ModelHistory

CONFUSION = "confusion.png"
"""What a training leaves beside its model."""


def listed() -> dict[str, Any]:
    """The model in use and all that were trained here, oldest first, with their figures."""
    history = ModelHistory()
    now = history.current()
    return {
        "in_use": now or None,
        "can_roll_back": history.previous() is not None,
        "history": [
            {
                "name": model.name,
                "in_use": model.name == now,
                "state": model.state,
                "reason": model.reason,
                "gestures": list(model.gestures),
                "figures": dict(model.figures),
                "has_confusion": (model.folder / CONFUSION).is_file(),
            }
            for model in history.models()
        ],
    }


def use(name: str) -> dict[str, Any]:
    """Take a model into use; what is in use then. Raises ModelError, and all stays as it was."""
    history = ModelHistory()
    history.use(name)
    return {"in_use": history.current()}


def roll_back() -> dict[str, Any]:
    """Take the model before into use; what is in use then. Raises GesturectlError if there is none."""
    return {"in_use": ModelHistory().roll_back()}


def confusion_picture(name: str) -> bytes | None:
    """The picture of what fired, as PNG; None if there is no such model or picture."""
    model = next((model for model in ModelHistory().models() if model.name == name), None)
    try:
        return (model.folder / CONFUSION).read_bytes() if model is not None else None
    except OSError:
        return None
