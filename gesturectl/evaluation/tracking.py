"""A recording, tracked to a take: the same cameras and trackers as at run time, on every frame."""

import glob
import os
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gesturectl.capture.source import open_source
from gesturectl.errors import GesturectlError, SourceError
from gesturectl.gestures.take import Take
from gesturectl.landmarks import TrackerKind, open_tracker
from gesturectl.landmarks.tracker import HandTracker
from gesturectl.types import Frame, Hands

SECOND_HAND_MS = 200
"""How often a second hand is looked for while one is followed; nobody waits, so twice as often as live."""
MOST_FRAMES = 500_000
"""Longer recordings (more than four hours) are refused: they would fill the memory."""
JPEG_QUALITY = 95
"""Hands in kept frames must still look to a tracker as they did."""


def track_clip(
    path: Path, fps: float | None, meta: dict[str, Any], kind: TrackerKind = "onnx", frames_to: Path | None = None
) -> Take:
    """The take of a video or of a folder of pictures; one process keeps its tracker from clip to clip.

    A plain function of plain values, so that any pool of processes, here or on other machines, can run it.
    With `frames_to`, its frames are kept there as JPEGs named by their milliseconds, all or none.
    Raises SourceError if it can't be read, ModelError, GesturectlError.
    """
    return track(path, fps, meta, _tracker(kind), frames_to)


def track(
    path: Path, fps: float | None, meta: dict[str, Any], tracker: HandTracker, frames_to: Path | None = None
) -> Take:
    """`track_clip` with a tracker that is already open."""
    tracker.forget()
    with closing(open_source(str(path.resolve()), fast=True, fps=fps)) as camera, _Keeper(frames_to) as keep:
        seen: list[Hands] = []
        searched_ms: int | None = None
        try:
            while (t_ms := camera.grab()) is not None:
                hands = int(seen[-1].present.sum()) if seen else 0
                search = hands == 0 or (
                    hands == 1 and (searched_ms is None or t_ms - searched_ms >= SECOND_HAND_MS)
                )  # fmt: skip
                frame = camera.retrieve()
                seen.append(tracker.track(frame, search))
                searched_ms = t_ms if search else searched_ms
                keep(frame)
                if len(seen) > MOST_FRAMES:
                    raise SourceError(str(path), f"it has more than {MOST_FRAMES} frames", "Cut it into pieces")
        except cv2.error as error:
            raise SourceError(str(path), "OpenCV can't decode it", "Check that it plays in a player") from error
        if not seen:
            raise SourceError(str(path), "it holds no frame that can be decoded", "Check that it plays in a player")
        warning = getattr(camera, "warning", "")
    return _take(seen, meta, fps, warning)


def _take(seen: list[Hands], meta: dict[str, Any], fps: float | None, warning: str) -> Take:
    t_ms = np.array([hands.t_ms for hands in seen], np.int64)
    length_ms = int(t_ms[-1] - t_ms[0])
    rate = (len(t_ms) - 1) * 1000 / length_ms if length_ms else fps or 0.0
    about = {**meta, "fps": round(rate, 3), "aspect": round(seen[0].aspect, 4), "mirrored": False, "world": "hand"}
    if warning:
        about["warning"] = warning
    return Take(
        t_ms,
        np.stack([hands.image_points for hands in seen]),
        np.stack([hands.world_points for hands in seen]),
        np.stack([hands.present for hands in seen]),
        about,
    )


def forget_partial_frames(frames_to: Path | None) -> None:
    """Remove what a process that was killed has left of the frames it was keeping."""
    if frames_to is not None:
        for partial in frames_to.parent.glob(f".{glob.escape(frames_to.name)}.*.partial"):
            shutil.rmtree(partial, ignore_errors=True)


@cache
def _tracker(kind: TrackerKind) -> HandTracker:
    cv2.setNumThreads(1)  # one clip a core; OpenCV's own threads would only get in each other's way
    return open_tracker(kind)


class _Keeper:
    """Writes frames into a folder that appears under its name when all are there."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial") if folder else None

    def __enter__(self) -> Callable[[Frame], None]:
        if self._partial is not None:
            self._tried(lambda partial: partial.mkdir(parents=True, exist_ok=True))
        return self._write

    def _write(self, frame: Frame) -> None:
        if self._partial is None:
            return
        options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
        # Not synced, since there are thousands, and they can be made again from the recording.
        coded = cv2.imencode(".jpg", cv2.cvtColor(frame.image, cv2.COLOR_RGB2BGR), options)[1]
        self._tried(lambda partial: (partial / f"{frame.t_ms:08d}.jpg").write_bytes(coded.tobytes()))

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self._partial is None or self._folder is None:
            return
        folder = self._folder
        try:
            if error is None:
                shutil.rmtree(folder, ignore_errors=True)  # left by an import that was interrupted before its take
                self._tried(lambda partial: partial.replace(folder))
        finally:
            shutil.rmtree(self._partial, ignore_errors=True)

    def _tried(self, act: Callable[[Path], object]) -> None:
        try:
            if self._partial is not None:
                act(self._partial)
        except OSError as error:
            fact = f"frames can't be kept ({error.strerror or error})"
            remedy = "Check the folder's permissions and the space left on the disk"
            raise KeepingError(str(self._folder), fact, remedy) from error


class KeepingError(GesturectlError):
    """Frames can't be written; every other clip would fail alike."""
