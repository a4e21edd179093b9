"""Watching, with real threads and a camera that isn't one."""

import threading
import time
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from daemon_fakes import FakeCamera, FakeRecogniser, FakeSchedule, eventually

from gesturectl.capture.health import PictureHealth
from gesturectl.capture.retry import BackOff
from gesturectl.daemon.messages import CameraChanged, CameraState, Looked, Pulse, Recognised, Seen
from gesturectl.daemon.pipeline import Pipeline
from gesturectl.daemon.view import View
from gesturectl.daemon.vision import Vision
from gesturectl.errors import CameraLostError, SourceError
from gesturectl.types import Frame, Phase


class Watched:
    """A vision on a bench; `opens` gives what each opening gives."""

    def __init__(self, *opens, recogniser=None, schedule=None):
        self._opens = list(opens)
        self.messages, self.cameras = [], []
        self.schedule = schedule or FakeSchedule()
        self.vision = Vision(
            self._open,
            Pipeline(self.schedule, recogniser or FakeRecogniser()),
            BackOff(first_ms=5, ceiling_ms=20),
        )
        self.vision.connect(self.messages.append)

    def __enter__(self):
        self.vision.start()
        return self

    def __exit__(self, *_):
        self.vision.stop()
        assert self.vision.join(2)

    def _open(self):
        camera = self._opens.pop(0) if self._opens else FakeCamera()
        if isinstance(camera, Exception):
            raise camera
        self.cameras.append(camera)
        return camera

    def states(self):
        return [m.state for m in self.messages if isinstance(m, CameraChanged)]

    def events(self):
        return [(m.event.gesture, m.event.phase) for m in self.messages if isinstance(m, Recognised)]


def test_gestures_and_figures_are_reported():
    recogniser = FakeRecogniser((3, "fist", Phase.BEGIN), (6, "fist", Phase.END))
    with Watched(recogniser=recogniser) as watched:
        assert eventually(lambda: len(watched.events()) == 2)
        assert eventually(lambda: any(isinstance(m, Looked) for m in watched.messages))
    looked = next(m for m in watched.messages if isinstance(m, Looked))
    assert looked.hands == ("right",)
    assert "landmarks" in looked.stage_ms
    assert watched.events() == [("fist", Phase.BEGIN), ("fist", Phase.END)]


def test_a_missing_camera_is_tried_again_until_it_is_there():
    missing = CameraLostError("camera", "there is none")
    with Watched(missing, missing, FakeCamera()) as watched:
        assert eventually(lambda: CameraState.WATCHING in watched.states())
    assert watched.states()[:5] == [
        CameraState.OPENING, CameraState.LOST, CameraState.OPENING, CameraState.LOST, CameraState.OPENING,
    ]  # fmt: skip


def test_a_camera_lost_during_a_gesture_ends_the_gesture_and_comes_back():
    recogniser = FakeRecogniser((2, "fist", Phase.BEGIN))
    with Watched(FakeCamera(frames=20), FakeCamera(), recogniser=recogniser) as watched:
        assert eventually(lambda: watched.states().count(CameraState.WATCHING) == 2)
        assert eventually(lambda: ("fist", Phase.END) in watched.events())
    assert watched.schedule.resets >= 1


def test_the_camera_is_always_closed_by_the_thread_that_opened_it():
    with Watched(FakeCamera(frames=3), FakeCamera()) as watched:
        assert eventually(lambda: len(watched.cameras) == 2)
    assert [camera.closed_by for camera in watched.cameras] == [["gesturectl-capture"]] * 2


def test_a_pause_releases_the_camera_and_ends_what_lasts():
    recogniser = FakeRecogniser((2, "fist", Phase.BEGIN))
    with Watched(recogniser=recogniser) as watched:
        assert eventually(lambda: watched.events())
        watched.vision.pause()
        assert eventually(lambda: CameraState.RELEASED in watched.states())
        assert watched.cameras[0].closed_by
        assert eventually(lambda: ("fist", Phase.END) in watched.events())
        assert len(watched.cameras) == 1
        watched.vision.resume()
        assert eventually(lambda: len(watched.cameras) == 2)


def test_pausing_interrupts_the_wait_for_a_missing_camera():
    missing = CameraLostError("camera", "there is none")
    watched = Watched(missing)
    watched.vision._back_off = BackOff(first_ms=60_000)
    with watched:
        assert eventually(lambda: CameraState.LOST in watched.states())
        watched.vision.pause()
        assert eventually(lambda: CameraState.RELEASED in watched.states())


