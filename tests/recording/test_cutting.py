"""Takes are cut where a person shows a gesture, with nobody pressing anything."""

from dataclasses import replace

import numpy as np
import pytest

from gesturectl.recording.cutting import Cutter, Ended
from gesturectl.recording.stroke import take_of
from gesturectl.synthesis.performances import performed
from gesturectl.types import Hands


def cut(hands):
    """(first ms, last ms, how it ended) of each take."""
    cutter, found = Cutter(), []
    for frame in hands:
        episode = cutter.see(frame)
        if episode is None:
            continue
        if episode.undoes_last and found:
            found.pop()
        take = take_of(episode)
        if take is not None:
            started_ms = take.meta["started_ms"]
            found.append((started_ms, started_ms + int(take.t_ms[-1]), episode.ended))
    return found


def show(hands, truth):
    """Every showing is in one take of its own, with little else."""
    found = cut(hands)
    assert len(found) == len(truth)
    for (first_ms, last_ms, _), shown in zip(found, truth, strict=True):
        length_ms = shown.end_ms - shown.start_ms
        covered_ms = min(last_ms, shown.end_ms) - max(first_ms, shown.start_ms)
        assert covered_ms >= 0.7 * length_ms
        assert (last_ms - first_ms) - covered_ms < 1000


@pytest.mark.parametrize("gesture", ["swipe_left", "swipe_up", "circle_cw", "pinch", "grab", "push", "wave", "fist"])
@pytest.mark.parametrize("away", [False, True], ids=["resting in the picture", "resting out of it"])
def test_each_showing_becomes_a_take(gesture, away):
    shown = performed(gesture, 2, 5, away=away, noisy=False)
    show(shown.hands, shown.truth)


@pytest.mark.parametrize("fps", [12, 15, 25, 60])
def test_the_rate_of_the_camera_doesnt_matter(fps):
    shown = performed("swipe_right", 2, 4, fps=fps, noisy=False)
    show(shown.hands, shown.truth)


@pytest.mark.parametrize("gesture", ["swipe_left", "victory"])
def test_gestures_of_both_hands_are_cut_with_both(gesture):
    shown = performed(gesture, 2, 6, hands=("left", "right"), noisy=False)
    show(shown.hands, shown.truth)
    shown = performed(gesture, 2, 6, hands=("left", "right"), noisy=False, away=True)
    show(shown.hands, shown.truth)


def test_drop_outs_of_a_quarter_of_a_second_cut_nothing_apart():
    shown = performed("circle_ccw", 2, 8, noisy=False)
    hands = [frame if k % 40 > 7 else Hands.none(frame.t_ms, frame.aspect) for k, frame in enumerate(shown.hands)]
    show(hands, shown.truth)


def test_a_hand_that_is_raised_first_and_rests_there_has_shown_nothing_yet():
    """It looks like a pose that is held, until the hand comes back to it."""
    shown = performed("swipe_down", 2, 9, noisy=False)
    came_ms = 800
    hands = [f if f.t_ms > came_ms else Hands.none(f.t_ms, f.aspect) for f in shown.hands]
    stayed = replace(hands[-1], t_ms=0)
    before = [replace(hands[0], t_ms=t_ms) for t_ms in range(0, 1000, 33)]
    raised = [replace(f, t_ms=f.t_ms + 1000) for f in hands]
    later = [replace(stayed, t_ms=raised[-1].t_ms + t_ms) for t_ms in range(33, 1000, 33)]
    assert len(cut(before + raised + later)) == 2


def test_a_hand_that_is_only_lowered_has_shown_nothing():
    shown = performed("fist", 1, 3, noisy=False, away=True).hands
    highest = next(k for k, f in enumerate(shown) if f.present[1]) + 30
    held = [replace(shown[highest], t_ms=t_ms) for t_ms in range(0, 2000, 33)]
    assert cut(held + [replace(f, t_ms=f.t_ms - shown[highest].t_ms + 2000) for f in shown[highest:]]) == []


def test_a_pose_that_is_held_is_over_after_a_second_and_a_half_and_the_way_back_is_no_take():
    shown = performed("thumbs_up", 1, 3, noisy=False)
    k = next(k for k, f in enumerate(shown.hands) if f.t_ms > shown.truth[0].end_ms - 200)
    before, held, after = shown.hands[:k], shown.hands[k], shown.hands[k:]
    waits = [replace(held, t_ms=held.t_ms + t_ms) for t_ms in range(33, 3000, 33)]
    found = cut([*before, *waits, *(replace(f, t_ms=f.t_ms + 3000) for f in after)])
    assert [ended for *_, ended in found] == [Ended.HELD]


def test_a_trackers_jump_for_three_frames_is_no_take():
    shown = performed("fist", 1, 3, noisy=False).hands[:40]
    still = [replace(shown[0], t_ms=33 * k) for k in range(120)]
    for k in (60, 61, 62):
        still[k] = replace(still[k], image_points=(still[k].image_points + np.float32(0.3)))
    assert cut(still) == []


def test_hands_that_never_rest_are_no_take_for_ever():
    shown = performed("wave", 1, 3, noisy=False)
    waving = [f for f in shown.hands if shown.truth[0].start_ms <= f.t_ms <= shown.truth[0].end_ms]
    span_ms = waving[-1].t_ms - waving[0].t_ms + 33
    rest = shown.hands[:40]
    hands = rest + [replace(f, t_ms=f.t_ms + k * span_ms) for k in range(8) for f in waving]
    assert [ended for *_, ended in cut(hands)] == [Ended.TOO_LONG]


def test_time_that_jumps_back_drops_what_was_being_done():
    shown = performed("swipe_left", 1, 2, noisy=False)
    half = [f for f in shown.hands if f.t_ms < shown.truth[0].end_ms]
    again = performed("swipe_left", 1, 3, noisy=False)
    assert len(cut(half + again.hands)) == 1


def test_takes_hold_landmarks_of_hands_and_no_other_frame():
    shown = performed("swipe_left", 1, 2, noisy=False)
    cutter = Cutter()
    take = next(take for f in shown.hands if (episode := cutter.see(f)) and (take := take_of(episode)))
    assert take.t_ms[0] == 0
    assert take.present[:, 1].all()
    assert not take.present[:, 0].any()
    assert np.isnan(take.image_points[:, 0]).all()
    assert take.meta["mirrored"] is False
    assert 25 < take.meta["fps"] < 35
