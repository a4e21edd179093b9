"""What `gesturectl models` does with the gesture models that were trained here."""

import json
from typing import Any

from gesturectl.recognition.model_history import SHIPPED, ModelHistory, PastModel


def change_or_tell(do: str, name: str | None, as_json: bool) -> int:
    """Carry out "history", "rollback" or "use" `name`, and print what is in use then. Raises GesturectlError."""
    history = ModelHistory()
    if do == "rollback":
        history.roll_back()
    elif do == "use":
        assert name is not None  # noqa: S101  the verb asks for it
        history.use(name)
    now = history.current()
    if as_json:
        models = [_row(model, now) for model in history.models()] if do == "history" else []
        print(json.dumps({"type": "models", "in_use": now or None, "history": models}, ensure_ascii=False))
    elif do == "history":
        print("\n".join(_lines(history, now)))
    else:
        print(f"in use now: {_words(history, now)}")
    return 0


def _row(model: PastModel, now: str) -> dict[str, Any]:
    return {
        "name": model.name, "in_use": model.name == now, "state": model.state, "reason": model.reason,
        "gestures": list(model.gestures), "sha256": model.sha256, "folder": str(model.folder),
        "figures": dict(model.figures),
    }  # fmt: skip


def _lines(history: ModelHistory, now: str) -> list[str]:
    lines = [f"{'*' if now == SHIPPED else ' '} {SHIPPED:<16}  the model that ships"]
    for model in history.models():
        mark = "*" if model.name == now else " "
        gestures = ", ".join(model.gestures) or "no gesture of your own"
        lines.append(f"{mark} {model.name:<16}  {model.state}, with {gestures}. {model.reason}")
    if not now:
        lines.append("* the model in use is none of these")
    return lines


def _words(history: ModelHistory, now: str) -> str:
    model = next((model for model in history.models() if model.name == now), None)
    if model is None:
        return "the model that ships" if now == SHIPPED else "a model that isn't in the history"
    return f"{now}, with {', '.join(model.gestures) or 'no gesture of your own'}"
