"""When a gesture does what its binding says, as timelines."""

from policy_timeline import Note, event, scenario

from gesturectl.daemon.policy import Do, Plan, Policy, Skip
from gesturectl.types import Phase


@scenario()
def test_a_gesture_does_its_action_once_however_long_it_lasts():
    """
    0    begin fist 0.90   -> fist.begin@0
    900  end fist
    """


@scenario(confidence=0.85)
def test_a_score_below_the_binding_s_confidence_does_nothing():
    """
    0    begin fist 0.84   -> fist.skip@0
    100  end fist
    200  begin fist 0.85   -> fist.begin@200
    """


@scenario(unbound=("wave",))
def test_what_nothing_is_bound_to_does_nothing():
    """
    0    begin wave 0.90   -> wave.skip@0
    100  end wave
    200  begin fist 0.90   -> fist.begin@200
    """


@scenario(hold_ms=250)
def test_a_pose_must_last_before_it_counts():
    """
    0    begin fist 0.90   -> fist.begin@250
    600  end fist
    """


@scenario(hold_ms=250)
def test_a_pose_let_go_too_early_does_nothing():
    """
    0    begin fist 0.90
    240  end fist          -> fist.skip@240
    300
    """


@scenario(hold_ms=250)
def test_a_pose_let_go_at_the_very_moment_counts():
    """
    0    begin fist 0.90
    245
    250  end fist          -> fist.begin@250
    """


@scenario(cooldown_ms=500)
def test_while_cooling_down_nothing_is_done_again():
    """
    0    begin fist 0.90   -> fist.begin@0
    100  end fist
    490  begin fist 0.90   -> fist.skip@490
    495  end fist
    500  begin fist 0.90   -> fist.begin@500
    """


@scenario(cooldown_ms=500)
def test_a_refused_gesture_doesn_t_prolong_the_cooldown():
    """
    0    begin fist 0.90   -> fist.begin@0
    100  end fist
    400  begin fist 0.90   -> fist.skip@400
    450  end fist
    550  begin fist 0.90   -> fist.begin@550
    """


@scenario(cooldown_ms=500)
def test_each_binding_cools_down_for_itself():
    """
    0    begin fist 0.90   -> fist.begin@0
    100  end fist
    200  begin wave 0.90   -> wave.begin@200
    """


@scenario(repeat_hz=10)
def test_a_repeating_binding_repeats_until_the_gesture_ends():
    """
    0    begin point 0.90  -> point.begin@0 point.repeat@100 point.repeat@200
    250  end point
    300
    """


@scenario(repeat_hz=10, hold_ms=200)
def test_repeats_start_after_the_hold():
    """
    0    begin point 0.90  -> point.begin@200 point.repeat@300
    350  end point
    """


@scenario(holds=True, repeat_hz=10)
def test_a_held_key_goes_up_when_the_gesture_ends_and_isn_t_repeated():
    """
    0    begin point 0.90  -> point.begin@0
    450  end point         -> point.end@450
    """


@scenario(holds=True)
def test_releasing_lets_go_of_what_is_held_once():
    """
    0    begin point 0.90  -> point.begin@0
    200  release           -> point.end@200
    300  end point
    """


@scenario(hold_ms=250)
def test_what_still_waits_is_dropped_by_a_release():
    """
    0    begin fist 0.90
    100  release           -> fist.skip@100
    400  end fist
    """


@scenario(holds=True)
def test_a_second_beginning_without_an_end_lets_go_first():
    """
    0    begin point 0.90  -> point.begin@0
    500  begin point 0.90  -> point.end@500 point.begin@500
    """


@scenario(holds=True, cooldown_ms=300)
def test_what_is_held_cools_down_from_its_end():
    """
    0    begin point 0.90  -> point.begin@0
    500  end point         -> point.end@500
    700  begin point 0.90  -> point.skip@700
    750  end point
    800  begin point 0.90  -> point.begin@800
    """


def test_a_late_tick_repeats_once_and_makes_up_for_nothing():
    policy = Policy()
    policy.begin(event("point", 0), Plan(Note(), "p/i", repeat_hz=10))
    assert len(policy.tick(950)) == 1
    assert policy.tick(950) == []


def test_both_hands_may_do_the_same_gesture():
    policy = Policy()
    left = event("fist", 10)
    right = event("fist", 20)
    object.__setattr__(left, "hand", "left")
    plan = Plan(Note(lasting=True), "p/i")
    assert isinstance(policy.begin(left, plan)[0], Do)
    assert isinstance(policy.begin(right, plan)[0], Do)
    assert [type(d) for d in policy.end(event("fist", 30, Phase.END))] == [Do]
    assert policy.holding


def test_reasons_say_what_stopped_a_gesture():
    policy = Policy()
    policy.begin(event("fist", 0), Plan(Note(), "p/i", hold_ms=300))
    skipped = policy.end(event("fist", 120, Phase.END))[0]
    assert isinstance(skipped, Skip)
    assert skipped.reason == "held for 120 of the 300 ms asked for"


def test_it_knows_when_it_wants_to_be_asked_again():
    policy = Policy()
    assert policy.due_ms is None
    policy.begin(event("fist", 100), Plan(Note(), "p/i", hold_ms=300))
    assert policy.due_ms == 400
    policy.tick(400)
    assert policy.due_ms is None