def test_a_source_that_can_never_work_fails_for_good():
    with Watched(SourceError("x", "two cameras fit")) as watched:
        assert eventually(lambda: CameraState.FAILED in watched.states())
    assert not watched.cameras


def test_a_surprise_while_looking_is_reported_and_looking_goes_on():
    class Breaks(FakeSchedule):
        def process(self, frame):
            if self.resets == 0:
                raise ValueError("boom")
            return super().process(frame)

    recogniser = FakeRecogniser((2, "fist", Phase.BEGIN))
    with Watched(schedule=Breaks(), recogniser=recogniser) as watched:
        assert eventually(lambda: CameraState.LOST in watched.states())
        trouble = next(m.trouble for m in watched.messages if isinstance(m, CameraChanged) and m.trouble)
        assert "boom" in str(trouble)


@pytest.mark.parametrize("frames", [1, 50])
def test_stopping_ends_a_gesture_that_lasts(frames):
    recogniser = FakeRecogniser((1, "fist", Phase.BEGIN))
    with Watched(recogniser=recogniser) as watched:
        assert eventually(lambda: len(watched.events()) == 1)
    assert watched.events()[-1] == ("fist", Phase.END)


def test_a_black_picture_is_said():
    class Covered(FakeCamera):
        def retrieve(self):
            return Frame(super().retrieve().t_ms, np.zeros((48, 64, 3), np.uint8))

    with Watched(Covered(step_ms=5)) as watched:
        watched.vision._health = PictureHealth(black_for_ms=300)
        assert eventually(lambda: any(isinstance(m, Looked) and "black" in m.picture for m in watched.messages))


def test_views_come_no_faster_than_fifteen_a_second_of_the_source_s_time():
    with Watched(FakeCamera(step_ms=5)) as watched:
        watched.vision.show(True)
        assert eventually(lambda: len(views(watched)) >= 4)
        watched.vision.show(False)
    times = [view.t_ms for view in views(watched)]
    assert all(later - earlier >= 66 for earlier, later in pairwise(times))
    assert views(watched)[0].jpeg.startswith(b"\xff\xd8")


def views(watched):
    return [message for message in watched.messages if isinstance(message, View)]


def test_hands_are_told_only_to_whom_attends():
    recogniser = FakeRecogniser((3, "fist", Phase.BEGIN))
    with Watched(recogniser=recogniser) as watched:
        assert eventually(lambda: watched.events())
        assert not any(isinstance(m, Seen) for m in watched.messages)
        watched.vision.attend(True)
        assert eventually(lambda: any(isinstance(m, Seen) for m in watched.messages))
    seen = next(m for m in watched.messages if isinstance(m, Seen))
    assert seen.hands.present.tolist() == [False, True]


def test_a_camera_that_hangs_in_a_read_is_lost_and_back_when_it_goes_on(monkeypatch):
    monkeypatch.setattr("gesturectl.daemon.vision.HUNG_S", 0.3)
    hang, going_on = threading.Event(), threading.Event()

    class Hangs(FakeCamera):
        def grab(self):
            if hang.is_set():
                going_on.wait(20)
            return super().grab()

    recogniser = FakeRecogniser((2, "fist", Phase.BEGIN))
    with Watched(Hangs(), recogniser=recogniser) as watched:
        assert eventually(lambda: watched.events())
        hang.set()
        assert eventually(lambda: watched.states()[-1] is CameraState.LOST)
        assert eventually(lambda: ("fist", Phase.END) in watched.events()), "what lasted is over"
        assert eventually(lambda: [m for m in watched.messages if isinstance(m, Pulse)][-1].doing == "reading")
        hang.clear()
        going_on.set()
        assert eventually(lambda: watched.states()[-1] is CameraState.WATCHING)
    assert len(watched.cameras) == 1


class Gated(FakeCamera):
    """Hangs in a read, or in being opened, while `hang` is set."""

    def __init__(self, hang, **options):
        super().__init__(**options)
        self._hang = hang

    def grab(self):
        while self._hang.is_set():
            time.sleep(0.005)
        return super().grab()


def test_a_camera_that_hangs_while_it_is_opened_is_lost_and_watched_when_it_opens(monkeypatch):
    monkeypatch.setattr("gesturectl.daemon.vision.HUNG_S", 0.3)
    going_on = threading.Event()

    def opens():
        going_on.wait(20)
        return FakeCamera()

    with Watched() as watched:
        watched.vision._open = opens
        watched.vision.reopen()
        assert eventually(lambda: watched.states()[-1] is CameraState.LOST)
        trouble = [m for m in watched.messages if isinstance(m, CameraChanged)][-1].trouble
        assert "it hasn't opened for" in trouble.fact
        assert trouble.remedy
        time.sleep(0.6)
        assert watched.states().count(CameraState.LOST) == 1, "told once"
        going_on.set()
        assert eventually(lambda: watched.states()[-1] is CameraState.WATCHING)


