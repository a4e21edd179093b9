"""The slot between the camera and whoever looks."""

import threading

from gesturectl.daemon.latest import Latest


def test_the_newest_value_wins_and_the_others_are_counted():
    slot = Latest()
    for value in (1, 2, 3):
        slot.put(value)
    assert slot.take(0) == 3
    assert slot.dropped == 2


def test_a_value_is_taken_once():
    slot = Latest()
    slot.put(1)
    assert slot.take(0) == 1
    assert slot.take(0) is None
    slot.put(2)
    assert slot.dropped == 0


def test_a_waiting_taker_gets_the_value_at_once():
    slot, got = Latest(), []
    taker = threading.Thread(target=lambda: got.append(slot.take(5)))
    taker.start()
    slot.put(7)
    taker.join(2)
    assert got == [7]


def test_waking_lets_a_waiting_taker_go_with_nothing():
    slot, got = Latest(), []
    taker = threading.Thread(target=lambda: got.append(slot.take(30)))
    taker.start()
    while taker.is_alive():
        slot.wake()
        taker.join(0.01)
    assert got == [None]
