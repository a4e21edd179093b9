"""A hand before a camera presses keys in real windows; nothing between the camera's bytes and the X server is faked."""

import json
import os
import signal
import time

import pytest
from clip_camera import write_segment
from eventually import eventually
from virtual_display import keys_down

from gesturectl.desktop.x11 import X11Injector
from gesturectl.keys import parse_chord

pytestmark = pytest.mark.display

F5, TAB, CONTROL, SHIFT = 0xFFC2, 0xFF09, 0xFFE3, 0xFFE1
CONTROL_STATE = 4

PROFILE = """
version = 1
[app.reader]
wm_class = "Reader"
[app.editor]
wm_class = "Editor"

[intents]
swipe_left = "turn"
victory = { do = "select", hold = 0.2 }

[profile.reader]
apps = ["reader"]
[profile.reader.actions]
turn = { keys = "F5" }
select = { keys = "Shift", while = "held" }

[profile.editor]
apps = ["editor"]
[profile.editor.actions]
turn = { keys = "Ctrl+Tab" }
"""


@pytest.fixture
def person(user, x):
    """A user at the virtual display, with profiles for two apps."""
    user.env["DISPLAY"] = x
    path = user.profiles / "mine.toml"
    path.write_text(PROFILE)
    path.chmod(0o600)
    return user


@pytest.fixture
def daemon(person, camera):
    """`gesturectl run`, watching a resting hand."""
    process = person.start("run", "--source", camera.url, "--json", "--no-tray")
    person.until(lambda status: status["state"] == "watching" and status["hands"] == ["right"])
    return process


def downs(window, count, timeout_s=6.0):
    """The first `count` presses and releases as pairs of symbol and direction."""
    return [(one.symbol, "down" if one.down else "up") for one in window.pressed(count, timeout_s)]


def nothing(window):
    """Whether a window is left in peace for a while."""
    return window.pressed(1, timeout_s=0.3) == []


def held(window):
    """Wait until Shift is down."""
    assert downs(window, 1) == [(SHIFT, "down")]


def test_the_same_swipe_presses_the_key_of_the_app_that_has_the_focus(person, camera, daemon, open_window, x):
    reader, editor = open_window("Reader"), open_window("Editor")

    reader.focus()
    camera.make("swipe_left")
    assert downs(reader, 2) == [(F5, "down"), (F5, "up")]
    assert nothing(editor)

    editor.focus()
    time.sleep(1)  # rest: a gesture re-arms
    camera.make("swipe_left")
    got = editor.pressed(4, timeout_s=6)
    assert [(one.symbol, one.down) for one in got] == [(CONTROL, True), (TAB, True), (TAB, False), (CONTROL, False)]
    assert got[1].state & CONTROL_STATE
    assert not any(one.synthetic for one in got)  # as a keyboard's: many apps ignore what another client sends
    assert nothing(reader)

    status = person.until(lambda status: status["app"] == "Editor")
    assert status["profile"] == "editor"
    assert person.run("quit").code == 0
    out, err = daemon.communicate(timeout=5)
    begun = [event for event in map(json.loads, out.splitlines()) if event["phase"] == "begin"]
    assert [(event["gesture"], event["action"]) for event in begun] == [
        ("swipe_left", "press F5"), ("swipe_left", "press Ctrl+Tab"),
    ]  # fmt: skip
    assert "Traceback" not in err


def test_a_recording_presses_keys_too(person, open_window, tmp_path):
    editor = open_window("Editor")
    clip = write_segment(tmp_path / "swipe.mp4", "swipe_left")
    ran = person.run("run", "--source", str(clip), "--no-tray")
    assert ran.code == 0, ran.err
    assert [(one.symbol, one.down) for one in editor.pressed(4)] == [
        (CONTROL, True), (TAB, True), (TAB, False), (CONTROL, False),
    ]  # fmt: skip


def test_a_dry_run_presses_nothing(person, open_window, tmp_path):
    editor = open_window("Editor")
    clip = write_segment(tmp_path / "swipe.mp4", "swipe_left")
    ran = person.run("run", "--source", str(clip), "--no-tray", "--dry-run")
    assert "press Ctrl+Tab" in ran.out
    assert nothing(editor)


