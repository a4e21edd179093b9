"""Which hand is which, and that it stays so."""

from gesturectl.landmarks.identity import REMEMBERED_MS, Identity, Memory, assign_slots

LEFT, RIGHT = 0, 1
FRAME_MS = 33


def voted(*votes: float) -> Identity:
    """A hand with these votes, a frame apart, given its slot after each."""
    identity = Identity()
    for index, vote in enumerate(votes):
        identity.vote(vote, FRAME_MS * index)
        assign_slots([identity])
    return identity


def test_a_hand_is_what_its_first_vote_says() -> None:
    assert voted(0.9).slot == RIGHT
    assert voted(0.1).slot == LEFT


def test_wrong_votes_for_a_quarter_of_a_second_change_nothing() -> None:
    assert voted(*[0.95] * 30, *[0.02] * 8).slot == RIGHT


def test_doubt_changes_nothing_however_long() -> None:
    assert voted(*[0.95] * 30, *[0.3] * 300).slot == RIGHT


def test_certain_votes_for_two_seconds_change_it() -> None:
    assert voted(*[0.95] * 30, *[0.02] * 60).slot == LEFT


def test_a_wrong_first_vote_is_put_right_in_a_third_of_a_second() -> None:
    assert voted(0.9, *[0.02] * 10).slot == LEFT


def test_the_first_vote_after_a_gap_does_not_outvote_the_past() -> None:
    identity = voted(*[0.95] * 30)
    identity.vote(0.0, 1_000_000)
    assert assign_slots([identity]) == [RIGHT]


def test_time_that_runs_backwards_does_no_harm() -> None:
    identity = voted(*[0.95] * 30)
    identity.vote(0.0, -5000)
    assert assign_slots([identity]) == [RIGHT]


def test_two_hands_never_share_a_slot_even_if_both_say_right() -> None:
    sure, unsure = voted(*[0.99] * 10), Identity()
    unsure.vote(0.7, 0)
    assert assign_slots([sure, unsure]) == [RIGHT, LEFT]
    assert assign_slots([unsure, sure]) == [LEFT, RIGHT]


def test_a_newcomer_does_not_push_a_hand_out_of_its_slot() -> None:
    settled, newcomer = voted(*[0.8] * 10), Identity()
    newcomer.vote(0.99, 0)
    assert assign_slots([settled, newcomer]) == [RIGHT, LEFT]


def test_two_hands_that_were_taken_for_each_other_are_swapped() -> None:
    first, second = voted(0.9), voted(0.1)
    for index in range(90):
        first.vote(0.02, FRAME_MS * index)
        second.vote(0.98, FRAME_MS * index)
    assert assign_slots([first, second]) == [LEFT, RIGHT]


def test_no_hands_are_no_slots() -> None:
    assert assign_slots([]) == []


def test_a_hand_lost_for_a_moment_is_known_again() -> None:
    memory, who = Memory(), Identity()
    memory.remember(who, 100, 100, 80, 0)
    assert memory.recall(180, 100, 80, 300, []) is who


def test_a_hand_far_away_much_later_or_earlier_is_somebody_new() -> None:
    memory, who = Memory(), Identity()
    memory.remember(who, 100, 100, 80, 0)
    assert memory.recall(400, 100, 80, 300, []) is not who
    assert memory.recall(100, 100, 80, REMEMBERED_MS + 1, []) is not who
    assert memory.recall(100, 100, 80, -1, []) is not who


def test_a_hand_that_is_still_followed_is_not_given_away() -> None:
    memory, who = Memory(), Identity()
    memory.remember(who, 100, 100, 80, 0)
    assert memory.recall(110, 100, 80, 33, [who]) is not who


def test_the_nearer_of_two_is_recalled() -> None:
    memory, near, far = Memory(), Identity(), Identity()
    memory.remember(far, 160, 100, 80, 0)
    memory.remember(near, 110, 100, 80, 0)
    assert memory.recall(100, 100, 80, 33, []) is near


def test_after_forgetting_everybody_is_new() -> None:
    memory, who = Memory(), Identity()
    memory.remember(who, 100, 100, 80, 0)
    memory.forget()
    assert memory.recall(100, 100, 80, 33, []) is not who


HERE, FAR, NEAR = (100.0, 100.0, 50.0), (300.0, 100.0, 50.0), (130.0, 100.0, 50.0)
"""Centre and size of a hand in pixels."""


def slot_of(memory: Memory, hand: Identity, place: tuple[float, float, float], t_ms: int) -> int:
    """Where a hand that is seen alone is put."""
    memory.remember(hand, *place, t_ms)
    (slot,) = memory.slots([hand], t_ms)
    return slot


def test_a_hand_found_far_from_one_just_lost_does_not_leap_into_its_slot() -> None:
    memory, found = Memory(), Identity()
    assert slot_of(memory, voted(0.3), HERE, 0) == LEFT
    found.vote(0.3, FRAME_MS)
    assert slot_of(memory, found, FAR, FRAME_MS) == RIGHT
    assert slot_of(memory, found, FAR, 2 * FRAME_MS) == RIGHT


def test_but_one_that_is_certain_of_its_side_does() -> None:
    memory, found = Memory(), Identity()
    assert slot_of(memory, voted(0.3), HERE, 0) == LEFT
    found.vote(0.01, FRAME_MS)
    assert slot_of(memory, found, FAR, FRAME_MS) == LEFT


def test_and_so_does_one_that_is_found_near_or_later() -> None:
    for place, t_ms in ((NEAR, FRAME_MS), (FAR, REMEMBERED_MS + 1)):
        memory, found = Memory(), Identity()
        assert slot_of(memory, voted(0.3), HERE, 0) == LEFT
        found.vote(0.3, t_ms)
        assert slot_of(memory, found, place, t_ms) == LEFT


def test_who_is_forgotten_keeps_nobody_out_of_a_slot() -> None:
    memory, found = Memory(), Identity()
    assert slot_of(memory, voted(0.3), HERE, 0) == LEFT
    memory.forget()
    found.vote(0.3, FRAME_MS)
    assert slot_of(memory, found, FAR, FRAME_MS) == LEFT


def test_two_hands_far_apart_that_were_taken_for_each_other_are_swapped() -> None:
    memory, first, second = Memory(), voted(0.9), voted(0.1)
    for index in range(90):
        first.vote(0.02, FRAME_MS * index)
        second.vote(0.98, FRAME_MS * index)
        memory.remember(first, *HERE, FRAME_MS * index)
        memory.remember(second, *FAR, FRAME_MS * index)
        slots = memory.slots([first, second], FRAME_MS * index)
    assert slots == [LEFT, RIGHT]
