"""Watching: one thread owns the camera and keeps the newest frame, another looks at it and reports events.

Vision knows nothing of profiles, keys and screens. It gets `pause`, `resume` and `stop`, and posts messages. A third
thread feels its pulse: a camera that hangs within a call is told of all the same.
"""

import logging
import threading
import time
from collections.abc import Callable

from gesturectl.capture.camera import Camera
from gesturectl.capture.health import PictureHealth, PictureTrouble, brightness_of, dim_light_hint
from gesturectl.capture.pace import DEFAULT_FPS
from gesturectl.capture.retry import BackOff
from gesturectl.daemon.latest import Latest
from gesturectl.daemon.messages import (
    BrokeOff,
    CameraChanged,
    CameraState,
    HandsAt,
    Looked,
    Pulse,
    Recognised,
    Seen,
    Trouble,
    VisionMessage,
)
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.stage import Stage
from gesturectl.daemon.view import PERIOD_MS
from gesturectl.errors import CameraLostError, GesturectlError, SourceError
from gesturectl.landmarks.schedule import LOOK_MS
from gesturectl.types import Frame

_log = logging.getLogger(__name__)

_REPORT_S = 1.0
"""Between two reports of how it goes."""
_SLOW_MS = 5000
"""How long a camera must be slow before a person is told: starting up, or a busy moment, is no dim light."""
_CHECK_MS = 200
"""Between two checks whether the picture is any good."""
_DEAD = (PictureTrouble.BLACK, PictureTrouble.FROZEN)
"""Pictures in which there is nothing to see."""
_LASTING_MS = 2000
"""How long a camera must give pictures before the next attempt after a loss is quick again."""
_PULSE_S = 0.25
_LATE_S = 1.0
"""A beat that comes later finds a process that stood still itself (a suspended computer): no camera hung meanwhile."""
HUNG_S = 2.5
"""A camera that hasn't opened or given a picture for so long is told to be lost; it may still come by itself."""
_AWAKE_MS = 25
"""The capture thread is awake again before a frame is wanted: that one has yet to come. It doesn't sleep for less."""
_BEYOND_S = 6.0
"""So long no stream takes to open or to be given up: where a loss was told already, this is news."""
_SILENT_REMEDY = "See whether it is plugged in, or its sender and the network are up; it is tried again by itself."


