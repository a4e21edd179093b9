"""What runs on which frame, against a tracker that counts and sees a hand whenever the picture has a bright square."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import cv2
import numpy as np
import pytest

from gesturectl.landmarks.power import EFFORTS, Power
from gesturectl.landmarks.schedule import LOOK_MS, LOST_MS, PATIENCE_MS, STILL_PATIENCE_MS, WEARY_LOOK_MS, Schedule
from gesturectl.types import Frame, Hands

FRAME_MS = 33


class SquareTracker:
    """Sees one hand for each bright square; like a real tracker, it needs a search to begin to follow one."""

    name = "squares"
    provider = "CPU"

    def __init__(self) -> None:
        self.searches: list[int] = []
        self.forgotten = 0
        self._followed = 0

    def track(self, frame: Frame, search: bool) -> Hands:
        visible = int(frame.image[0, 0, 0] // 100) + int(frame.image[0, -1, 0] // 100)
        if search:
            self.searches.append(frame.t_ms)
        self._followed = visible if search else min(self._followed, visible)
        present = np.array([self._followed == 2, self._followed >= 1])
        hands = Hands.none(frame.t_ms, 4 / 3)
        points = hands.image_points.copy()
        for slot, left in enumerate((540 / 640, 0)):
            if present[slot]:
                points[slot] = np.linspace((left, 0, 0), (left + 100 / 640, 100 / 480, 0), 21)
        return Hands(frame.t_ms, points, hands.world_points, present, present.astype(np.float32), 4 / 3)

    def forget(self) -> None:
        self.forgotten += 1
        self._followed = 0

    def close(self) -> None:
        pass


def picture(hands: int = 0, x: int = 0) -> np.ndarray:
    """A picture with that many hands, in the upper corners, and something at `x`; they differ if `hands` or `x` do."""
    image = np.full((480, 640, 3), 60, np.uint8)
    image[100:300, x : x + 100] = 120
    image[:100, :100] = 100 * (hands > 0)
    image[:100, -100:] = 100 * (hands > 1)
    return image


STILL = picture()


@pytest.fixture
def tracker() -> SquareTracker:
    return SquareTracker()


def play(
    schedule: Schedule, show: Callable[[int], np.ndarray], start_ms: int, end_ms: int, step_ms: int = FRAME_MS
) -> Iterator[Hands]:
    """Feed the frames that the schedule wants."""
    for t_ms in range(start_ms, end_ms, step_ms):
        if schedule.wants(t_ms):
            yield schedule.process(Frame(t_ms, show(t_ms)))


def test_a_still_room_is_looked_at_five_times_a_second_and_seldom_searched(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    seen = list(play(schedule, lambda t: STILL, 0, 60_000))
    assert not any(hands.present.any() for hands in seen)
    assert 4 * 60 <= schedule.counts.looked <= 5.5 * 60
    later = [t_ms for t_ms in tracker.searches if t_ms > 2000]
    assert len(later) == 60_000 // STILL_PATIENCE_MS - 1
    assert schedule.counts.searched == len(tracker.searches)


def test_what_changes_too_slowly_to_be_motion_is_searched_every_three_seconds(tracker: SquareTracker) -> None:
    def show(t_ms: int) -> np.ndarray:
        return picture(x=300) + np.uint8(t_ms // 200)  # it is getting brighter, by 15 levels in three seconds

    list(play(Schedule(tracker), show, 0, 20_000))
    later = [t_ms for t_ms in tracker.searches if t_ms > 2000]
    assert len(later) in (5, 6)
    assert all(PATIENCE_MS <= after - before <= PATIENCE_MS + 400 for before, after in pairwise(later))


def test_a_hand_that_comes_too_slowly_to_be_motion_is_found(tracker: SquareTracker) -> None:
    def show(t_ms: int) -> np.ndarray:
        return cv2.addWeighted(picture(hands=1), min(t_ms / 12_000, 1), STILL, 1 - min(t_ms / 12_000, 1), 0)

    hands = play(Schedule(tracker), show, 0, 20_000)
    assert next(one.t_ms for one in hands if one.present.any()) <= 12_000 + PATIENCE_MS


def test_a_person_who_sways_is_searched_at_the_idle_rate(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(x=t // 20 % 400), 0, 20_000))
    assert schedule.counts.looked <= 5.5 * 20 + 10


@pytest.mark.parametrize("raised_ms", range(10_000, 10_400, 17))
def test_a_hand_that_is_raised_is_found_within_a_quarter_of_a_second(tracker: SquareTracker, raised_ms: int) -> None:
    schedule = Schedule(tracker)
    hands = play(schedule, lambda t: picture(hands=1) if t >= raised_ms else STILL, 0, 12_000)
    found_ms = next(one.t_ms for one in hands if one.present.any())
    assert found_ms - raised_ms <= 250


@pytest.mark.parametrize("raised_ms", range(10_000, 10_300, 50))
def test_a_hand_too_blurred_to_be_seen_at_first_is_found_soon_after(tracker: SquareTracker, raised_ms: int) -> None:
    def show(t_ms: int) -> np.ndarray:
        if t_ms < raised_ms:
            return STILL
        return picture(hands=1 if t_ms >= raised_ms + 150 else 0, x=200)

    found_ms = next(one.t_ms for one in play(Schedule(tracker), show, 0, 12_000) if one.present.any())
    assert found_ms - (raised_ms + 150) <= 100


def test_every_frame_is_wanted_while_a_hand_is_there(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(hands=1), 0, 100))
    assert all(schedule.wants(100 + t) for t in range(0, LOST_MS, FRAME_MS))


def test_a_second_hand_is_searched_for_twice_a_second_while_something_else_moves(tracker: SquareTracker) -> None:
    list(play(Schedule(tracker), lambda t: picture(hands=1, x=300 + t // 20 % 200), 0, 10_000))
    assert 20 <= len(tracker.searches) <= 30


def test_it_is_searched_for_now_and_then_while_nothing_else_moves(tracker: SquareTracker) -> None:
    list(play(Schedule(tracker), lambda t: picture(hands=1), 0, 12_000))
    assert 12_000 / PATIENCE_MS <= len(tracker.searches) <= 12_000 / PATIENCE_MS + 3


def test_a_hand_and_its_arm_are_no_second_hand(tracker: SquareTracker) -> None:
    """The arm hangs from the upper left corner, where the right hand is, and moves."""

    def show(t_ms: int) -> np.ndarray:
        image = picture(hands=1, x=400)
        image[120:, t_ms // 20 % 60 :][:, :60] = 200
        return image

    list(play(Schedule(tracker), show, 0, 12_000))
    assert len(tracker.searches) <= 12_000 / PATIENCE_MS + 3


@pytest.mark.parametrize("raised_ms", range(10_000, 10_600, 70))
def test_a_second_hand_that_is_raised_is_found_soon(tracker: SquareTracker, raised_ms: int) -> None:
    hands = play(Schedule(tracker), lambda t: picture(hands=2 if t >= raised_ms else 1), 0, 12_000)
    assert next(one.t_ms for one in hands if one.present.all()) <= raised_ms + 450


@pytest.mark.parametrize("raised_ms", range(10_000, 10_600, 70))
def test_one_that_is_blurred_while_it_comes_is_found_when_it_has_come(tracker: SquareTracker, raised_ms: int) -> None:
    def show(t_ms: int) -> np.ndarray:
        image = picture(hands=2 if t_ms >= raised_ms + 200 else 1)
        image[:100, -100:] = max(image[0, -1, 0], 90 * (t_ms >= raised_ms))  # not bright enough to be one
        return image

    hands = play(Schedule(tracker), show, 0, 13_000)
    assert next(one.t_ms for one in hands if one.present.all()) <= raised_ms + 200 + 650


def test_the_second_hand_is_found(tracker: SquareTracker) -> None:
    hands = play(Schedule(tracker), lambda t: picture(hands=2 if t >= 1000 else 1), 0, 2000)
    assert next(one.t_ms for one in hands if one.present.all()) <= 1000 + 450


def test_two_hands_need_no_search(tracker: SquareTracker) -> None:
    list(play(Schedule(tracker), lambda t: picture(hands=2), 0, 5000))
    assert tracker.searches == [0]


def test_a_lost_hand_is_searched_for_on_every_frame_and_then_given_up(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(hands=1 if t < 1000 else 0), 0, 4000))
    soon = [t for t in tracker.searches if 1000 <= t < 1000 + LOST_MS]
    later = [t for t in tracker.searches if t >= 1000 + LOST_MS + 500]
    assert len(soon) >= LOST_MS // FRAME_MS - 2
    assert len(later) <= 3


def test_the_very_frame_that_loses_a_hand_is_searched(tracker: SquareTracker) -> None:
    first_without = next(t for t in range(0, 2000, FRAME_MS) if t >= 1000)
    list(play(Schedule(tracker), lambda t: picture(hands=1 if t < first_without else 0), 0, 1500))
    assert first_without in tracker.searches


def test_a_hand_lost_for_a_moment_is_followed_again_on_its_first_frame(tracker: SquareTracker) -> None:
    hands = list(play(Schedule(tracker), lambda t: picture(hands=0 if 990 <= t < 1150 else 1), 0, 2000))
    assert next(one.t_ms for one in hands if one.t_ms >= 1150 and one.present.any()) <= 1150 + FRAME_MS


@pytest.mark.parametrize("jump_ms", [-5000, -3_600_000, 5000, 7_200_000])
def test_a_jump_in_time_forgets_the_hand_and_finds_it_again_at_once(tracker: SquareTracker, jump_ms: int) -> None:
    schedule = Schedule(tracker)
    start_ms = 10_000_000
    list(play(schedule, lambda t: picture(hands=1), start_ms, start_ms + 1000))
    after_ms = start_ms + 1000 + jump_ms
    assert schedule.wants(after_ms)
    assert schedule.process(Frame(after_ms, picture(hands=1))).present.any()
    assert tracker.forgotten == 1


def test_a_slow_source_is_looked_at_frame_by_frame(tracker: SquareTracker) -> None:
    seen = list(play(Schedule(tracker), lambda t: STILL, 0, 10_000, step_ms=500))
    assert len(seen) == 20
    assert tracker.forgotten == 0


def test_none_searched_is_no_hands_of_the_frames_shape(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: STILL, 0, 1000))
    hands = schedule.process(Frame(1100, STILL))
    assert hands.aspect == pytest.approx(4 / 3)
    assert hands.t_ms == 1100
    assert np.isnan(hands.image_points).all()


def test_reset_forgets_but_keeps_the_counts(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(hands=1), 0, 330))
    schedule.reset()
    assert tracker.forgotten == 1
    assert schedule.counts.looked == 10
    assert schedule.wants(0)


class MovingTracker(SquareTracker):
    """Sees one hand that stays where it is until `leaves_ms`, then goes to the right, four palms a second."""

    def __init__(self, leaves_ms: int) -> None:
        super().__init__()
        self._leaves_ms = leaves_ms

    def track(self, frame: Frame, search: bool) -> Hands:
        seen = super().track(frame, search)
        points = np.zeros((2, 21, 3), np.float32)
        points[:, 9, 1] = -0.15
        points[..., 0] += 0.6 * max(0, frame.t_ms - self._leaves_ms) / 1000
        return Hands(seen.t_ms, points, points, seen.present, seen.score, seen.aspect)


@pytest.mark.parametrize(
    ("power", "resting_fps", "moving_fps"),
    [("exact", 30, 30), ("best", 30, 30), ("balanced", 15, 30), ("saver", 10, 15)],
)
def test_a_hand_that_rests_is_looked_at_less_often_where_power_counts(
    power: Power, resting_fps: int, moving_fps: int
) -> None:
    schedule = Schedule(MovingTracker(leaves_ms=4000), EFFORTS[power])
    looks = [hands.t_ms for hands in play(schedule, lambda t: picture(hands=1), 0, 6000)]
    assert sum(2000 <= t_ms < 4000 for t_ms in looks) == pytest.approx(2 * resting_fps, abs=3)
    assert sum(4150 <= t_ms < 5900 for t_ms in looks) == pytest.approx(1.75 * moving_fps, abs=3)


def test_a_hand_that_begins_to_move_is_seen_on_every_frame_at_once() -> None:
    schedule = Schedule(MovingTracker(leaves_ms=4000), EFFORTS["balanced"])
    looks = [hands.t_ms for hands in play(schedule, lambda t: picture(hands=1), 0, 5000)]
    first_apart = next(b for a, b in pairwise(looks) if a >= 4000 and b - a == FRAME_MS)
    assert first_apart <= 4000 + 4 * FRAME_MS


def test_somebody_who_goes_on_moving_is_searched_less_often(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(x=t // 20 % 400), 0, 30_000))
    assert sum(t_ms >= 20_000 for t_ms in tracker.searches) <= 40  # 50 at the idle rate


def test_a_hand_raised_by_somebody_who_moves_is_found_all_the_same(tracker: SquareTracker) -> None:
    def show(t_ms: int) -> np.ndarray:
        return picture(hands=1 if t_ms >= 20_000 else 0, x=t_ms // 20 % 400)

    found_ms = next(one.t_ms for one in play(Schedule(tracker), show, 0, 22_000) if one.present.any())
    assert found_ms - 20_000 <= WEARY_LOOK_MS + FRAME_MS


def test_a_surge_of_motion_makes_it_look_at_once_and_often(tracker: SquareTracker) -> None:
    """Somebody sways; then much more of the picture changes, and the hand in it is too blurred for the first looks."""

    def show(t_ms: int) -> np.ndarray:
        image = picture(x=t_ms // 20 % 400)
        if t_ms >= 20_000:
            image[300:480, (t_ms // 3) % 300 : (t_ms // 3) % 300 + 300] = 200
        if t_ms >= 20_700:
            image[:100, :100] = 100
        return image

    list(play(Schedule(tracker), show, 0, 20_700))
    assert len([t_ms for t_ms in tracker.searches if t_ms >= 20_000]) >= 5


def glance_of(image: np.ndarray) -> np.ndarray:
    return cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (160, 120), interpolation=cv2.INTER_AREA)


def glances(schedule: Schedule, show: Callable[[int], np.ndarray], end_ms: int) -> tuple[list[Hands], list[int]]:
    """As `play`, but with glances where they will do; the hands, and when a picture was decoded whole."""
    seen, decoded = [], []

    def whole(t_ms: int) -> np.ndarray:
        decoded.append(t_ms)
        return show(t_ms)

    for t_ms in range(0, end_ms, FRAME_MS):
        if schedule.wants(t_ms):
            small = glance_of(show(t_ms)) if schedule.needs_only_a_glance(t_ms) else None
            seen.append(schedule.process(Frame(t_ms, partial(whole, t_ms), small)))
    return seen, decoded


def test_an_empty_room_is_decoded_whole_only_where_it_is_searched(tracker: SquareTracker) -> None:
    seen, decoded = glances(Schedule(tracker), lambda t: STILL, 60_000)
    assert len(seen) >= 4 * 60
    assert [t_ms for t_ms in decoded if t_ms > 2000] == [t_ms for t_ms in tracker.searches if t_ms > 2000]
    assert not any(hands.present.any() for hands in seen)
    assert seen[-1].aspect == pytest.approx(4 / 3)


@pytest.mark.parametrize("raised_ms", range(10_000, 10_400, 45))
def test_a_hand_is_found_as_soon_at_a_glance(raised_ms: int) -> None:
    def show(t_ms: int) -> np.ndarray:
        return picture(hands=1) if t_ms >= raised_ms else STILL

    seen, _ = glances(Schedule(SquareTracker()), show, 12_000)
    whole = play(Schedule(SquareTracker()), show, 0, 12_000)
    assert next(one.t_ms for one in seen if one.present.any()) == next(one.t_ms for one in whole if one.present.any())


def test_nobody_need_be_awake_between_two_looks_at_an_empty_room(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    assert schedule.free_ms(0) == 0
    list(play(schedule, lambda t: STILL, 0, 5000))
    looked_ms = next(t_ms for t_ms in range(5000, 5300, FRAME_MS) if schedule.wants(t_ms))
    schedule.process(Frame(looked_ms, STILL))
    assert schedule.free_ms(looked_ms + 33) == LOOK_MS - 33
    assert not schedule.wants(looked_ms + LOOK_MS - 1)
    assert schedule.wants(looked_ms + LOOK_MS)


def test_whoever_follows_a_hand_or_is_alert_is_awake(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    schedule.process(Frame(0, picture()))
    assert schedule.free_ms(10) == 0  # the first picture counts as motion
    list(play(schedule, lambda t: picture(hands=1), 10, 1000))
    assert schedule.free_ms(1000) == 0


def test_a_glance_will_not_do_for_a_hand_or_what_goes_on_moving(tracker: SquareTracker) -> None:
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(hands=1), 0, 1000))
    assert not schedule.needs_only_a_glance(1000)
    schedule = Schedule(tracker)
    list(play(schedule, lambda t: picture(x=t // 20 % 400), 0, 5000))
    assert not schedule.needs_only_a_glance(5000)