def test_a_pause_during_a_hang_lets_the_camera_go_without_watching_again(monkeypatch):
    monkeypatch.setattr("gesturectl.daemon.vision.HUNG_S", 0.3)
    hang = threading.Event()
    with Watched(Gated(hang)) as watched:
        assert eventually(lambda: watched.states()[-1] is CameraState.WATCHING)
        hang.set()
        assert eventually(lambda: watched.states()[-1] is CameraState.LOST)
        watched.vision.pause()
        hang.clear()
        assert eventually(lambda: watched.states()[-1] is CameraState.RELEASED)
        assert watched.states()[-2:] == [CameraState.LOST, CameraState.RELEASED]
        assert watched.cameras[0].closed_by


def test_a_process_that_stood_still_itself_blames_no_camera(monkeypatch):
    vision = Watched().vision
    posted = []
    vision.connect(posted.append)
    beats = iter([100.0, 100.25, 400.0, 400.25])
    monkeypatch.setattr("gesturectl.daemon.vision.time", SimpleNamespace(monotonic=lambda: now[0]))
    now = [next(beats)]

    class Stopping:
        def wait(self, timeout_s):
            now[0] = next(beats, None)
            return now[0] is None

    vision._stopping = Stopping()
    with vision._reading:
        vision._feel_pulse()
    assert [(m.doing, m.for_s) for m in posted] == [("reading", 0.25), ("reading", 1.25), ("reading", 1.5)]


def test_a_camera_that_opens_and_gives_only_damaged_pictures_is_never_watched():
    class Damaged(FakeCamera):
        def retrieve(self):
            raise CameraLostError("fake camera", "10 damaged pictures in a row")

    with Watched(Damaged(), Damaged(), FakeCamera()) as watched:
        assert eventually(lambda: CameraState.WATCHING in watched.states())
    assert watched.states()[:5] == [
        CameraState.OPENING, CameraState.LOST, CameraState.OPENING, CameraState.LOST, CameraState.OPENING,
    ]  # fmt: skip


def test_a_frozen_picture_is_said_and_holds_nothing_until_it_moves_again():
    frozen = threading.Event()

    class Freezes(FakeCamera):
        def retrieve(self):
            image = np.full((48, 64, 3), 120 if frozen.is_set() else self._t_ms % 200 + 20, np.uint8)
            return Frame(super().retrieve().t_ms, image)

    recogniser = FakeRecogniser((2, "fist", Phase.BEGIN))
    with Watched(Freezes(), recogniser=recogniser) as watched:
        watched.vision._health = PictureHealth(frozen_for_ms=600)
        assert eventually(lambda: watched.events() == [("fist", Phase.BEGIN)])
        frozen.set()
        assert eventually(lambda: any("frozen" in m.picture for m in watched.messages if isinstance(m, Looked)))
        assert watched.events()[-1] == ("fist", Phase.END)
        frozen.clear()
        assert eventually(lambda: [m.picture for m in watched.messages if isinstance(m, Looked)][-1] == "")
    assert len(watched.cameras) == 1


def test_a_source_that_fits_two_cameras_is_tried_again_by_the_process_after_one_that_watched():
    vision = Watched(SourceError("x", "two cameras fit"), FakeCamera())
    vision.vision._watched = Vision(lambda: None, None, again=True)._watched
    with vision as watched:
        assert eventually(lambda: CameraState.WATCHING in watched.states())
    assert CameraState.FAILED not in watched.states()


def test_pictures_that_change_their_shape_are_watched_on_and_hold_nothing():
    class Turns(FakeCamera):
        def retrieve(self):
            frame = super().retrieve()
            return Frame(frame.t_ms, np.rot90(frame.image) if self._t_ms % 400 > 200 else frame.image)

    with Watched(Turns(), recogniser=FakeRecogniser((2, "fist", Phase.BEGIN))) as watched:
        assert eventually(lambda: watched.events() == [("fist", Phase.BEGIN), ("fist", Phase.END)])
        assert eventually(lambda: len([m for m in watched.messages if isinstance(m, Looked)]) >= 2)
    assert watched.states().count(CameraState.WATCHING) == 1
    assert CameraState.LOST not in watched.states()


class GlancingSchedule(FakeSchedule):
    """Wants a glance of every frame but each tenth, and remembers which it was given."""

    def __init__(self):
        super().__init__()
        self.given = []

    def needs_only_a_glance(self, t_ms):
        return t_ms % 50 != 0

    def process(self, frame):
        self.given.append(None if frame.glance is None else frame.glance.shape)
        return super().process(frame)


