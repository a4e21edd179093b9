"""Writing a video file, whole or not at all."""

from pathlib import Path
from types import TracebackType
from typing import Self

import cv2

from gesturectl.atomic import replace_whole
from gesturectl.capture.opencv import open_file
from gesturectl.errors import GesturectlError
from gesturectl.types import UInt8


class ClipWriter:
    """A context in which frames are written; the file appears under its name when the context ends well.

    Raises GesturectlError if it can't be written.
    """

    def __init__(self, path: Path, fps: float) -> None:
        """`path` ends in .mp4."""
        self._path, self._fps = path, fps
        self._partial = path.with_name(f".{path.stem}.partial{path.suffix}")
        self._writer: cv2.VideoWriter | None = None
        self._frames = 0

    def __enter__(self) -> Self:
        if self._path.suffix.lower() != ".mp4":
            raise GesturectlError(str(self._path), "it is no name of an .mp4 file", "Give a name that ends in .mp4.")
        if self._path.is_dir():
            raise self._unwritable("it is a folder")
        try:  # better known before the work than after it
            self._partial.touch()
        except OSError as error:
            raise self._unwritable(error.strerror or str(error)) from error
        return self

    def write(self, image: UInt8) -> None:
        """Add (H, W, 3) RGB; all frames have the size of the first."""
        if self._writer is None:
            height, width = image.shape[:2]
            # The one codec that every build of OpenCV can write into .mp4.
            codec = cv2.VideoWriter.fourcc(*"mp4v")
            self._writer = cv2.VideoWriter(str(self._partial), codec, self._fps, (width, height))
            if not self._writer.isOpened():
                raise self._unwritable("OpenCV can't write MPEG-4 there")
        self._writer.write(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        self._frames += 1

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.release()
        if error is not None or self._writer is None:
            self._partial.unlink(missing_ok=True)
            return
        try:
            if not self._is_whole():  # OpenCV says nothing of what it couldn't write
                raise OSError("it is cut off; is the disk full?")
            replace_whole(self._partial, self._path)
        except OSError as failure:
            self._partial.unlink(missing_ok=True)
            raise self._unwritable(failure.strerror or str(failure)) from failure

    def _is_whole(self) -> bool:
        """Whether all that was written can be found again. Where a clip ends is written last."""
        clip = open_file(self._partial)
        try:
            return clip.opened and clip.frame_count == self._frames
        finally:
            clip.close()

    def _unwritable(self, why: str) -> GesturectlError:
        return GesturectlError(str(self._path), f"it can't be written ({why})", "Give another --out.")
