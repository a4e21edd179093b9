"""Why the daemon is paused, as people are told."""

from gesturectl.daemon.pauses import Pauses
from gesturectl.daemon.rest import Rest


def test_without_a_reason_it_is_not_paused():
    pauses = Pauses()
    assert pauses.reason == ""
    pauses.rest(Rest("camera", ""))
    assert pauses.reason == ""


def test_what_was_asked_for_outlasts_every_reason_to_rest():
    pauses = Pauses()
    pauses.rest(Rest("logind", "the screen is locked"))
    assert pauses.reason == "The screen is locked; it goes on by itself."
    pauses.ask()
    assert pauses.reason == "Resume with 'gesturectl resume'."
    pauses.rest(Rest("logind", ""))
    assert pauses.reason


def test_the_first_of_several_reasons_is_told_until_it_is_over():
    pauses = Pauses()
    pauses.rest(Rest("logind", "the screen is locked"))
    pauses.rest(Rest("schedule", "it is 22:00-07:00, as your settings ask"))
    assert pauses.reason.startswith("The screen")
    pauses.rest(Rest("logind", ""))
    assert pauses.reason.startswith("It is 22:00")
    pauses.rest(Rest("schedule", ""))
    assert pauses.reason == ""


def test_whoever_ends_it_ends_all_reasons_until_one_is_given_anew():
    pauses = Pauses()
    pauses.panic("Ctrl+Alt+Super+Esc")
    pauses.rest(Rest("camera", "meet uses the camera"))
    assert pauses.reason == "Ctrl+Alt+Super+Esc was pressed. Resume with 'gesturectl resume'."
    pauses.end()
    assert pauses.reason == ""
    pauses.rest(Rest("camera", "meet uses the camera"))
    assert pauses.reason.startswith("Meet uses")
