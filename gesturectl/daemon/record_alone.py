"""Recording without a daemon: the same session, before a camera of its own or a recording."""

import threading
from collections.abc import Callable
from contextlib import ExitStack, closing

from gesturectl.capture.camera import Camera
from gesturectl.daemon.broadcast import Progress
from gesturectl.daemon.messages import CameraChanged, CameraState, Seen, Trouble, VisionMessage
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.recorder import Recorder
from gesturectl.daemon.vision import Vision
from gesturectl.errors import SourceError
from gesturectl.recording.learning import Learning

_GOODBYE_S = 2.0
_FINISH_S = 30.0
"""What learning gets to end."""


class Alone:
    """A recorder with a camera. `look` is to be called again and again by whoever shows how it goes."""

    def __init__(
        self, open_camera: Callable[[], Camera], pipeline: Pipeline, learning: Callable[[], Learning], is_file: bool
    ) -> None:
        """`is_file` for a source that ends, looked at frame by frame. Raises SourceError if it can't be opened."""
        self._told = threading.Event()
        self.recorder = Recorder(learning, self._tell)
        self._pipeline = pipeline
        self._stack = ExitStack()
        self._failed: Trouble | None = None
        self._camera: Camera | None = None
        if is_file:
            self._camera = self._stack.enter_context(closing(open_camera()))
        else:
            vision = Vision(open_camera, pipeline)
            vision.connect(self._hear)
            vision.attend(True)
            vision.start()
            self._stack.callback(lambda: vision.join(_GOODBYE_S))
            self._stack.callback(vision.stop)

    def look(self, timeout_s: float) -> None:
        """Wait for news as long as this, or look at a file's next frame. Raises SourceError if there is no camera."""
        if self._failed is not None:
            raise SourceError(self._failed.place, self._failed.fact, self._failed.remedy)
        state = self.recorder.state
        if self._camera is None or state is None or not state.step.is_watching:
            self._told.wait(timeout_s)
            self._told.clear()
            return
        t_ms = self._camera.grab()
        if t_ms is None:
            self.recorder.no_more()
        elif self._pipeline.wants(t_ms):
            events = self._pipeline.look(self._camera.retrieve())
            if self._pipeline.hands is not None:
                self.recorder.see(self._pipeline.hands, "", events)

    def close(self) -> None:
        """Let the camera go; what is being learnt is finished first."""
        self.recorder.wait(_FINISH_S)
        self._stack.close()

    def _tell(self, progress: Progress) -> None:
        self._told.set()

    def _hear(self, message: VisionMessage) -> None:
        if isinstance(message, Seen):
            self.recorder.see(message.hands, message.picture, message.events)
        elif isinstance(message, CameraChanged) and message.state is CameraState.FAILED:
            self._failed = message.trouble
            self._told.set()
        elif isinstance(message, CameraChanged) and message.state is CameraState.LOST and message.trouble is not None:
            self.recorder.broke_off(str(message.trouble))
