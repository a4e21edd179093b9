"""Being told to end, and starting processes of our own."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import pytest

from gesturectl.process import Ended, endable, heed, python_command


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


def test_a_process_of_ours_finds_modules_where_this_one_does(tmp_path, monkeypatch) -> None:
    (tmp_path / "only_here.py").write_text("import sys; print(__name__, *sys.argv[1:])")
    monkeypatch.syspath_prepend(str(tmp_path))
    ran = subprocess.run([*python_command("only_here"), "one", "two"], capture_output=True, text=True, check=True)
    assert ran.stdout == "__main__ one two\n"


def test_hushed_is_what_native_libraries_say_and_nothing_of_ours():
    code = (
        "import os, sys\n"
        "from gesturectl.process import hushed\n"
        "with hushed():\n"
        "    os.write(2, b'chatter\\n')\n"
        "    print('ours', file=sys.stderr)\n"
        "os.write(2, b'native again\\n')\n"
        "print('ours again', file=sys.stderr)\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
    assert sorted(told.splitlines()) == ["native again", "ours", "ours again"]
