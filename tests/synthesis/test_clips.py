from itertools import islice

import numpy as np
import pytest

from gesturectl.recognition.vocabulary import STARTER
from gesturectl.synthesis.clips import render_clip
from gesturectl.synthesis.gestures import GESTURES

TINY = (96, 72)


def test_every_starter_gesture_can_be_rendered():
    assert set(GESTURES) == set(STARTER)


def test_frames_come_with_the_time_and_size_asked_for():
    frames, events = render_clip(["swipe_left"], size=TINY, fps=10)

    first = list(islice(frames, 4))

    assert [frame.t_ms for frame in first] == [0, 100, 200, 300]
    assert first[0].image.shape == (72, 96, 3)
    assert first[0].image.dtype == np.uint8
    assert [event.gesture for event in events] == ["swipe_left"]


def test_a_clip_lasts_longer_than_its_last_gesture():
    frames, events = render_clip(["fist", "victory"], size=TINY, fps=4)

    *_, last = frames

    assert [event.gesture for event in events] == ["fist", "victory"]
    assert events[0].end_ms < events[1].start_ms
    assert events[1].end_ms + 700 < last.t_ms


def test_the_same_arguments_give_the_same_pixels_and_another_seed_others():
    def third(seed: int) -> np.ndarray:
        frames, _ = render_clip(["fist"], seed=seed, size=TINY, fps=2)
        return next(islice(frames, 3, None)).image

    assert (third(5) == third(5)).all()
    assert (third(5) != third(6)).any()


def test_a_left_hand_is_the_mirror_picture_of_a_right_one():
    right, right_events = render_clip(["swipe_left"], "right", size=TINY, fps=2)
    left, left_events = render_clip(["swipe_right"], "left", size=TINY, fps=2)

    assert all((a.image == b.image[:, ::-1]).all() for a, b in islice(zip(right, left, strict=True), 5))
    assert [event.gesture for event in right_events] == ["swipe_left"]
    assert [event.gesture for event in left_events] == ["swipe_right"]


def test_an_unknown_gesture_is_refused():
    with pytest.raises(KeyError):
        render_clip(["salute"])
