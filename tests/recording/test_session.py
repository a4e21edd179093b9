"""A recording from the count-in to the end, and everything that may come between."""

import json

import numpy as np
import pytest
from sessions import Bench, showing

from gesturectl.errors import UsageError
from gesturectl.recording.session import Plan, Session
from gesturectl.recording.states import Caution, Step, Verdict
from gesturectl.types import NOTHING, GestureEvent, Hands, Phase


def recorded(takes=2, gesture="swipe_left"):
    """A session in review, its takes good."""
    bench = Bench(Plan("snap", takes))
    bench.wait(4)
    bench.show_until(gesture)
    bench.session.checked({}, ())
    return bench


def in_use(**wishes):
    bench = recorded(**wishes)
    bench.session.use()
    bench.session.learnt()
    return bench


def recognise(bench, gesture="snap"):
    bench.session.heard(GestureEvent(gesture, "right", Phase.BEGIN, 0.9, bench.t_ms))


def test_from_the_count_in_to_a_saved_gesture_nobody_presses_anything_between_takes():
    bench = Bench(Plan("snap", 3))
    bench.wait(4)
    bench.show_until("swipe_left")
    assert bench.steps[:6] == [
        Step.COUNT_IN, Step.RESTING, Step.READY, Step.PERFORMING, Step.RESTING, Step.READY,
    ]  # fmt: skip
    assert bench.session.step is Step.CHECKING
    assert [made.verdict for made in bench.state.takes] == [Verdict.GOOD] * 3
    bench.session.checked({}, ())
    assert bench.state.text == "3 of 3 takes are good. Use them?"
    takes = bench.session.use()
    assert len(takes) == 3
    bench.session.learnt()
    assert bench.session.step is Step.TRYING
    bench.session.finish()
    assert bench.state.text == "“snap” is saved."


def test_the_count_in_counts_down_and_says_so():
    bench = Bench(Plan("snap"))
    bench.wait(0.04)
    assert bench.state.countdown_ms == 3000
    assert "It begins in 3 s" in bench.state.text
    bench.wait(1.48)
    assert bench.state.countdown_ms == 1520
    assert bench.state.as_json()["countdown_ms"] == 1520


def test_what_is_done_during_the_count_in_is_no_take():
    bench = Bench(Plan("snap"))
    bench.show("swipe_left")
    assert bench.state.takes == ()


def test_the_state_is_json():
    state = json.loads(json.dumps(recorded().state.as_json()))
    assert state["step"] == "review"
    assert state["name"] == "snap"
    assert state["good"] == state["wanted"] == 2
    assert state["takes"][0]["verdict"] == "good"
    assert state["takes"][0]["hands"] == ["right"]
    assert state["over"] is False


def test_a_take_in_which_the_hand_is_lost_is_made_again():
    bench = Bench(Plan("snap", 2))
    bench.wait(4)
    frames = showing("circle_cw")
    for k, frame in enumerate(frames):
        bench.see(Hands.none(0, 4 / 3) if 30 <= k < 70 and k % 3 else frame)
    bench.rest = frames[-1]
    first = bench.state.takes[0]
    assert first.verdict is Verdict.LOST
    assert "slower or nearer" in bench.state.hint
    bench.show_until("circle_cw")
    assert bench.state.good == 2
    assert len(bench.session.takes) == 2
    assert [made.kept for made in bench.state.takes] == [False, True, True]


def test_a_slow_camera_is_told_from_dim_light():
    for picture, verdict in (
        ("", Verdict.SLOW),
        ("8 pictures a second instead of 30, because of dim light", Verdict.DARK),
    ):
        bench = Bench(Plan("snap", 1))
        bench.wait(4)
        for frame in showing("circle_cw")[::4]:
            bench.t_ms += 120
            bench.see(frame, picture)
        bench.wait(1)
        assert bench.state.takes[0].verdict is verdict


def test_a_hand_outside_the_picture_is_told():
    bench = Bench(Plan("snap", 1))
    bench.wait(4)
    for frame in showing("swipe_left"):
        moved = Hands(
            frame.t_ms,
            frame.image_points + np.array([0, 0.45, 0]),
            frame.world_points,
            frame.present,
            frame.score,
            4 / 3,
        )
        bench.see(moved)
    bench.wait(1, moved)
    assert Verdict.OUTSIDE in [made.verdict for made in bench.state.takes]


def test_a_take_with_the_other_hand_is_unlike_the_others():
    bench = Bench(Plan("snap", 4))
    bench.wait(4)
    bench.show("swipe_left")
    bench.show("swipe_left", seed=4)
    bench.wait_without_hands(2)
    bench.show("swipe_left", hands=("left",))
    assert bench.state.takes[-1].verdict is Verdict.UNLIKE
    assert bench.state.takes[-1].text == "It was made with the left hand, the others with the right hand."


def test_takes_that_the_others_dont_recognise_can_be_made_again():
    bench = Bench(Plan("snap", 2))
    bench.wait(4)
    bench.show_until("swipe_left")
    bench.session.checked({2: "It is unlike the others."}, (Caution("resembles", "it resembles swipe_left"),))
    assert bench.state.as_json()["warnings"] == [{"kind": "resembles", "text": "it resembles swipe_left"}]
    assert bench.state.good == 1
    bench.session.retry()
    assert bench.session.step is Step.COUNT_IN
    bench.wait(4)
    bench.show_until("swipe_left")
    assert bench.session.step is Step.CHECKING
    assert [made.kept for made in bench.state.takes] == [True, False, True]


