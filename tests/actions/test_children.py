"""Programs that actions start."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from gesturectl import actions
from gesturectl.actions.base import Stage
from gesturectl.actions.children import SOON_S, Children
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.errors import DesktopError
from gesturectl.process import environment_for_others

needs_a_posix_shell = pytest.mark.skipif(sys.platform == "win32", reason="written for sh")


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def finish(children: Children, timeout_s: float = 5.0) -> list[str]:
    """Poll until every program has ended; what was reported."""
    reports: list[str] = []
    until = time.monotonic() + timeout_s
    while len(children) and time.monotonic() < until:
        children.poll(reports.append)
        time.sleep(0.01)
    assert not len(children)
    return reports


@needs_a_posix_shell
def test_a_program_gets_its_words_unchanged_and_no_shell(tmp_path: Path) -> None:
    children = Children()
    target = tmp_path / "words"
    children.start(
        [sys.executable, "-c", f"import sys; open({str(target)!r}, 'w').write(sys.argv[1])", "$HOME; *"], "run"
    )
    assert finish(children) == []
    assert target.read_text() == "$HOME; *"


@needs_a_posix_shell
def test_a_line_goes_to_the_shell(tmp_path: Path) -> None:
    children = Children()
    children.start(f"echo a | tr a b > {tmp_path}/out", "run")
    assert finish(children) == []
    assert (tmp_path / "out").read_text() == "b\n"


@needs_a_posix_shell
def test_a_program_has_a_session_of_its_own_and_no_file_of_ours(tmp_path: Path) -> None:
    program = "import json, os, sys; print(json.dumps([os.getsid(0), os.getcwd(), sys.stdin.read(), os.listdir(OPEN)]))"
    folder = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
    children = Children()
    with (tmp_path / "ours").open("w") as ours, socket.socket() as talking:
        os.set_inheritable(ours.fileno(), True)
        talking.set_inheritable(True)
        children.start(f"exec {sys.executable} -c '{program}' > {tmp_path}/out".replace("OPEN", f'"{folder}"'), "run")
        assert finish(children) == []
    session, place, given, files = json.loads((tmp_path / "out").read_text())
    assert session != os.getsid(0)
    assert (place, given) == (str(Path.home()), "")
    assert len(files) == 4  # its own three, and the listed folder


_LOADS_ALL = """
import os, sys
import gesturectl.capture.opencv as opencv, onnxruntime
from gesturectl.actions.children import Children
opencv._prepare()
assert os.environ["ORT_DISABLE_TELEMETRY"] and os.environ["OPENBLAS_NUM_THREADS"]
children = Children()
told = "import json, os, sys; json.dump(dict(os.environ), open(sys.argv[1], 'w'))"
children.start([sys.executable, "-c", told, sys.argv[1]], "run")
while len(children):
    children.poll(print)
"""


@needs_a_posix_shell
@pytest.mark.parametrize("said", [{}, {"ORT_DISABLE_TELEMETRY": "1", "OPENBLAS_NUM_THREADS": "3"}], ids=["not", "said"])
def test_a_program_gets_the_environment_that_we_were_given(tmp_path: Path, said: dict[str, str]) -> None:
    """Also once all is loaded that changes it: OpenCV, ONNX Runtime, we ourselves."""
    given = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LD_LIBRARY_PATH": "/mine", "KEPT": "1", **said}
    given |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}
    ours = {**given, "GESTURECTL_LOG": "1"}
    done = subprocess.run(
        [sys.executable, "-c", _LOADS_ALL, tmp_path / "out"], env=ours, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    environment = json.loads((tmp_path / "out").read_text())
    environment.pop("LC_CTYPE", None)  # Python's own, where there is no language
    assert environment == given


def test_a_frozen_program_gives_back_what_its_start_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    started = {"LD_LIBRARY_PATH": "/app", "LD_LIBRARY_PATH_ORIG": "/mine", "_PYI_ARCHIVE_FILE": "x", "KEPT": "1"}
    assert environment_for_others(started) == {"LD_LIBRARY_PATH": "/mine", "KEPT": "1"}
    assert environment_for_others({"LD_LIBRARY_PATH": "/app"}) == {}


@needs_a_posix_shell
def test_a_program_that_fails_soon_is_reported_once() -> None:
    children = Children()
    children.start("exit 3", "run exit 3")
    reports = finish(children)
    assert len(reports) == 1
    assert reports[0].startswith("run exit 3: it ended with exit code 3 after 0.")
    children.poll(reports.append)
    assert len(reports) == 1


@needs_a_posix_shell
def test_a_program_that_is_killed_is_reported_with_its_signal() -> None:
    children = Children()
    children.start("kill -9 $$", "run it")
    assert "was ended by signal 9" in finish(children)[0]


@needs_a_posix_shell
def test_what_ends_long_after_its_start_is_no_failure_of_the_action() -> None:
    clock = Clock()
    children = Children(clock)
    children.start("exit 1", "run exit 1")
    clock.now_s += SOON_S + 1
    assert finish(children) == []


def test_polling_never_waits_for_a_program() -> None:
    children = Children()
    children.start([sys.executable, "-c", "import time; time.sleep(0.4)"], "run")
    start = time.monotonic()
    children.poll(pytest.fail)
    assert time.monotonic() - start < 0.2
    assert len(children) == 1
    finish(children)


def test_a_program_that_isnt_there_is_an_error_at_once() -> None:
    stage = Stage(RecordingInjector(), lambda name: None, lambda: None, pytest.fail)
    with pytest.raises(DesktopError) as caught:
        actions.parse({"run": ["no-such-program-here", "x"]}, "p").begin(stage)
    assert caught.value.place == "run no-such-program-here x"
    assert "can't be started" in caught.value.fact
    assert "PATH" in caught.value.remedy


def test_an_action_hands_its_program_to_the_stage() -> None:
    stage = Stage(RecordingInjector(), lambda name: None, lambda: None, pytest.fail)
    actions.parse({"run": [sys.executable, "-c", "raise SystemExit(5)"]}, "p").begin(stage)
    assert "exit code 5" in finish(stage.children)[0]