class GlancingCamera(FakeCamera):
    """Gives small grey pictures where they will do; nobody needs more of them."""

    def glance(self):
        whole = super().retrieve()
        return Frame(whole.t_ms, self._never, whole.image[::4, ::4, 0])

    def _never(self):
        raise AssertionError("it was decoded whole")


def test_a_glance_is_all_that_is_decoded_where_it_will_do():
    schedule = GlancingSchedule()
    with Watched(GlancingCamera(), schedule=schedule) as watched:
        assert eventually(lambda: {None, (12, 16)} <= set(schedule.given) and len(schedule.given) > 30)
    assert schedule.resets == 1  # at the end: neither kind of picture is a change of the other's size
    assert CameraState.LOST not in watched.states()


class DroppingCamera(GlancingCamera):
    """One whose frames are lost while nobody grabs: 5 ms of its time each pass with the clock."""

    def __init__(self):
        super().__init__()
        self.drops, self.newest_grabs, self.grabs = True, 0, 0

    def grab(self):
        self.grabs += 1
        time.sleep(0.03)
        self._t_ms = time.monotonic_ns() // 1_000_000
        return self._t_ms

    def newest(self):
        self.newest_grabs += 1
        return self.grab()


class DrowsySchedule(GlancingSchedule):
    """Wants a glance five times a second, until something moves."""

    def __init__(self):
        super().__init__()
        self.moves, self.looked_ms = False, -1000

    def wants(self, t_ms):
        return self.moves or t_ms - self.looked_ms >= 190

    def needs_only_a_glance(self, t_ms):
        return not self.moves

    def free_ms(self, t_ms):
        return 0 if self.moves else max(0, self.looked_ms + 200 - t_ms)

    def process(self, frame):
        self.looked_ms = frame.t_ms
        return super().process(frame)


def test_nobody_grabs_between_two_looks_at_an_empty_room():
    camera, schedule = DroppingCamera(), DrowsySchedule()
    with Watched(camera, schedule=schedule) as watched:
        assert eventually(lambda: len(schedule.given) >= 6)
        assert camera.grabs <= len(schedule.given) + 4
        assert camera.newest_grabs >= 4
        assert watched.vision._pipeline.meter.fps == 0  # only pictures that follow one another tell the rate
        schedule.moves = True
        grabbed, newest = camera.grabs, camera.newest_grabs
        assert eventually(lambda: camera.grabs > grabbed + 10)
        assert camera.newest_grabs <= newest + 2


def test_motion_and_a_pause_end_a_doze(monkeypatch):
    monkeypatch.setattr("gesturectl.daemon.vision.LOOK_MS", 60_000)
    camera, next_one, schedule = DroppingCamera(), DroppingCamera(), DrowsySchedule()
    with Watched(camera, next_one, schedule=schedule) as watched:
        assert eventually(lambda: schedule.given)
        grabbed = camera.grabs
        time.sleep(0.2)
        assert camera.grabs <= grabbed + 1  # it sleeps
        watched.vision.pause()
        assert eventually(lambda: CameraState.RELEASED in watched.states())
        schedule.moves = True  # when it is looked at next
        watched.vision.resume()
        assert eventually(lambda: next_one.grabs > 10)


def test_the_page_is_shown_the_whole_picture_of_what_was_only_glanced_at():
    class Whole(GlancingCamera):
        def _never(self):
            return np.full((48, 64, 3), 99, np.uint8)

    with Watched(Whole(), schedule=GlancingSchedule()) as watched:
        watched.vision.show(True)
        assert eventually(lambda: len(views(watched)) >= 2)
    assert {view.aspect for view in views(watched)} == {64 / 48}


def test_the_camera_is_opened_while_the_models_are_still_loaded():
    watched = Watched()
    watched.vision = Vision(watched._open)
    watched.vision.connect(watched.messages.append)
    with watched:
        assert eventually(lambda: watched.cameras)
        assert CameraState.WATCHING not in watched.states()
        watched.vision.see_with(Pipeline(FakeSchedule(), FakeRecogniser((2, "fist", Phase.BEGIN))))
        assert eventually(lambda: watched.events())
    assert len(watched.cameras) == 1


def test_it_ends_while_the_models_are_still_loaded():
    watched = Watched()
    watched.vision = Vision(watched._open)
    with watched:
        assert eventually(lambda: watched.cameras)
    assert eventually(lambda: watched.cameras[0].closed_by)