def test_a_good_take_can_be_made_again_too():
    bench = recorded()
    bench.session.retry([1])
    bench.wait(4)
    bench.show_until("swipe_left")
    bench.session.checked({}, ())
    assert [made.number for made in bench.state.takes if made.kept] == [2, 3]
    with pytest.raises(UsageError, match="there is no take 9"):
        bench.session.retry([9])


def test_poor_takes_dont_go_on_for_ever():
    bench = Bench(Plan("snap", 1))
    bench.wait(4)
    for _ in range(6):
        for k, frame in enumerate(showing("circle_cw")):
            bench.see(Hands.none(0, 4 / 3) if 30 <= k < 70 and k % 3 else frame)
        bench.wait(1, showing("circle_cw")[-1])
    assert bench.session.step is Step.REVIEW
    assert "poor" in bench.state.hint
    with pytest.raises(UsageError, match="no good take"):
        bench.session.use()


def test_a_raised_hand_that_was_only_resting_is_taken_back():
    bench = Bench(Plan("snap", 2))
    bench.wait_without_hands(4)
    bench.wait(2.2, showing("swipe_left")[0])
    assert len(bench.state.takes) == 1  # it looks like a pose
    bench.show("swipe_left")
    assert len(bench.state.takes) == 1
    assert bench.state.takes[0].length_ms < 1500


def test_recognised_attempts_are_counted_while_trying():
    bench = in_use()
    bench.show("swipe_left")
    assert (bench.state.recognised, bench.state.attempts) == (0, 1)
    for frame in showing("swipe_left")[:40]:
        bench.see(frame)
    recognise(bench)
    for frame in showing("swipe_left")[40:]:
        bench.see(frame)
    assert (bench.state.recognised, bench.state.attempts) == (1, 2)
    assert "1 of 2 recognised" in bench.state.text


def test_a_gesture_recognised_just_after_it_was_over_counts():
    bench = in_use()
    bench.show("swipe_left")
    recognise(bench)
    assert (bench.state.recognised, bench.state.attempts) == (1, 1)
    recognise(bench, "another")
    assert bench.state.recognised == 1


def test_an_untried_gesture_is_saved_in_the_end():
    bench = in_use()
    bench.wait(130)
    assert bench.session.step is Step.SAVED


def test_if_it_cant_be_written_the_takes_are_still_there():
    bench = recorded()
    bench.session.use()
    bench.session.not_learnt("The disk is full.")
    assert bench.session.step is Step.REVIEW
    assert bench.state.hint == "The disk is full."
    assert len(bench.session.use()) == 2


@pytest.mark.parametrize("when", ["count-in", "ready", "review", "trying"])
def test_cancelling_leaves_no_take(when):
    bench = {
        "count-in": lambda: Bench(Plan("snap")),
        "ready": lambda: Bench(Plan("snap")),
        "review": recorded,
        "trying": in_use,
    }[when]()
    if when == "ready":
        bench.wait(5)
    bench.session.cancel()
    bench.session.cancel()
    assert bench.session.step is Step.CANCELLED
    assert bench.session.takes == ()
    bench.show("swipe_left")
    assert bench.session.step is Step.CANCELLED


def test_a_camera_lost_in_the_middle_of_a_take_costs_that_take_only():
    bench = Bench(Plan("snap", 2))
    bench.wait(4)
    bench.show("swipe_left")
    for frame in showing("swipe_left")[:40]:
        bench.see(frame)
    bench.session.camera_lost("The camera was unplugged.")
    assert bench.state.hint == "The camera was unplugged."
    bench.t_ms += 60_000
    bench.wait(0.2)
    assert bench.session.step is Step.COUNT_IN
    assert len(bench.state.takes) == 1
    bench.wait(4)
    bench.show_until("swipe_left")
    assert bench.session.step is Step.CHECKING


def test_without_a_hand_for_half_a_minute_it_gives_up_with_a_hint():
    bench = Bench(Plan("snap"))
    bench.wait_without_hands(40)
    assert bench.session.step is Step.TIMED_OUT
    assert "No hand was seen for 30 s" in bench.state.hint


def test_with_hands_that_do_nothing_it_gives_up_later():
    bench = Bench(Plan("snap"))
    bench.wait(60)
    assert bench.session.step is Step.READY
    bench.wait(60)
    assert bench.session.step is Step.TIMED_OUT
    assert "Nothing was performed" in bench.state.hint


def test_half_a_minute_of_nothing_is_one_take_of_nothing():
    bench = Bench(Plan(NOTHING))
    bench.wait(4)
    assert bench.session.step is Step.IDLING
    bench.wait(30)
    assert bench.session.step is Step.REVIEW
    (take,) = bench.session.use()
    assert 29_000 < take.t_ms[-1] <= 30_100
    bench.session.learnt()
    assert bench.session.step is Step.SAVED


def test_half_a_minute_without_hands_is_worth_nothing():
    bench = Bench(Plan(NOTHING))
    bench.wait_without_hands(35)
    assert bench.session.step is Step.REVIEW
    assert "No hand was seen" in bench.state.takes[0].text
    bench.session.retry()
    bench.wait(35)
    assert len(bench.session.takes) == 1


def test_commands_at_the_wrong_moment_are_refused_with_what_to_do():
    session = Session(Plan("snap"))
    for command in (session.use, session.retry, session.finish):
        with pytest.raises(UsageError, match=r"can't be \w+ now\. Wait: Get ready"):
            command()
    with pytest.raises(UsageError, match="Ask for 1 to 20"):
        Session(Plan("snap", 0))
