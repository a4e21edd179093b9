"""What people and their scripts do to a program without meaning harm: pipes, signals, odd machines, twice at once."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clip_camera import write_segment

from gesturectl import paths
from gesturectl.daemon import endpoint

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals, pipes and sockets as on Unix")

CLIP = paths.asset("demo.mp4")


@pytest.fixture
def swipe(user):
    """A recording of two seconds with one swipe."""
    return str(write_segment(user.home / "swipe.mp4", "swipe_left"))


def on_time(process):
    """Exit code and stderr of a process that ends within two seconds; the machine may be busy."""
    _, err = process.communicate(timeout=5)
    return process.returncode, err


# ---- output


def test_a_reader_who_has_enough_ends_a_recording_quietly(user, swipe):
    reading, writing = os.pipe()
    os.close(reading)
    process = user.start("run", "--source", swipe, "--dry-run", "--json", "--fast", stdout=writing)
    os.close(writing)
    code, err = on_time(process)
    assert code == 0
    assert err.count("\n") == 1  # the line of what was found


def test_a_reader_who_has_enough_ends_the_daemon(user, camera):
    reading, writing = os.pipe()
    process = user.start("run", "--source", camera.url, "--json", stdout=writing)
    os.close(writing)
    user.until(lambda status: status["hands"] == ["right"])
    os.close(reading)
    camera.make("swipe_left")
    code, err = on_time(process)
    assert code == 0
    assert "rror" not in err
    assert list(user.runtime.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_said(user, swipe):
    with Path("/dev/full").open("w") as full:
        ran = user.run("run", "--source", swipe, "--dry-run", "--json", "--fast", stdout=full)
    assert ran.code == 1
    assert ran.err.splitlines()[1:] == [
        "gesturectl: standard output: the disk is full. Free some space and try again.",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_doesnt_end_the_daemon(user, camera):
    with Path("/dev/full").open("w") as full:
        process = user.start("run", "--source", camera.url, "--json", stdout=full)
    user.until(lambda status: status["hands"] == ["right"])
    camera.make("swipe_left")
    user.until(lambda status: status["last_event"])
    assert user.run("quit").code == 0
    code, err = on_time(process)
    assert code == 0
    assert "it can't be written" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("coding", ["ascii", "latin-1"])
def test_an_old_terminal_gets_what_it_can_write(user, swipe, coding):
    user.env["PYTHONIOENCODING"] = coding
    ran = user.run("run", "--source", swipe, "--dry-run", "--fast")
    assert ran.code == 0, ran.err
    assert "1 gestures in" in ran.out
    assert user.run("doctor").code in (0, 1)
    assert user.run("models").code in (0, 1)


def test_json_loses_no_letter_on_an_old_terminal(user):
    (user.profiles / "mine.toml").write_text('version = 1\n[profile."müde"]\napps = []\n', encoding="utf-8")
    (user.profiles / "mine.toml").chmod(0o600)
    user.env["PYTHONIOENCODING"] = "ascii"
    ran = user.run("profiles", "list", "--json")
    assert "müde" in [profile["name"] for profile in json.loads(ran.out)["profiles"]], ran.err


def test_without_stderr_stdout_still_has_json_only(user):
    started = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m gesturectl.cli run --source nowhere.mp4 --json 2>&-'],
        env=user.env, cwd=user.home, stdout=subprocess.PIPE, text=True, timeout=30,
    )  # fmt: skip
    assert started.returncode == 4
    assert [json.loads(line)["type"] for line in started.stdout.splitlines()] == ["error"]


# ---- signals


@pytest.mark.parametrize(
    ("words", "number", "code"),
    [
        (["run", "--source", str(CLIP), "--dry-run"], signal.SIGTERM, 143),
        (["demo"], signal.SIGTERM, 143),
        (["demo"], signal.SIGINT, 130),
    ],
    ids=["run, SIGTERM", "demo, SIGTERM", "demo, Ctrl-C"],
)
def test_a_signal_ends_it_at_any_moment_without_a_trace(user, words, number, code):
    folders = {"config", "data", "state", "runtime"}
    for delay_s in (0.15, 0.3, 1.2):
        process = user.start(*words)
        time.sleep(delay_s)
        process.send_signal(number)
        ended, err = on_time(process)
        assert "Traceback" not in err, delay_s
        # A signal before our first line is Python's and the system's own affair.
        assert ended in (code, -number), delay_s
        assert {path.name for path in user.home.iterdir()} == folders, delay_s
    assert ended == code


# ---- twice, killed, starting


def test_a_second_daemon_is_refused_and_the_first_goes_on(user, camera):
    first = user.start("run", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching")
    second = user.run("run", "--source", camera.url)
    assert second.code == 7
    assert second.err.startswith(f"gesturectl: gesturectl run: it is already running as process {first.pid}")
    assert second.err.count("\n") == 1
    assert user.until(lambda status: True)["pid"] == first.pid


def test_of_two_started_at_once_one_runs(user, camera):
    both = [user.start("run", "--source", camera.url) for _ in range(2)]
    user.until(lambda status: status["state"] == "watching")
    deadline_s = time.monotonic() + 5
    while all(process.poll() is None for process in both) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert sorted(process.poll() is None for process in both) == [False, True]
    assert [process.returncode for process in both if process.poll() is not None] == [7]


def test_a_killed_daemon_leaves_nothing_in_the_way_of_the_next(user, camera):
    killed = user.start("run", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching")
    killed.kill()
    killed.communicate()
    assert (user.runtime / endpoint.NAME).exists()  # stale
    asked = user.run("status")
    assert (asked.code, "isn't running" in asked.err) == (7, True)
    user.start("run", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching" and status["pid"] != killed.pid)
    assert user.run("quit").code == 0
    assert list(user.runtime.iterdir()) == []


def test_asking_while_it_starts_gets_an_answer_or_a_plain_no(user, camera):
    user.start("run", "--source", camera.url)
    answers = set()
    deadline_s = time.monotonic() + 20
    while "watching" not in answers and time.monotonic() < deadline_s:
        ran = user.run("status", "--json")
        assert ran.code in (0, 7), ran.err
        assert "Traceback" not in ran.err
        answers.add(json.loads(ran.out).get("state", "not running"))
    assert "watching" in answers
    assert answers <= {"not running", "starting", "watching"}


def test_quitting_twice_at_once_is_no_accident(user, camera):
    daemon = user.start("run", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching")
    both = [user.start("quit") for _ in range(2)]
    codes = sorted(process.wait(10) for process in both)
    assert codes in ([0, 0], [0, 7])
    assert on_time(daemon)[0] == 0
    assert all("didn't answer" not in process.communicate()[1] for process in both)


# ---- odd machines


def test_without_a_home_or_any_variable_a_recording_plays(user, swipe):
    user.env.clear()
    ran = user.run("run", "--source", swipe, "--dry-run", "--fast")
    assert ran.code == 0, ran.err


def test_a_folder_that_is_gone_is_said(user):
    gone = 'mkdir gone; cd gone; rmdir ../gone; exec "$0" -m gesturectl.cli run --source clip.mp4'
    ran = subprocess.run(
        ["sh", "-c", gone, sys.executable], env=user.env, cwd=user.home, capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert ran.returncode == 4
    assert "it can't be looked up" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_folders_that_cant_be_written_cost_the_log_and_no_more(user, camera):
    (user.home / "file").touch()
    user.env |= {name: str(user.home / "file") for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    process = user.start("run", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching")
    assert user.run("quit").code == 0
    code, err = on_time(process)
    assert code == 0
    assert "no log is kept" in err
    assert "Traceback" not in err


def test_a_runtime_folder_with_too_long_a_name_is_said(user):
    user.env["XDG_RUNTIME_DIR"] = str(user.home / ("x" * 120))
    ran = user.run("run", "--source", "0")
    assert ran.code == 7
    assert "Set XDG_RUNTIME_DIR to a short path" in ran.err
    assert "Traceback" not in ran.err


def test_nonsense_on_the_socket_is_answered_and_the_daemon_goes_on(user, camera):
    user.start("run", "--source", camera.url)
    user.until(lambda status: status["state"] == "watching")
    for nonsense in (b"\n", b"\xff\x00\n", b"[" * 60_000 + b"\n", b'{"command": "profile", "name": {"a": 1}}\n',
                     b'{"command": "profile", "name": "%s"}\n' % (b"x" * 5_000)):  # fmt: skip
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(user.runtime / endpoint.NAME))
            client.sendall(nonsense)
            assert client.makefile().readline().startswith('{"ok": false')
    assert user.run("profile", "p" * 3_000).code == 2
    assert user.until(lambda status: True)["state"] == "watching"
