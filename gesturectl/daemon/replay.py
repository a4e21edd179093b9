"""Playing a recording through everything, frame after frame in one thread: the same input gives the same events."""

import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any

from gesturectl.capture.camera import Camera
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.messages import Recognised
from gesturectl.daemon.performer import Report
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.errors import SourceError
from gesturectl.types import Frame, Hands, Phase


@dataclass(frozen=True, slots=True)
class Summary:
    """What a recording came to."""

    frames: int
    """Frames it gave."""
    hands_frames: int
    """Frames in which a hand was seen."""
    events: int
    """Events of all phases."""
    gestures: int
    """Gestures that began."""
    seconds: float
    """How long the recording is."""
    wall_seconds: float
    """How long it took."""
    cpu_ms_per_frame: float
    """Processor time for each frame, decoding included."""

    def as_json(self) -> dict[str, Any]:
        """The last line of `run --json`."""
        return {"type": "summary", **asdict(self)}


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """One frame of a recording, after everything it brought about was done."""

    t_ms: int
    frame: Frame | None
    """None for frames that nobody looked at."""
    hands: Hands | None
    """The hands seen last; None before any were looked for."""


class Tally:
    """Counts the reports that pass through it."""

    def __init__(self, tell: Callable[[Report], None]) -> None:
        self._tell = tell
        self.events = 0
        self.gestures = 0

    def __call__(self, report: Report) -> None:
        """Count and pass on."""
        self.events += 1
        self.gestures += report.event.phase is Phase.BEGIN
        self._tell(report)


def play(camera: Camera, pipeline: Pipeline, engine: Engine, every_frame: bool = False) -> Generator[Shown, None, None]:
    """Play a recording to its end, one frame each time the iterator is asked; then everything held is released.

    `every_frame` decodes also the frames that nobody looks at, to show them.
    """
    t_ms = 0
    try:
        while (grabbed_ms := camera.grab()) is not None:
            t_ms = grabbed_ms
            pipeline.meter.frame_came(t_ms)
            wanted = pipeline.wants(t_ms)
            frame = camera.retrieve() if wanted or every_frame else None
            engine.advance(t_ms)
            if wanted and frame is not None:
                events = pipeline.look(frame)
                if (change := pipeline.change_in_view()) is not None:
                    engine.handle(change)
                for tried in pipeline.tried():
                    engine.handle(tried)
                for event in events:
                    engine.handle(Recognised(event))
                if engine.pointing and (at := pipeline.hands_at()) is not None:
                    engine.handle(at)
            engine.chores()
            yield Shown(t_ms, frame, pipeline.hands)
    finally:
        for event in pipeline.cut(t_ms):
            engine.handle(Recognised(event))
        for tried in pipeline.tried():
            engine.handle(tried)
        engine.release("the recording is over")


def play_through(
    camera: Camera, pipeline: Pipeline, engine: Engine, tally: Tally, heed: Callable[[], None] = lambda: None
) -> Summary:
    """Play a recording to its end, calling `heed` after each frame. Raises SourceError if it gives no frame at all."""
    started_s, started_cpu_s = time.perf_counter(), time.process_time()
    with closing(play(camera, pipeline, engine)) as playing:
        times_ms = []
        for shown in playing:
            times_ms.append(shown.t_ms)
            heed()
    if not times_ms:
        raise SourceError(camera.description, "it holds no frame that can be decoded", "Give another recording.")
    length_ms = times_ms[-1] - times_ms[0]
    one_ms = length_ms / (len(times_ms) - 1) if len(times_ms) > 1 else 0.0
    return Summary(
        frames=len(times_ms),
        hands_frames=pipeline.meter.hands_frames,
        events=tally.events,
        gestures=tally.gestures,
        seconds=round((length_ms + one_ms) / 1000, 3),
        wall_seconds=round(time.perf_counter() - started_s, 3),
        cpu_ms_per_frame=round((time.process_time() - started_cpu_s) * 1000 / len(times_ms), 3),
    )
