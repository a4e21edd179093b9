"""The commands of a recording, for the socket and for whoever else asks the engine."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gesturectl.daemon.engine import Engine
from gesturectl.daemon.recorder import Recorder
from gesturectl.errors import UsageError
from gesturectl.profiles import own
from gesturectl.profiles.schema import NONE
from gesturectl.recognition.personal_file import known_gestures
from gesturectl.recording.states import State, Step
from gesturectl.types import Hands

if TYPE_CHECKING:
    from gesturectl.recording.session import Plan

_DIGITS = 4
"""Of a joint's place: a twentieth of a pixel."""


Handler = Callable[[Mapping[str, object]], dict[str, Any]]


def offer_recording(engine: Engine, recorder: Recorder, profiles: Path | None = None) -> None:
    """Let the engine obey "record" and what follows it; `profiles` is the person's folder (the user's)."""
    commands = record_commands(recorder, profiles)

    def record(arguments: Mapping[str, object]) -> dict[str, Any]:
        now = engine.status()
        if now.state == "paused":
            raise UsageError("record", "gesturectl is paused", "Resume it: gesturectl resume.")
        answer = commands["record"](arguments)
        if now.state != "watching":
            recorder.broke_off(now.reason or "The camera isn't open yet.")
            answer = answer_of(recorder.state)
        engine.release("a gesture is being recorded")
        return answer

    for command, handler in commands.items():
        engine.offer(command, handler)
    engine.offer("record", record)


def record_commands(recorder: Recorder, profiles: Path | None = None) -> dict[str, Handler]:
    """What can be asked of `recorder`, by the names of the socket's commands; each may raise GesturectlError."""

    def status(_: Mapping[str, object]) -> dict[str, Any]:
        return {**answer_of(recorder.state), "recording_hands": _points(recorder.hands)}

    def retry(arguments: Mapping[str, object]) -> dict[str, Any]:
        numbers = arguments.get("takes", [])
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise UsageError("record_retry", "the takes must be a list of numbers", 'Send {"takes": [2]}, or none.')
        return answer_of(recorder.retry(numbers))

    def bind_gesture(arguments: Mapping[str, object]) -> dict[str, Any]:
        gesture, app, action = _binding(arguments, recorder)
        bound = own.bind(gesture, action, app, gestures={*known_gestures(), *recorder.names}, folder=profiles)
        state = recorder.state
        if state is not None and state.step is Step.TRYING and state.name == gesture:
            state = recorder.finish()
        return {**answer_of(state), "bound": bound.as_json()}

    return {
        "record": lambda arguments: answer_of(recorder.start(_plan(arguments))),
        "record_status": status,
        "record_use": lambda _: answer_of(recorder.use()),
        "record_retry": retry,
        "record_done": lambda _: answer_of(recorder.finish()),
        "record_bind": bind_gesture,
        "record_cancel": lambda _: answer_of(recorder.cancel()),
    }


def _plan(arguments: Mapping[str, object]) -> "Plan":
    from gesturectl.recording.session import TAKES, Plan

    name, takes, adds = arguments.get("name"), arguments.get("takes", TAKES), arguments.get("add", False)
    if not isinstance(name, str):
        raise UsageError("record", "the name must be text", 'Send {"name": "snap"}.')
    if type(takes) is not int:
        raise UsageError("record", "the number of takes must be a whole number", 'Send {"takes": 5}, or none.')
    if not isinstance(adds, bool):
        raise UsageError("record", "whether to add must be true or false", 'Send {"add": true}, or none.')
    return Plan(name, takes, adds)


def _binding(arguments: Mapping[str, object], recorder: Recorder) -> tuple[str, str, object]:
    """Gesture (the one that is tried, unless it is named), app ("" for everywhere) and action."""
    state = recorder.state
    gesture = arguments.get("gesture") or (state.name if state is not None else None)
    app, action = arguments.get("app", ""), arguments.get("action")
    if not isinstance(gesture, str) or not isinstance(app, str):
        raise UsageError("record_bind", "the gesture and the app must be text", 'Send {"gesture": "snap", "app": ""}.')
    if isinstance(action, str):
        action = own.parse_action(action)
    if not isinstance(action, dict) and action != NONE:
        remedy = 'Send {"action": {"keys": "Ctrl+T"}}, or "none".'
        raise UsageError("record_bind", "it doesn't say what is to be done", remedy)
    return gesture, app, action


def answer_of(state: State | None) -> dict[str, Any]:
    """How the recording is, as the socket tells it."""
    return {"recording": None if state is None else state.as_json()}


def _points(hands: Hands | None) -> list[list[list[float]] | None] | None:
    """x and y of each hand's joints in [0, 1] of the unmirrored picture; None for an absent hand, or for no picture."""
    if hands is None:
        return None
    rounded = np.round(hands.image_points[..., :2].astype(np.float64), _DIGITS)
    return [points.tolist() if there else None for points, there in zip(rounded, hands.present, strict=True)]
