"""A mistake of ours: one line for the person, a report that stays here, and nothing of theirs in it."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gesturectl import cli, crashes, paths
from gesturectl.daemon import logs, stage
from gesturectl.errors import GesturectlError
from gesturectl.verbs import status

TYPED = "hunter2 my password"
JOINTS = [0.123456, 0.654321]


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "state_dir", lambda: tmp_path / "state")
    monkeypatch.setattr("pathlib.Path.home", lambda: Path(crashes.__file__).parent.parent)
    monkeypatch.setattr("getpass.getuser", lambda: "janedoe")
    monkeypatch.setattr("socket.gethostname", lambda: "janes-laptop")
    monkeypatch.setenv("GESTURECTL_SECRET", "from the environment")
    yield tmp_path / "state"
    crashes.keep_in(None)


def broken(_=None):
    typed, joints = TYPED, JOINTS
    try:
        {}[typed]
    except KeyError as error:
        raise ValueError(f"can't press {typed!r} of janedoe at {joints}") from error


def reports(state):
    return sorted((state / crashes.FOLDER).glob("*.txt"))


def test_a_verb_that_fails_by_our_mistake_ends_with_one_line_and_a_report(state, monkeypatch, capsys):
    monkeypatch.setattr(status, "run", broken)
    assert cli.main(["status"]) == GesturectlError.exit_code == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "a mistake of the program (ValueError)" in err
    assert "gesturectl doctor --report" in err
    assert "sent nowhere" in err
    (report,) = reports(state)
    assert str(report) in err


def test_with_json_it_is_an_error_like_others(state, monkeypatch, capsys):
    monkeypatch.setattr(status, "run", broken)
    assert cli.main(["status", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["type"], told["exit_code"]) == ("error", 1)
    (problem,) = told["problems"]
    assert all(problem[part] for part in ("place", "fact", "remedy"))


def test_a_report_tells_where_and_with_what_and_nothing_of_the_person(state):
    crashes.keep_in(state)
    assert stage.attempt("text", broken) is not None
    (report,) = reports(state)
    told = report.read_text()
    for there in (
        "gesturectl 0",
        "Python 3",
        "numpy",
        "in broken",
        "ValueError: can't press “…”",
        "builtins.KeyError: “…”",
    ):
        assert there in told
    for private in (TYPED, "hunter2", "0.123456", "janedoe", "janes-laptop", "from the environment", str(Path.home())):
        assert private not in told
    if sys.platform != "win32":
        assert stat.S_IMODE(report.parent.stat().st_mode) == 0o700


def test_the_log_and_the_words_for_the_person_hold_nothing_of_it_either(state, capsys):
    path = logs.start_log(state)
    error = stage.attempt("text", broken)
    logs.stop_log()
    for told in (path.read_text(), str(error), capsys.readouterr().err):
        assert "hunter2" not in told
        assert "0.123456" not in told
    assert "Traceback" not in str(error)
    assert "in broken" in path.read_text()


def test_the_same_mistake_again_is_counted_and_other_reports_stay(state):
    crashes.keep_in(state)
    stage.attempt("text", lambda: [][1])
    for _ in range(3):
        stage.attempt("text", broken)
    assert len(reports(state)) == 2
    assert sum("times: 3, first 2" in report.read_text() for report in reports(state)) == 1


def test_the_newest_ten_are_kept(state):
    for number in range(14):
        path = crashes.write(state, f"stage {number}", ValueError())
        os.utime(path, (number, number))
    assert {path.name.split("-")[1] for path in reports(state)} == {str(number) for number in range(4, 14)}
    assert [path.name.split("-")[1] for path in crashes.newest(state, 3)] == ["13", "12", "11"]


def test_a_thread_that_dies_leaves_a_report_and_a_refusal_leaves_none(state):
    logs.start_log(state)
    hook = threading.excepthook
    try:
        thread = threading.Thread(target=broken, name="gesturectl-worker-7")
        thread.start()
        thread.join()
        assert stage.attempt("x", lambda: refuse()) is not None
    finally:
        logs.stop_log()
        threading.excepthook = hook
    (report,) = reports(state)
    assert report.name.startswith("worker-")


def refuse():
    raise GesturectlError("place", "fact", "remedy")


def test_where_no_report_can_be_kept_the_verb_ends_as_well(state, monkeypatch, capsys):
    state.write_text("a file where the folder should be")
    monkeypatch.setattr(status, "run", broken)
    assert cli.main(["status"]) == 1
    err = capsys.readouterr().err
    assert "a mistake of the program" in err
    assert "kept in" not in err


def test_a_recursion_without_end_is_a_report_of_a_bounded_size(state):
    def deeper():
        deeper()

    crashes.keep_in(state)
    stage.attempt("x", deeper)
    (report,) = reports(state)
    assert report.stat().st_size < 20_000


DIES = """
import os, signal, sys
from pathlib import Path
from gesturectl.crashes import native_crashes
with native_crashes(Path(sys.argv[1]), "daemon"):
    os.kill(os.getpid(), getattr(signal, sys.argv[2]))
"""


def die(state, by):
    return subprocess.run([sys.executable, "-c", DIES, str(state), by], check=False, capture_output=True).returncode


@pytest.mark.skipif(sys.platform == "win32", reason="sends the signals that native crashes raise")
@pytest.mark.parametrize("by", ["SIGSEGV", "SIGABRT", "SIGBUS"])
def test_a_crash_of_native_code_leaves_the_stack_of_every_thread(state, by):
    assert die(state, by) == -getattr(signal, by)
    (report,) = crashes.newest(state)
    assert report.name.startswith("daemon-native-")
    told = report.read_text()
    assert "Fatal Python error" in told
    assert 'File "<string>", line 6' in told
    assert reports(state) == [report]
    assert crashes.newest(state) == [report]


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_what_was_killed_and_what_ended_well_leave_nothing(state):
    die(state, "SIGKILL")
    assert len(reports(state)) == 1
    assert crashes.newest(state) == []
    assert reports(state) == []
    with crashes.native_crashes(state, "daemon"):
        assert len(reports(state)) == 1
        assert crashes.newest(state) == []
        assert len(reports(state)) == 1  # it is in use
    assert reports(state) == []


def test_the_doctor_tells_the_newest_reports_and_that_there_are_some(state, monkeypatch, capsys):
    from gesturectl.verbs import doctor

    monkeypatch.setattr(doctor, "CHECKS", {"crashes": doctor.CHECKS["crashes"]})
    assert cli.main(["doctor"]) == 0
    assert "none is known" in capsys.readouterr().out
    for number in range(5):
        path = crashes.write(state, f"stage {number}", ValueError("odd"))
        os.utime(path, (number + 1, number + 1))
    cli.main(["doctor", "--report"])
    told = capsys.readouterr().out
    assert told.count("---- crash report") == 3
    assert "ValueError: odd" in told
    assert "in: stage 4" in told
    assert "in: stage 1" not in told
    cli.main(["doctor"])
    assert "5 reports in" in capsys.readouterr().out
