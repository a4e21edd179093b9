"""What the mouse does, as timelines: the docstring says where the hand goes, and what must come of it.

Each line is `ms x y gap`, x and y in palms; between two lines the hand goes evenly, looked at every 33 ms. `fist` as
the gap is a closed hand, `gone` no hand, `left` another one. After `->` stand presses ("down"), releases ("up") and
where the pointer has gone ("right", "left", "still" …) from this line to the next.
"""

import functools
import re

import numpy as np

from gesturectl.pointing.guide import Button, Guide, Move
from gesturectl.pointing.place import HandPlace

FRAME_MS, PALM = 33, 0.2


def place(x, y, gap=1.0, hand="right", closed=False):
    return HandPlace(hand, 1 + x * PALM, 0.5 + y * PALM, PALM, gap, closed)


def follow(guide, frames):
    """Each step for (ms, places) frames."""
    return [step for t_ms, places in frames for step in guide.follow(t_ms, places)]


def frames_of(text):
    """Per line: what is expected, and its frames."""
    lines = [line.split("->") for line in text.strip().splitlines() if re.match(r"\s*\d+ ", line)]
    keys = [(int(line[0].split()[0]), line[0].split()[1:], line[1].split() if line[1:] else []) for line in lines]
    for (t0, words, expected), following in zip(keys, [*keys[1:], (keys[-1][0] + 330, keys[-1][1], [])], strict=True):
        t1, words1, _ = following
        goal = words1 if len(words1) == 3 and len(words) == 3 else words
        frames = []
        for t in range(t0, t1, FRAME_MS):
            if words[0] == "gone":
                frames.append((t, ()))
                continue
            u = (t - t0) / (t1 - t0)
            x, y = (float(a) + u * (float(b) - float(a)) for a, b in zip(words[:2], goal[:2], strict=True))
            shape = words[2]
            closed, hand = shape == "fist", "left" if shape == "left" else "right"
            gap = 0.55 if closed else 1.0 if hand == "left" else float(shape)
            frames.append((t, (place(x, y, gap, hand, closed),)))
        yield expected, frames


def seen(steps):
    """Steps in the words of a timeline."""
    words = ["down" if step.down else "up" for step in steps if isinstance(step, Button)]
    dx = sum(step.dx for step in steps if isinstance(step, Move))
    dy = sum(step.dy for step in steps if isinstance(step, Move))
    for way, by, other in (("right", dx, dy), ("left", -dx, dy), ("down_wards", dy, dx), ("up_wards", -dy, dx)):
        if by > 5 and by > abs(other):
            words.append(way)
    return words if dx or dy else [*words, "still"]


def scenario(test):
    @functools.wraps(test)
    def run():
        guide = Guide()
        happened, expected = [], []
        for words, frames in frames_of(test.__doc__):
            happened.append(seen(follow(guide, frames)))
            expected.append(words)
        assert happened == expected

    return run


@scenario
def test_the_pointer_goes_where_the_hand_goes():
    """
    0    0 0 1.0  -> still
    500  0 0 1.0  -> right
    1000 2 0 1.0  -> down_wards
    1500 2 2 1.0  -> left
    2000 0 2 1.0  -> up_wards
    2500 0 0 1.0  -> up_wards
    """


@scenario
def test_a_pinch_presses_and_opening_lets_go():
    """
    0    0 0 1.0  -> still
    300  0 0 0.2  -> down still
    1000 0 0 0.4  -> still
    1300 0 0 0.6  -> up still
    """


@scenario
def test_a_held_pinch_drags():
    """
    0    0 0 1.0  -> still
    300  0 0 0.2  -> down right
    1300 3 0 0.2  -> right
    1600 3 0 1.0  -> up still
    """


@scenario
def test_a_click_stays_in_place_although_the_palm_gives_way():
    """
    0    0    0    1.0  -> still
    300  0    0    0.2  -> down still
    600  0.06 0.02 0.2  -> still
    700  0.06 0.02 1.0  -> up right
    """


@scenario
def test_a_fist_lifts_the_pointer_and_presses_nothing():
    """
    0    0 0 1.0   -> still
    300  0 0 fist  -> still
    900  3 0 fist  -> still
    1200 3 0 1.0   -> right
    1700 5 0 1.0   -> right
    """


@scenario
def test_a_hand_that_is_gone_lets_go_and_moves_nothing_when_it_comes_back_elsewhere():
    """
    0    0 0 1.0  -> still
    300  0 0 0.2  -> down still
    600  gone     -> up still
    900  4 2 1.0  -> still
    """


@scenario
def test_a_hand_that_comes_pinched_must_open_before_it_presses():
    """
    0    0 0 0.2  -> still
    600  0 0 1.0  -> still
    900  0 0 0.2  -> down still
    """


@scenario
def test_another_hand_takes_over_without_the_button():
    """
    0    0 0 1.0   -> still
    300  0 0 0.2   -> down still
    600  0 0 left  -> up still
    """


@scenario
def test_one_bad_frame_is_no_press():
    """
    0    0 0 1.0  -> still
    300  0 0 0.2  -> still
    333  0 0 1.0  -> still
    """


def test_a_trembling_hand_moves_nothing():
    random = np.random.default_rng(0)
    frames = [(t, (place(*random.normal(0, 0.015, 2)),)) for t in range(0, 5000, FRAME_MS)]
    assert follow(Guide(), frames[:1]) == []
    steps = follow(Guide(), frames)
    gone = sum(abs(step.dx) + abs(step.dy) for step in steps if isinstance(step, Move))
    raw = sum(np.abs(np.diff([[p.x, p.y] for _, (p,) in frames], axis=0)).sum(axis=1)) / PALM * 150
    assert gone < raw / 20


def test_the_same_way_made_faster_moves_the_pointer_further():
    def moved(ms):
        frames = [(t, (place(2 * min(1.0, t / ms), 0),)) for t in range(0, ms + 1000, FRAME_MS)]
        return sum(step.dx for step in follow(Guide(), frames) if isinstance(step, Move))

    assert moved(250) > 2 * moved(3000) > 0


def test_a_person_farther_away_moves_it_as_far():
    def moved(palm):
        way = [HandPlace("right", 1 + u * palm, 0.5, palm, 1.0, False) for u in np.linspace(0, 2, 30)]
        steps = follow(Guide(), [(n * FRAME_MS, (one,)) for n, one in enumerate(way)])
        return sum(step.dx for step in steps if isinstance(step, Move))

    assert abs(moved(0.2) - moved(0.1)) <= 2


def test_after_a_break_in_the_stream_the_button_is_up():
    guide = Guide()
    follow(guide, [(t, (place(0, 0, 1.0 if t < 100 else 0.2),)) for t in range(0, 400, FRAME_MS)])
    assert guide.pressing
    assert guide.follow(5000, (place(0, 0, 0.2),)) == [Button(False)]
    assert not guide.pressing
