"""What the daemon does about learning: files "that was no gesture", and has others retrain, cancel and roll back."""

import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl import paths
from gesturectl.daemon.broadcast import Progress
from gesturectl.daemon.child import Child
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.remembered import Remembered, Scene
from gesturectl.errors import DaemonError, UsageError
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import Take, write_take
from gesturectl.types import NOTHING

_log = logging.getLogger(__name__)


class Learning:
    """Lets the engine obey "not-this", "retrain", "cancel_retrain" and "rollback", and tell of them in its status."""

    def __init__(
        self, engine: Engine, remembered: Remembered, retrain: Child | None = None, learn: Child | None = None
    ):
        """To be made before the engine runs. `retrain` and `learn` stand in for the processes."""
        self._engine, self._remembered = engine, remembered
        self._retrain = retrain or Child("training", self._hear)
        self._learn = learn or Child("learning", lambda progress: None)
        self._job: Progress | None = None
        engine.offer("not-this", self._not_this)
        engine.offer("retrain", lambda _: self._retrain.start(["retrain", "--json", "--progress"]))
        engine.offer("cancel_retrain", lambda _: self._retrain.cancel())
        engine.offer("rollback", lambda _: self._roll_back())
        engine.offer("status", lambda _: self._status())

    def close(self) -> None:
        """End what is under way."""
        self._retrain.close()
        self._learn.close()

    def again(self) -> None:
        """Learn a person's own gestures again; what is filed meanwhile is learnt with the next. Raises DaemonError."""
        if not self._learn.running:
            self._learn.start(["enrol", "--again", "--json"])

    def _hear(self, progress: Progress) -> None:
        self._job = progress
        self._engine.broadcast.publish(progress)

    def _status(self) -> dict[str, Any]:
        job = self._job
        told = {"state": job.state, "words": job.words, "fraction": job.fraction} if job is not None else None
        return {"retraining": told}

    def _not_this(self, arguments: Mapping[str, object]) -> dict[str, Any]:
        t_ms = arguments.get("t_ms")
        if t_ms is not None and (not isinstance(t_ms, int) or isinstance(t_ms, bool)):
            raise UsageError("not-this", "t_ms must be a whole number", "Leave it out for what fired last.")
        scene = self._remembered.scene(t_ms)
        if scene is None:
            what = "nothing has fired yet" if t_ms is None else f"nothing that fired at {t_ms} ms is remembered"
            raise DaemonError("not-this", what, "gesturectl why tells what fired lately.")
        path = file_scene(scene)
        self.again()
        return {"filed": {"gesture": scene.event.gesture, "t_ms": scene.event.t_ms, "take": str(path)}}

    def _roll_back(self) -> dict[str, Any]:
        from gesturectl.recognition.model_history import ModelHistory

        return {"model_in_use": ModelHistory().roll_back()}


def file_scene(scene: Scene, library: Path | None = None) -> Path:
    """Write the hands around an event into the library's nothing (the user's), with what fired wrongly.

    Raises DaemonError where no hand is, TakeError.
    """
    from gesturectl.evaluation.refusing import FIRED  # what learning needs is loaded when something is learnt
    from gesturectl.recording.stroke import plain_take

    event = scene.event
    seen = plain_take(scene.frames)
    present = seen.present & np.isfinite(seen.image_points).all(axis=(2, 3))
    if not present.any():
        raise DaemonError("not-this", "no hand was in view around it", "Nothing can be learnt from that.")
    meta = {**seen.meta, "source": "not this", FIRED: event.gesture, "hand": event.hand, "score": round(event.score, 3)}
    image, world = seen.image_points.copy(), seen.world_points.copy()
    image[~present], world[~present] = np.nan, np.nan
    take = Take(seen.t_ms, image, world, present, meta)
    folder = library or paths.data_dir() / "library"
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    path = Library(folder).path_of(NOTHING, f"not-{event.gesture}-{stamp}-{event.t_ms}")
    write_take(path, take)
    _log.info("filed as nothing: %s", path.name)
    return path
