"""Being told to end."""

import os
import signal
from contextlib import suppress

import pytest

from gesturectl.process import Ended, endable, heed


def test_a_signal_whose_exception_got_lost_is_heeded_later() -> None:
    with pytest.raises(Ended) as ended, endable():
        with suppress(Ended):  # as a native module's callback would
            os.kill(os.getpid(), signal.SIGTERM)
        heed()
    assert ended.value.exit_code == 128 + signal.SIGTERM


def test_nothing_is_heeded_that_was_heard_before() -> None:
    with pytest.raises(Ended), endable():
        os.kill(os.getpid(), signal.SIGTERM)
    with endable():
        heed()
