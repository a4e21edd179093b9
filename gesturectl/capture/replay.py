"""Recordings as cameras: a video file, or a folder of pictures."""

import re
from abc import ABC, abstractmethod
from pathlib import Path
from typing import cast

import cv2
import numpy as np

from gesturectl.capture.opencv import Capture, open_file
from gesturectl.capture.pace import DEFAULT_FPS, FileTime, Pace
from gesturectl.errors import SourceError
from gesturectl.types import Frame, UInt8

PICTURE_SUFFIXES = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"})
"""What counts as a picture in a folder."""

_DAMAGED_IN_A_ROW = 100
"""About three seconds of video; beyond such a hole the rest isn't worth waiting for."""

_VIDEO_REMEDY = "Give a video that plays in a player; ffmpeg -i THE_FILE repaired.mp4 can often repair one"


class Replay(ABC):
    """A recording that keeps its own time: `t_ms` starts at 0 and follows the recording.

    With a pace, frames come when they are due and the newest wins: for a reader who is late the frames in between are
    gone, and counted. Without one, every frame is delivered as fast as it is asked for.
    """

    name = ""
    live = False
    drops = False

    def __init__(self, description: str, step_ms: float, pace: Pace | None) -> None:
        self.description = description
        """What a person would call it."""
        self.dropped = 0
        """Frames passed over so far because the reader was late."""
        self.warning = ""
        """What is wrong with the recording though it could be used: place and fact, known at its end; else empty."""
        self._step_ms = step_ms
        self._pace = pace

    def grab(self) -> int | None:
        """Wait until the next frame is due and return its `t_ms`; None at the end."""
        t_ms = self._advance()
        if self._pace is None or t_ms is None:
            return t_ms
        overdue = int(self._pace.wait(t_ms) // self._step_ms)
        for _ in range(overdue):
            self.dropped += 1
            t_ms = self._advance()
            if t_ms is None:
                return None
        if overdue and self._pace.wait(t_ms) >= self._step_ms:
            # Decoding itself is slower than the recording: play it slowly, rather than skip ever more of it.
            self._pace.restart(t_ms)
        return t_ms

    def newest(self) -> int | None:
        """The same: nothing waits in a recording."""
        return self.grab()

    @abstractmethod
    def _advance(self) -> int | None:
        """Go to the next frame that can be had and return its `t_ms`; None at the end."""

    @abstractmethod
    def retrieve(self) -> Frame:
        """Decode the frame grabbed last."""

    def glance(self) -> Frame:
        """The same: a file's pictures come decoded."""
        return self.retrieve()

    @abstractmethod
    def close(self) -> None:
        """Close the file. Safe to call twice."""


class VideoReplay(Replay):
    """A video file. Frames are timed by the file's own time stamps, never by counting them.

    `fps` is used only where the file has no usable time stamps and names no rate. Raises SourceError if it is no video.
    """

    def __init__(self, path: Path, pace: Pace | None, fps: float | None = None) -> None:
        self._path = path
        self._capture = _opened_video(path)
        rate = self._capture.fps or fps or DEFAULT_FPS
        self._time = FileTime(rate)
        self._t_ms: int | None = None
        self._frames = self._damaged = 0
        self._announced = self._capture.frame_count
        self._announced_ms = self._announced / rate * 1000
        width, height = self._capture.size
        super().__init__(f"{path.name}, {width}×{height} at {rate:.3g} fps", 1000 / rate, pace)

    def retrieve(self) -> Frame:
        image = self._capture.rgb() if self._t_ms is not None else None
        if self._t_ms is None or image is None:
            raise SourceError(str(self._path), f"frame {self._frames} can't be decoded", _VIDEO_REMEDY)
        return Frame(self._t_ms, image)

    def close(self) -> None:
        self._capture.close()

    def _advance(self) -> int | None:
        # A damaged frame fails like the end does; only after damage do more frames come. At the end a try takes a µs.
        tries = next((tries for tries in range(_DAMAGED_IN_A_ROW) if self._capture.grab()), None)
        if tries is None:
            self._note_what_is_missing()
            return None
        self._damaged += tries
        self._frames += 1
        self._t_ms = self._time.stamp(self._capture.position_ms)
        return self._t_ms

    def _note_what_is_missing(self) -> None:
        """Headers guess a little, so less than a quarter of a second isn't worth a word."""
        end_ms = 0.0 if self._t_ms is None else self._t_ms + self._step_ms
        if self._frames < self._announced and end_ms < self._announced_ms * 0.98 - 250:
            self.warning = (
                f"{self._path}: ends after {end_ms / 1000:.1f} s of the {self._announced_ms / 1000:.1f} s "
                "that its header announces; the file is cut off or damaged"
            )
        elif self._damaged:
            self.warning = f"{self._path}: {self._damaged} of its frames are damaged and were passed over"


class PictureReplay(Replay):
    """A folder of pictures in the order of their names (frame_2 before frame_10), `fps` a second.

    Pictures that can't be read keep their time but are passed over, with a warning.
    Raises SourceError if the folder holds no picture, or none that can be read.
    """

    def __init__(self, folder: Path, pace: Pace | None, fps: float | None = None) -> None:
        self._folder = folder
        rate = fps or DEFAULT_FPS
        self._paths = _pictures(folder)
        self._next = 0
        self._unreadable: list[str] = []
        self._t_ms = 0
        self._image: UInt8 | None = None
        super().__init__(f"{folder.resolve().name}/, {len(self._paths)} pictures at {rate:.3g} fps", 1000 / rate, pace)

    def retrieve(self) -> Frame:
        if self._image is None:
            raise SourceError(str(self._folder), "no picture has been grabbed yet", "Call grab first.")
        return Frame(self._t_ms, self._image)

    def close(self) -> None:
        self._paths = ()
        self._image = None

    def _advance(self) -> int | None:
        # Reading here, not in `retrieve`: a picture that can't be read must not be announced.
        while self._next < len(self._paths):
            path = self._paths[self._next]
            self._t_ms = round(self._next * self._step_ms)
            self._next += 1
            self._image = _read_picture(path)
            if self._image is not None:
                return self._t_ms
            self._unreadable.append(path.name)
        self._note_unreadable()
        return None

    def _note_unreadable(self) -> None:
        if not self._unreadable:
            return
        count = len(self._unreadable)
        named = ", ".join(self._unreadable[:3]) + (", …" if count > 3 else "")
        if count == len(self._paths):
            raise SourceError(str(self._folder), f"none of its {count} pictures can be read", "Give other pictures")
        self.warning = f"{self._folder}: {count} of {len(self._paths)} pictures can't be read ({named})"


def _opened_video(path: Path) -> Capture:
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        raise SourceError(
            str(path), f"can't be read ({error.strerror})", "Check its name and its permissions"
        ) from error
    if empty:
        raise SourceError(str(path), "the file is empty", _VIDEO_REMEDY)
    capture = open_file(path)
    if not capture.opened:
        raise SourceError(str(path), "not a video, or one that is damaged at its start or end", _VIDEO_REMEDY)
    return capture


def _pictures(folder: Path) -> tuple[Path, ...]:
    try:
        names = [path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES]
    except OSError as error:
        remedy = "Give the folder that holds the pictures"
        raise SourceError(str(folder), f"can't be listed ({error.strerror})", remedy) from error
    if not names:
        kinds = ", ".join(sorted(PICTURE_SUFFIXES))
        raise SourceError(str(folder), f"the folder holds no pictures ({kinds})", "Give the folder that holds them")
    return tuple(sorted(names, key=_natural))


def _natural(path: Path) -> list[tuple[int, str]]:
    """Sorts numbers in names by value."""
    parts = re.split(r"(\d+)", path.name.lower())
    return [(int(part), "") if index % 2 else (0, part) for index, part in enumerate(parts)]


def _read_picture(path: Path) -> UInt8 | None:
    """(height, width, 3) RGB, or None if it is no picture. `cv2.imread` can't open every path on Windows."""
    try:
        coded = np.fromfile(path, np.uint8)
        picture = cv2.imdecode(coded, cv2.IMREAD_COLOR) if coded.size else None
    except (OSError, cv2.error):
        return None
    return None if picture is None else cast(UInt8, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