def test_a_key_is_held_for_as_long_as_the_pose(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    time.sleep(1.5)
    assert keys_down(x) == 1  # still
    camera.let_go("victory")
    assert downs(reader, 1) == [(SHIFT, "up")]
    assert keys_down(x) == 0


def test_a_pause_releases_what_is_held(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    assert person.run("pause").code == 0
    assert keys_down(x) == 0
    assert downs(reader, 1) == [(SHIFT, "up")]
    assert daemon.poll() is None


def test_a_hand_that_is_gone_releases_what_it_held(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    camera.play(0, 200)  # the clip begins before the hand comes into view
    assert downs(reader, 1) == [(SHIFT, "up")]
    assert person.until(lambda status: status["hands"] == [])["state"] == "watching"
    assert keys_down(x) == 0


def test_another_profile_releases_what_is_held(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    assert person.run("profile", "editor").code == 0
    assert keys_down(x) == 0
    assert downs(reader, 1) == [(SHIFT, "up")]


def test_a_lost_camera_releases_what_is_held(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    camera.unplug()
    assert downs(reader, 1) == [(SHIFT, "up")]
    status = person.until(lambda status: status["state"] == "waiting for the camera")
    assert status["reason"]


def test_a_vision_that_is_killed_releases_what_is_held_and_comes_back(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    before = person.until(lambda status: status["vision"])["vision"]
    os.kill(before["pid"], signal.SIGKILL)
    assert downs(reader, 1) == [(SHIFT, "up")]
    assert keys_down(x) == 0
    after = person.until(lambda status: status["vision"]["restarts"] == 1 and status["state"] == "watching")
    assert after["pid"] == daemon.pid
    assert after["vision"]["pid"] != before["pid"]
    time.sleep(1)
    assert keys_down(x) == 0, "the pose was there already: it presses nothing"
    camera.let_go("victory")
    time.sleep(1)
    camera.make("swipe_left")
    person.until(lambda status: (status["last_event"] or {}).get("gesture") == "swipe_left")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_releases_what_is_held(number, person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    daemon.send_signal(number)
    _, err = daemon.communicate(timeout=5)
    assert daemon.returncode == 0
    assert downs(reader, 1) == [(SHIFT, "up")]
    assert keys_down(x) == 0
    assert "Traceback" not in err
    assert list(person.runtime.iterdir()) == []


def test_killed_while_it_holds_a_key_it_leaves_none_down(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    camera.hold("victory")
    held(reader)
    assert keys_down(x) == 1
    daemon.kill()
    assert downs(reader, 1) == [(SHIFT, "up")]
    assert keys_down(x) == 0
    daemon.communicate(timeout=5)  # its guard has ended, too: nobody else has our end of the pipes


def test_an_x_server_that_is_restarted_is_used_again(user, camera, start_x_server):
    server, user.env["DISPLAY"] = start_x_server()
    path = user.profiles / "mine.toml"
    path.write_text(
        'version = 1\n[intents]\nvictory = { do = "select", hold = 0.2 }\n'
        '[profile.default.actions]\nselect = { keys = "Shift", while = "held" }\n'
    )
    path.chmod(0o600)
    daemon = user.start("run", "--source", camera.url, "--json", "--no-tray")
    user.until(lambda status: status["state"] == "watching" and status["hands"] == ["right"])
    camera.hold("victory")
    assert eventually(lambda: keys_down(user.env["DISPLAY"]) == 1)

    server.kill()
    server.wait(10)
    status = user.until(lambda status: "the X server is gone" in status["reason"])
    assert status["state"] == "watching"
    camera.let_go("victory")

    start_x_server(user.env["DISPLAY"])
    user.until(lambda status: not status["reason"])
    assert keys_down(user.env["DISPLAY"]) == 0
    time.sleep(1)  # rest: a gesture re-arms
    camera.hold("victory")
    assert eventually(lambda: keys_down(user.env["DISPLAY"]) == 1)
    assert user.run("quit").code == 0
    _, err = daemon.communicate(timeout=5)
    assert keys_down(user.env["DISPLAY"]) == 0
    assert "Traceback" not in err
    assert err.count("the X server is gone") == 1


def test_the_panic_chord_stops_everything(person, camera, daemon, open_window, x):
    reader = open_window("Reader")
    person.until(lambda status: status["panic_chord"] == "Ctrl+Alt+Super+Esc")
    camera.hold("victory")
    held(reader)
    keyboard = X11Injector()  # another program's, as good as a person's
    keyboard.tap(parse_chord("Ctrl+Alt+Super+Esc"))
    status = person.until(lambda status: status["state"] == "paused")
    assert "Ctrl+Alt+Super+Esc was pressed" in status["reason"]
    assert keys_down(x) == 0
    assert (SHIFT, "up") in downs(reader, 12, timeout_s=1)
    keyboard.close()
    assert person.run("resume").code == 0
    person.until(lambda status: status["state"] == "watching")

    assert person.run("settings", "panic_chord", "none").code == 0
    person.until(lambda status: status["panic_chord"] == "none (switched off)")
