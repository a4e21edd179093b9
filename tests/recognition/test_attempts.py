"""What hands tried, gathered into attempts; and the recogniser that tells them."""

from dataclasses import replace

import pytest
from hands_seen import hands_at, recogniser_that_sees

from gesturectl.recognition.attempts import Attempts
from gesturectl.recognition.motion import Motion
from gesturectl.recognition.rules import RULES, Candidate, first_refusal
from gesturectl.types import Phase

STILL = Motion(seen_ms=2000, speed=0.0, size=0.15, inside=1.0, lean=0.0, hung_ms=None, other_speed=0.0)
SWIPE = Candidate(
    gesture="swipe_left", hand="right", t_ms=0, score=0.9, threshold=0.8, margin=0.6, agreement=0.9, held_ms=100,
    motion=STILL, rested=True, arrived=True, last=None, last_any=None,
)  # fmt: skip


def tell(attempts: Attempts, *candidates: Candidate) -> None:
    for candidate in candidates:
        refusal = first_refusal(RULES, candidate)
        attempts.settle(candidate.t_ms)
        attempts.note(candidate, refusal[0] if refusal else None)


def test_refusals_less_than_half_a_second_apart_are_one_attempt_at_its_best():
    attempts = Attempts(RULES)
    tell(
        attempts,
        replace(SWIPE, t_ms=0, score=0.5),
        replace(SWIPE, t_ms=400, score=0.85, agreement=0.2),
        replace(SWIPE, t_ms=700, score=0.7),
    )
    assert attempts.take() == []
    attempts.settle(1200)
    (attempt,) = attempts.take()
    assert (attempt.t_ms, attempt.score, attempt.lasted_ms, attempt.fired) == (400, 0.85, 700, False)
    assert attempt.refusal is not None and attempt.refusal.rule == "agreed"


def test_every_rule_has_its_say_in_the_order_they_are_asked():
    attempts = Attempts(RULES)
    tell(attempts, replace(SWIPE, agreement=0.2, held_ms=0, motion=replace(STILL, size=0.9)))
    attempts.end()
    (attempt,) = attempts.take()
    assert [verdict.rule for verdict in attempt.verdicts] == [rule.name for rule in RULES]
    assert [verdict.rule for verdict in attempt.verdicts if verdict.reason] == ["agreed", "plausible", "dwelt"]


def test_coming_further_counts_for_more_than_a_higher_score():
    attempts = Attempts(RULES)
    tell(attempts, replace(SWIPE, t_ms=0, score=0.99, agreement=0.2), replace(SWIPE, t_ms=33, score=0.85, held_ms=33))
    attempts.end()
    assert [attempt.refusal.rule for attempt in attempts.take() if attempt.refusal] == ["dwelt"]


def test_what_fires_is_told_at_once_and_its_tail_not_at_all():
    attempts = Attempts(RULES)
    tell(attempts, replace(SWIPE, t_ms=0, held_ms=0), replace(SWIPE, t_ms=100))
    (attempt,) = attempts.take()
    assert (attempt.fired, attempt.t_ms, attempt.lasted_ms, attempt.refusal) == (True, 100, 100, None)
    tell(attempts, replace(SWIPE, t_ms=300, rested=False), replace(SWIPE, t_ms=600, rested=False))
    attempts.settle(5000)
    assert attempts.take() == []


def test_hands_and_gestures_are_told_apart_and_a_later_try_is_another():
    attempts = Attempts(RULES)
    low = replace(SWIPE, score=0.5)
    tell(attempts, low, replace(low, hand="left"), replace(low, gesture="wave"), replace(low, t_ms=600))
    attempts.end()
    assert len(attempts.take()) == 4


def test_what_was_far_from_firing_isnt_told():
    attempts = Attempts(RULES)
    tell(attempts, replace(SWIPE, score=0.39))
    attempts.end()
    assert attempts.take() == []


def test_one_that_goes_on_and_on_is_told_meanwhile():
    attempts = Attempts(RULES)
    for t_ms in range(0, 7000, 33):
        tell(attempts, replace(SWIPE, t_ms=t_ms, motion=replace(STILL, other_speed=9.0)))
    assert [attempt.refusal.rule for attempt in attempts.take() if attempt.refusal] == ["alone", "alone"]


def test_nobody_has_to_take_them():
    attempts = Attempts(RULES)
    for t_ms in range(0, 200_000, 1000):
        tell(attempts, replace(SWIPE, t_ms=t_ms, score=0.5))
    assert len(attempts.take()) == 64


def test_an_attempt_is_ready_for_json():
    attempts = Attempts(RULES)
    tell(attempts, replace(SWIPE, score=0.5))
    attempts.end()
    told = attempts.take()[0].as_json()
    assert (told["rule"], told["reason"], told["fired"]) == ("confident", "score 0.50 is below 0.80", False)
    assert told["rules"][1] == {"rule": "distinct", "reason": None}


@pytest.mark.parametrize(("score", "fired"), [(0.95, True), (0.6, False)])
def test_the_recogniser_tells_them(score, fired):
    recogniser = recogniser_that_sees(
        lambda t_ms, hand: ("swipe_left", score) if 1000 <= t_ms < 1400 else ("nothing", 0.95)
    )
    events = [event for t_ms in range(0, 2000, 33) for event in recogniser.update(hands_at(t_ms, right=(0.5, 0.6)))]
    tried = recogniser.tried()
    assert [attempt.fired for attempt in tried] == [fired]
    assert [event.t_ms for event in events if event.phase is Phase.BEGIN] == ([tried[0].t_ms] if fired else [])
    assert recogniser.tried() == []
