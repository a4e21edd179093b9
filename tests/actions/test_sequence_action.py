"""Several actions one after the other, in the time of a clock that the test turns."""

import pytest

from gesturectl.actions import parse
from gesturectl.actions.base import Stage
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import ConfigError

STEPS = [{"keys": "Ctrl+L"}, {"wait": 0.2}, {"text": "hi"}, {"wait": 0.3}, {"keys": "Enter"}]


def test_steps_are_done_when_their_pauses_are_over() -> None:
    later: list[tuple[float, object]] = []
    desk = Stage(
        RecordingInjector(), lambda _: None, lambda: None, pytest.fail, after=lambda s, call: later.append((s, call))
    )
    action = parse({"sequence": STEPS}, "here")
    assert action.describe() == 'press Ctrl+L, then after 0.2 s type "hi", then after 0.3 s press Enter'
    action.begin(desk)
    assert desk.injector.done == ["press Ctrl+L", "release Ctrl+L"]
    assert [delay for delay, _ in later] == [0.2, 0.5]
    for _, call in later:
        call()
    assert desk.injector.done[2:] == ["type hi", "press Enter", "release Enter"]


@pytest.mark.parametrize(
    "steps",
    [
        [],
        "keys",
        [{"wait": 1}],
        [{"wait": -1}, {"keys": "a"}],
        [{"wait": 50}, {"wait": 50}, {"keys": "a"}],
        [{"keys": "a", "while": "held"}],
        [{"sequence": [{"keys": "a"}]}],
        [{"dance": 1}],
        ["a"],
    ],
)
def test_sequences_that_make_no_sense_are_mistakes(steps: object) -> None:
    with pytest.raises(ConfigError) as raised:
        parse({"sequence": steps}, "here")
    assert all(problem.place.startswith("here") for problem in raised.value.problems)