class Vision:
    """The threads of watching. All methods may be called from any thread, and return at once."""

    def __init__(
        self,
        open_camera: Callable[[], Camera],
        pipeline: Pipeline | None = None,
        back_off: BackOff | None = None,
        again: bool = False,
        place: Callable[[], str] = lambda: "camera",
    ) -> None:
        """`open_camera` is called in the capture thread, again after each loss. Without a `pipeline` the camera is
        opened all the same, and `see_with` brings it.

        With `again` it has watched before, in another process: whatever fails now is tried again. `place` is what the
        camera is called before it has told its name.
        """
        self._open, self._place = open_camera, place
        self._seeing = threading.Event()
        """Whether there is a pipeline."""
        if pipeline is not None:
            self.see_with(pipeline)
        self._post: Callable[[VisionMessage], None] = lambda message: None
        self._back_off = back_off or BackOff()
        self._slot: Latest[Frame] = Latest()
        self._stopping = threading.Event()
        self._paused = threading.Event()
        self._changed = threading.Event()
        """Set when pausing, resuming or stopping, to end a wait."""
        self._stirred = threading.Event()
        """Set when a frame of an empty room is wanted before its time, to end a doze."""
        self._cut = threading.Event()
        """The stream broke off; the looking thread has yet to end what lasts."""
        self._why = ""
        """It broke off."""
        self._again = threading.Event()
        """Another camera is wanted."""
        self._watched = again
        self._pointing = False
        """Whether the engine wants to know where the hands are."""
        self._attended = False
        """Whether somebody wants the hands of every frame."""
        self._shown = False
        """Whether somebody wants pictures."""
        self._shown_ms = -PERIOD_MS
        self._t_ms = 0
        self._health = PictureHealth()
        self._checked_ms = -_CHECK_MS
        self._shapes: dict[int, tuple[int, ...]] = {}
        """Of the last picture and the last that was only glanced at, by their number of dimensions."""
        self._slow_since_ms = 0
        self._picture = ""
        self._doing: dict[str, float] = {}
        """What each thread is in the middle of, and since when."""
        self._opening, self._reading, self._looking = (
            _Busy(self._doing, doing, self._awake_s) for doing in ("opening", "reading", "looking")
        )
        self._asleep_s = 0.0
        """For how long this process stood still."""
        self._telling = threading.Lock()
        """Whether the camera hangs is told in the order in which it happens."""
        self._hung = self._lost = False
        """Whether a read hangs, and whether it was told that the camera is lost."""
        self._told_s = 0.0
        """Since when the opening hangs that was told."""
        self._description = ""
        self._threads = [
            Stage("capture", self._capture, self._stopping, self._crashed),
            Stage("look", self._look, self._stopping, self._crashed),
            Stage("pulse", self._feel_pulse, self._stopping),
        ]

    def connect(self, hear: Callable[[VisionMessage], None]) -> None:
        """Post everything to `hear`, from whichever thread; to be said before `start`."""
        self._post = hear

    def see_with(self, pipeline: Pipeline) -> None:
        """Look at frames with this; to be said once."""
        self._pipeline = pipeline
        self._seeing.set()

    def show(self, on: bool) -> None:
        """Post views from now on, or no longer."""
        self._shown = on

    def attend(self, on: bool) -> None:
        """Post the hands of every frame from now on, or no longer."""
        self._attended = on

    def start(self) -> None:
        """Begin watching."""
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Release the camera and end what lasts."""
        self._paused.set()
        self._wake()

    def resume(self) -> None:
        """Open the camera again."""
        self._paused.clear()
        self._wake()

    def reopen(self) -> None:
        """Let the camera go and open it again: another one is wanted."""
        self._watched = True  # a choice that was made while it runs can be mended while it runs: it is never fatal
        self._again.set()
        self._wake()

    def point(self, on: bool) -> None:
        """Tell where the hands are from now on, or no longer."""
        self._pointing = on

    def stop(self) -> None:
        """End all threads; the camera is released."""
        self._stopping.set()
        self._wake()
        self._slot.wake()

    def join(self, timeout_s: float) -> bool:
        """Wait for the threads to end; False if a driver that hangs keeps one of them."""
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _wake(self) -> None:
        """End what the capture thread waits for."""
        self._changed.set()
        self._stirred.set()

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
            tried_s = time.monotonic()
            try:
                self._watch()
            except SourceError as error:
                self._break_off(str(error))
                if not isinstance(error, CameraLostError) and not self._watched:
                    self._post(CameraChanged(CameraState.FAILED, trouble=Trouble.of(error)))
                    return
                _log.debug("camera lost: %s", error)
                self._tell_lost(Trouble.of(error), getattr(error, "index", None))
                spent_ms = int((time.monotonic() - tried_s) * 1000)
                self._changed.wait(self._back_off.next_delay_ms(spent_ms) / 1000)

    def _watch(self) -> None:
        """Open the camera and keep the newest frame, until nobody wants to watch any more or the camera is lost."""
        self._again.clear()
        self._post(CameraChanged(CameraState.OPENING))
        with self._opening:
            camera = self._open()
        try:
            self._description = camera.description
            while self._wanted() and not self._seeing.wait(_PULSE_S):
                pass
            began_ms: int | None = None
            dozed = False
            while self._wanted():
                with self._reading:
                    t_ms = camera.newest() if dozed else camera.grab()
                if t_ms is None:
                    raise CameraLostError(camera.description, "it gives no more frames", "See that it is plugged in.")
                self._pipeline.meter.frame_came(t_ms)
                # The first picture is looked at whatever it shows: a camera that gives only damaged ones isn't there.
                frame = self._decoded(camera, t_ms) if began_ms is None or self._pipeline.wants(t_ms) else None
                if not self._wanted():
                    break
                if began_ms is None or self._hung:
                    with self._telling:
                        self._hung = self._lost = False
                        self._post(CameraChanged(CameraState.WATCHING, camera.description, name=camera.name))
                began_ms = t_ms if began_ms is None else began_ms
                if t_ms - began_ms >= _LASTING_MS:
                    self._back_off.reset()
                self._watched = True
                self._t_ms = t_ms
                if frame is not None:
                    self._stirred.clear()
                    self._slot.put(frame)
                dozed = camera.drops and self._doze(t_ms, frame)
        finally:
            self._hung = False
            camera.close()
            if self._seeing.is_set():
                self._pipeline.meter.broke_off()
        self._break_off("The camera was let go.")

    def _doze(self, t_ms: int, frame: Frame | None) -> bool:
        """Sleep while no frame is wanted because nobody is there, if that is for long enough; whether it did.

        A `frame` that is only glanced at is about to be looked at: if that shows motion, it wakes us.
        """
        glanced = frame is not None and frame.glance is not None
        asleep_ms = (LOOK_MS if glanced else self._pipeline.free_ms(t_ms)) - _AWAKE_MS
        if asleep_ms < _AWAKE_MS:
            return False
        self._stirred.wait(asleep_ms / 1000)
        self._pipeline.meter.skipped()
        return True

    def _wanted(self) -> bool:
        return not (self._paused.is_set() or self._stopping.is_set() or self._again.is_set())

    def _decoded(self, camera: Camera, t_ms: int) -> Frame:
        started_s = time.perf_counter()
        with self._reading:
            frame = camera.glance() if self._pipeline.needs_only_a_glance(t_ms) else camera.retrieve()
        self._pipeline.meter.took("decode", time.perf_counter() - started_s)
        return frame

    def _tell_lost(self, trouble: Trouble, index: int | None = None) -> None:
        self._lost = True
        self._post(CameraChanged(CameraState.LOST, trouble=trouble, index=index))

    def _break_off(self, why: str) -> None:
        self._why = why
        self._cut.set()
        self._slot.wake()

    # ---- the looking thread

    def _look(self) -> None:
        while not self._seeing.wait(_PULSE_S):
            if self._stopping.is_set():
                return
        report_s = time.monotonic()
        while not self._stopping.is_set():
            frame = self._slot.take(timeout_s=1.0)
            if frame is not None:
                self._note_shape(frame)
            if frame is not None and self._is_alive(frame):
                with self._looking:
                    events = self._pipeline.look(frame)
                if not self._pipeline.free_ms(frame.t_ms):
                    self._stirred.set()
                if (change := self._pipeline.change_in_view()) is not None:
                    self._post(change)
                for tried in self._pipeline.tried():
                    self._post(tried)
                for event in events:
                    self._post(Recognised(event))
                if self._pointing and (at := self._pipeline.hands_at()) is not None:
                    self._post(at)
                if self._attended and self._pipeline.hands is not None:
                    self._post(Seen(self._pipeline.hands, self._picture, tuple(events)))
                self._show(frame)
                self._tell_scenes()
            if self._cut.is_set():
                self._cut.clear()
                self._health.forget()
                self._picture = ""
                self._slow_since_ms = self._t_ms
                self._cut_off(self._why)
            if frame is not None and time.monotonic() >= report_s:
                report_s = time.monotonic() + _REPORT_S
                self._post(self._looked())
        self._end_all()

    def _show(self, frame: Frame) -> None:
        if self._shown and abs(frame.t_ms - self._shown_ms) >= PERIOD_MS:
            self._shown_ms = frame.t_ms
            self._post(self._pipeline.view(frame, brightness_of(frame.image)))

    def _tell_scenes(self) -> None:
        for scene in self._pipeline.scenes():
            self._post(scene)

    def _note_shape(self, frame: Frame) -> None:
        """Start over where pictures get another size: nothing in them is where it was."""
        shape = (frame.image if frame.glance is None else frame.glance).shape
        before = self._shapes.setdefault(len(shape), shape)
        if before != shape:
            self._shapes = {len(shape): shape}
            self._cut_off("The pictures have another size.")

    def _is_alive(self, frame: Frame) -> bool:
        """Whether the picture is worth a look. A hand in a frozen one does nothing and holds nothing, nor does one that
        is still there when a black one is bright again.
        """
        if frame.t_ms - self._checked_ms >= _CHECK_MS:
            self._checked_ms = frame.t_ms
            before, self._picture = self._picture, self._trouble_of(frame)
            if self._picture != before:
                if self._picture in _DEAD and before not in _DEAD:
                    self._cut_off(self._picture)
                self._post(self._looked())
        return self._picture not in _DEAD

    def _trouble_of(self, frame: Frame) -> str:
        trouble = self._health.check(frame)
        fps = self._pipeline.meter.fps
        hint = dim_light_hint(fps, DEFAULT_FPS, self._health.brightness) if fps else ""
        if not hint:
            self._slow_since_ms = frame.t_ms
        is_slow = frame.t_ms - self._slow_since_ms >= _SLOW_MS
        return str(trouble) if trouble else hint if is_slow else ""

    def _cut_off(self, why: str) -> None:
        self._end_all()
        self._tell_scenes()
        self._post(BrokeOff(why))

    def _end_all(self) -> None:
        if self._pointing:
            self._post(HandsAt(self._t_ms, ()))
        for event in self._pipeline.cut(self._t_ms):
            self._post(Recognised(event))
        for tried in self._pipeline.tried():
            self._post(tried)

    # ---- the pulse

    def _awake_s(self) -> float:
        return time.monotonic() - self._asleep_s

    def _feel_pulse(self) -> None:
        beat_s = time.monotonic()
        while not self._stopping.wait(_PULSE_S):
            now_s = time.monotonic()
            self._asleep_s += max(0.0, now_s - beat_s - _LATE_S)
            beat_s = now_s
            doing, since_s = min(self._doing.copy().items(), key=lambda entry: entry[1], default=("", 0.0))
            for_s = self._awake_s() - since_s if doing else 0.0
            if for_s >= HUNG_S:
                self._note_hang(doing, since_s, for_s)
            self._post(Pulse(doing, round(for_s, 2)))

    def _note_hang(self, doing: str, since_s: float, for_s: float) -> None:
        """Tell that the camera is lost, once, if it still hangs in that call."""
        with self._telling:
            if self._doing.get(doing) != since_s:
                return
            if doing == "reading" and not self._hung:
                self._hung = True
                fact = f"it has given no picture for {for_s:.1f} s"
                trouble = Trouble(self._description, fact, _SILENT_REMEDY)
                self._break_off(str(trouble))
                self._tell_lost(trouble)
            elif doing == "opening" and for_s >= (_BEYOND_S if self._lost else HUNG_S) and self._told_s != since_s:
                self._told_s = since_s
                fact = f"it hasn't opened for {for_s:.1f} s"
                self._tell_lost(Trouble(self._description or self._place(), fact, _SILENT_REMEDY))

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
            cpu_s=time.process_time(),
        )

    def _crashed(self, error: GesturectlError) -> None:
        self._break_off(str(error))
        self._tell_lost(Trouble.of(error))


class _Busy:
    """Notes in `doing` that something is under way, and since when. For one thread.

    As a generator it would take 35 µs a frame, more than all the rest for one that nobody wants: between two frames the
    processor forgets much, and pays for each function that is run.
    """

    def __init__(self, doing: dict[str, float], what: str, clock: Callable[[], float]) -> None:
        self._doing, self._what, self._clock = doing, what, clock

    def __enter__(self) -> None:
        self._doing[self._what] = self._clock()

    def __exit__(self, *_: object) -> None:
        self._doing.pop(self._what, None)
