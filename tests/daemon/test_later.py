"""What is left to be done later."""

from gesturectl.daemon.later import Later


def test_calls_come_in_the_order_in_which_they_are_due_and_once():
    later, done = Later(), []
    for due_s in (3.0, 1.0, 2.0, 9.0):
        later.add(due_s, lambda due_s=due_s: done.append(due_s))
    assert later.next_s == 1.0
    for call in later.due(3.0):
        call()
    assert done == [1.0, 2.0, 3.0]
    assert later.due(3.0) == []
    assert later.next_s == 9.0


def test_what_is_cleared_is_never_due():
    later = Later()
    later.add(1.0, lambda: None)
    later.clear()
    assert later.due(10.0) == []
    assert later.next_s is None
