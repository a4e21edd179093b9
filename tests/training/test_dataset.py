"""From takes to labelled windows."""

import numpy as np
from toy import LABELS, SPEC, toy_take, toy_windows

from gesturectl.recognition.normalise import normalise
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.recognition.window import resample
from gesturectl.training.dataset import Windows, gesture_intervals, split, windows_of


def test_windows_end_on_the_take_s_frames_inside_the_interval():
    take = toy_take("swipe_left", 3)
    windows = windows_of(take, LABELS, SPEC, np.random.default_rng(0), per_interval=100)
    frames = take.t_ms[take.t_ms >= 600]
    cut = normalise(resample(take.t_ms, take.points, take.present, frames, SPEC))
    assert len(windows) == int(cut.valid.sum()) > 5
    assert set(map(bytes, windows.points)) == set(map(bytes, cut.points[cut.valid].astype(np.float16)))
    assert (windows.label == LABELS.index("swipe_left")).all()
    assert (windows.group == 3).all()


def test_a_take_without_intervals_or_without_a_hand_gives_no_window():
    take = toy_take("grab", 1)
    unseen = type(take)(take.t_ms, take.points, take.present & False, take.intervals, 1)
    unlabelled = type(take)(take.t_ms, take.points, take.present, (), 1)
    for empty in (unseen, unlabelled):
        windows = windows_of(empty, LABELS, SPEC, np.random.default_rng(0))
        assert len(windows) == 0
        assert windows.points.shape == (0, SPEC.steps, 21, 3)


def test_around_a_gesture_there_is_nothing_and_between_them_no_label():
    before, during, after = gesture_intervals("grab", 1000, 2000)
    assert (before.label, during.label, after.label) == ("nothing", "grab", "nothing")
    assert before.end_ms == 1350 < during.start_ms == 1800
    assert during.end_ms == 2250 < after.start_ms == 2500


def test_a_group_is_never_on_both_sides_of_a_split():
    training, held = split(toy_windows(40), 0.25, seed=1)
    assert not set(training.group) & set(held.group)
    assert len(set(held.group)) == 10
    assert len(training) + len(held) == len(toy_windows(40))


def test_joined_windows_keep_their_weights():
    light = toy_windows(4)
    heavy = Windows(light.points, light.mask, light.label, light.group, np.full(len(light), 3, np.float32))
    plain = Windows(light.points, light.mask, light.label, light.group)
    assert Windows.joined([plain, plain]).weight is None
    assert Windows.joined([plain, heavy]).weights.tolist() == [1.0] * len(plain) + [3.0] * len(heavy)


def test_a_mirror_swaps_sides_and_senses():
    names = ["swipe_left", "swipe right", "circle_cw", "Rotation-CCW", "Clockwise", "swipe_up", "bright", "nothing"]
    swapped = [
        "swipe_right",
        "swipe left",
        "circle_ccw",
        "Rotation-CW",
        "Counterclockwise",
        "swipe_up",
        "bright",
        "nothing",
    ]
    assert [mirrored_label(name) for name in names] == swapped
