"""Watching: one thread owns the camera and keeps the newest frame, another looks at it and reports events.

Vision knows nothing of profiles, keys and screens. It gets `pause`, `resume` and `stop`, and posts messages.
"""

import logging
import threading
import time
from collections.abc import Callable

from gesturectl.capture.camera import Camera
from gesturectl.capture.health import PictureHealth, dim_light_hint
from gesturectl.capture.pace import DEFAULT_FPS
from gesturectl.capture.retry import BackOff
from gesturectl.daemon.latest import Latest
from gesturectl.daemon.messages import CameraChanged, CameraState, HandsAt, Looked, Recognised, Trouble, VisionMessage
from gesturectl.daemon.needs import Onlooker
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.stage import Stage
from gesturectl.daemon.view import Viewer
from gesturectl.errors import CameraLostError, GesturectlError, SourceError
from gesturectl.types import Frame

_log = logging.getLogger(__name__)

_REPORT_S = 1.0
"""Between two reports of how it goes."""
_SLOW_MS = 5000
"""How long a camera must be slow before a person is told: starting up, or a busy moment, is no dim light."""
_CHECK_MS = 200
"""Between two checks whether the picture is any good."""


class Vision:
    """The two threads of watching. All methods may be called from any thread, and return at once."""

    def __init__(
        self,
        open_camera: Callable[[], Camera],
        pipeline: Pipeline,
        post: Callable[[VisionMessage], None],
        back_off: BackOff | None = None,
        onlooker: Onlooker | None = None,
    ) -> None:
        """`open_camera` is called in the capture thread, again after each loss. `post` is called from both threads."""
        self._open, self._pipeline, self._post = open_camera, pipeline, post
        self._back_off = back_off or BackOff()
        self._onlooker = onlooker
        self._slot: Latest[Frame] = Latest()
        self._stopping = threading.Event()
        self._paused = threading.Event()
        self._changed = threading.Event()
        """Set when pausing, resuming or stopping, to end a wait."""
        self._cut = threading.Event()
        """The stream broke off; the looking thread has yet to end what lasts."""
        self._why = ""
        """It broke off."""
        self._again = threading.Event()
        """Another camera is wanted."""
        self._watched = False
        self._pointing = False
        """Whether the engine wants to know where the hands are."""
        self._viewer: Viewer | None = None
        self._t_ms = 0
        self._health = PictureHealth()
        self._checked_ms = -_CHECK_MS
        self._slow_since_ms = 0
        self._picture = ""
        self._threads = [
            Stage("capture", self._capture, self._stopping, self._crashed),
            Stage("look", self._look, self._stopping, self._crashed),
        ]

    def show(self, viewer: Viewer | None) -> None:
        """Hand each frame that is looked at to `viewer` from now on; None for nobody."""
        self._viewer = viewer

    def start(self) -> None:
        """Begin watching."""
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Release the camera and end what lasts."""
        self._paused.set()
        self._changed.set()

    def resume(self) -> None:
        """Open the camera again."""
        self._paused.clear()
        self._changed.set()

    def reopen(self) -> None:
        """Let the camera go and open it again: another one is wanted."""
        self._watched = True  # a choice that was made while it runs can be mended while it runs: it is never fatal
        self._again.set()
        self._changed.set()

    def point(self, on: bool) -> None:
        """Tell where the hands are from now on, or no longer."""
        self._pointing = on

    def stop(self) -> None:
        """End both threads; the camera is released."""
        self._stopping.set()
        self._changed.set()
        self._slot.wake()

    def join(self, timeout_s: float) -> bool:
        """Wait for both threads to end; False if a driver that hangs keeps one of them."""
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    # ---- the capture thread

    def _capture(self) -> None:
        while not self._stopping.is_set():
            self._changed.clear()
            if self._paused.is_set():
                self._post(CameraChanged(CameraState.RELEASED))
                while self._paused.is_set() and not self._stopping.is_set():
                    self._changed.wait()
                    self._changed.clear()
                continue
            try:
                self._watch()
            except SourceError as error:
                self._break_off(str(error))
                if not isinstance(error, CameraLostError) and not self._watched:
                    self._post(CameraChanged(CameraState.FAILED, trouble=Trouble.of(error)))
                    return
                _log.debug("camera lost: %s", error)
                self._post(CameraChanged(CameraState.LOST, trouble=Trouble.of(error)))
                self._changed.wait(self._back_off.next_delay_ms() / 1000)

    def _watch(self) -> None:
        """Open the camera and keep the newest frame, until nobody wants to watch any more or the camera is lost."""
        self._again.clear()
        self._post(CameraChanged(CameraState.OPENING))
        camera = self._open()
        try:
            self._post(CameraChanged(CameraState.WATCHING, camera.description))
            while not (self._paused.is_set() or self._stopping.is_set() or self._again.is_set()):
                t_ms = camera.grab()
                if t_ms is None:
                    raise CameraLostError(camera.description, "it gives no more frames")
                self._back_off.reset()
                self._watched = True
                self._t_ms = t_ms
                self._pipeline.meter.frame_came(t_ms)
                if self._pipeline.wants(t_ms):
                    started_s = time.perf_counter()
                    frame = camera.retrieve()
                    self._pipeline.meter.took("decode", time.perf_counter() - started_s)
                    self._slot.put(frame)
        finally:
            camera.close()
            self._pipeline.meter.broke_off()
        self._break_off("The camera was let go.")

    def _break_off(self, why: str) -> None:
        self._why = why
        self._cut.set()
        self._slot.wake()

    # ---- the looking thread

    def _look(self) -> None:
        report_s = time.monotonic()
        while not self._stopping.is_set():
            frame = self._slot.take(timeout_s=1.0)
            if frame is not None:
                events = self._pipeline.look(frame)
                if (change := self._pipeline.change_in_view()) is not None:
                    self._post(change)
                for tried in self._pipeline.tried():
                    self._post(tried)
                for event in events:
                    self._post(Recognised(event))
                if self._pointing and (at := self._pipeline.hands_at()) is not None:
                    self._post(at)
                viewer = self._viewer
                if viewer is not None:
                    viewer(self._pipeline.view(frame))
                self._check_picture(frame)
                if self._onlooker is not None and self._pipeline.hands is not None:
                    self._onlooker.see(self._pipeline.hands, self._picture, events)
            if self._cut.is_set():
                self._cut.clear()
                self._health.forget()
                self._slow_since_ms = self._t_ms
                self._end_all()
                if self._onlooker is not None:
                    self._onlooker.broke_off(self._why)
            if frame is not None and time.monotonic() >= report_s:
                report_s = time.monotonic() + _REPORT_S
                self._post(self._looked())
        self._end_all()

    def _check_picture(self, frame: Frame) -> None:
        if frame.t_ms - self._checked_ms < _CHECK_MS:
            return
        self._checked_ms = frame.t_ms
        trouble = self._health.check(frame)
        fps = self._pipeline.meter.fps
        hint = dim_light_hint(fps, DEFAULT_FPS, self._health.brightness) if fps else ""
        if not hint:
            self._slow_since_ms = frame.t_ms
        is_slow = frame.t_ms - self._slow_since_ms >= _SLOW_MS
        self._picture = str(trouble) if trouble else hint if is_slow else ""

    def _end_all(self) -> None:
        if self._pointing:
            self._post(HandsAt(self._t_ms, ()))
        for event in self._pipeline.cut(self._t_ms):
            self._post(Recognised(event))
        for tried in self._pipeline.tried():
            self._post(tried)

    def _looked(self) -> Looked:
        meter = self._pipeline.meter
        return Looked(
            t_ms=self._t_ms,
            frames=meter.frames,
            hands_frames=meter.hands_frames,
            dropped=self._slot.dropped,
            fps=meter.fps,
            hands=self._pipeline.hands_now,
            picture=self._picture,
            stage_ms=meter.stage_ms,
        )

    def _crashed(self, error: GesturectlError) -> None:
        self._break_off(str(error))
        self._post(CameraChanged(CameraState.LOST, trouble=Trouble.of(error)))
