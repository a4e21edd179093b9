"""The menu as data."""

from dataclasses import replace

import pytest

from gesturectl.daemon.broadcast import Progress, SettingsChanged, StatusChanged
from gesturectl.daemon.control import COMMANDS
from gesturectl.daemon.performer import Report
from gesturectl.daemon.status import Status
from gesturectl.settings import Settings
from gesturectl.types import GestureEvent, Phase
from gesturectl.ui.icons import Look
from gesturectl.ui.tray.deeds import Ask, DeleteGesture, OpenPage, StartAtLogin
from gesturectl.ui.tray.face import Face
from gesturectl.ui.tray.menu import Item, Menu, View, build, status_line

STATUS = Status(state="watching", fps=29.6, profile="browser", profiles=["default"], gestures=["fist", "snap"])
VIEW = View(status=STATUS, commands=frozenset(COMMANDS), at_login=False)


def entry(view: View, *keys: str) -> Item:
    """An entry by the keys on the way to it."""
    menu: Menu = build(view)
    for key in keys[:-1]:
        menu = next(item for item in menu if item.key == key).children
    return next(item for item in menu if item.key == keys[-1])


def with_status(**values: object) -> View:
    return replace(VIEW, status=replace(STATUS, **values))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "Watching · browser · 30 fps"),
        ({"arming": True}, "Watching · browser · 30 fps · not armed"),
        ({"armed": True}, "Watching · browser · 30 fps · armed"),
        ({"dry_run": True}, "Watching · browser · 30 fps · dry run"),
        ({"state": "paused"}, "Paused"),
        ({"state": "waiting for the camera"}, "Waiting for the camera"),
    ],
)
def test_the_first_line_says_what_it_does(values, line):
    assert status_line(with_status(**values)) == line
    assert build(with_status(**values))[0].label == line


def test_keys_are_unique_among_siblings():
    def check(menu: Menu) -> None:
        keys = [item.key for item in menu]
        assert len(set(keys)) == len(keys)
        for item in menu:
            check(item.children)

    check(build(with_status(profiles=["line", "automatic"], gestures=["line", "fist"], reason="no", picture="dark")))


def test_every_command_of_the_menu_can_be_asked():
    def asks(menu: Menu) -> set[str]:
        found = {item.deed.command for item in menu if isinstance(item.deed, Ask)}
        return found.union(*(asks(item.children) for item in menu))

    training = replace(VIEW, training=Progress("training", "running"))
    names = asks(build(VIEW)) | asks(build(training)) | asks(build(with_status(state="paused")))
    assert names == {
        "pause", "resume", "arming", "pointer", "not-this", "profile", "gestures", "settings", "quit",
        "retrain", "cancel_retrain", "rollback",
    }  # fmt: skip
    assert names <= set(COMMANDS)


def test_what_the_daemon_cant_do_is_grey():
    view = replace(VIEW, commands=frozenset({"quit"}), at_login=None)
    assert not entry(view, "retrain").enabled
    assert not entry(view, "studio").enabled
    assert not entry(view, "login").enabled
    assert entry(view, "quit").enabled


def test_pausing_and_arming_are_checks_that_turn_round():
    assert (entry(VIEW, "pause").on, entry(VIEW, "pause").deed) == (False, Ask("pause"))
    paused = with_status(state="paused")
    assert (entry(paused, "pause").on, entry(paused, "pause").deed) == (True, Ask("resume"))
    assert entry(with_status(arming=True), "arming").deed == Ask("arming", {"do": "off"})
    assert entry(with_status(pointer=True), "pointer").deed == Ask("pointer", {"do": "off"})


def test_only_ones_own_gestures_can_be_deleted_and_all_can_be_switched_off():
    assert entry(VIEW, "gestures", "= snap", "delete").deed == DeleteGesture("snap")
    assert [item.key for item in entry(VIEW, "gestures", "= fist").children] == ["try", "takes", "use"]
    off = replace(VIEW, settings=Settings(disabled=("fist",)))
    fist = entry(off, "gestures", "= fist")
    assert fist.label == "fist (off)"
    assert fist.children[2].deed == Ask("gestures", {"do": "enable", "name": "fist"})


def test_a_false_alarm_can_be_told_of_when_there_was_one():
    assert not entry(VIEW, "wrong").enabled
    assert not entry(with_status(last_event={"action": None}), "wrong").enabled
    assert entry(with_status(last_event={"action": "press Space"}), "wrong").enabled


def test_training_is_told_and_can_be_cancelled():
    view = replace(VIEW, training=Progress("training", "running", "epoch 3", 0.25))
    assert entry(view, "training").label == "Training: 25% · epoch 3"
    assert entry(view, "cancel").deed == Ask("cancel_retrain")
    assert not entry(view, "rollback").enabled


def test_a_gesture_is_recorded_on_the_page_and_starting_at_login_turns_round():
    assert entry(VIEW, "record").deed == OpenPage("record")
    assert entry(VIEW, "login").deed == StartAtLogin(True)
    assert entry(replace(VIEW, at_login=True), "login").deed == StartAtLogin(False)


def test_reasons_are_told_in_one_short_line():
    view = with_status(state="waiting for the camera", reason="camera: there is none.\n" + "word " * 40)
    assert entry(view, "reason").label == "camera: there is none."
    long = with_status(profile_trouble="x" * 200)
    assert len(entry(long, "mistakes").label) <= 48


def fired(phase=Phase.BEGIN, action="press Space"):
    return Report(GestureEvent("fist", "right", phase, 0.9, 0), action)


@pytest.mark.parametrize(
    ("values", "look"),
    [
        ({}, Look.WATCHING),
        ({"hands": ["left"]}, Look.HAND),
        ({"hands": ["left"], "armed": True}, Look.ARMED),
        ({"state": "paused"}, Look.PAUSED),
        ({"state": "waiting for the camera"}, Look.NO_CAMERA),
        ({"state": "failed"}, Look.ERROR),
        ({"state": "starting"}, Look.WATCHING),
    ],
)
def test_the_look_tells_the_state(values, look):
    face = Face(VIEW)
    face.hear(StatusChanged(replace(STATUS, **values)), 0)
    assert face.appearance(0).look is look


def test_it_flashes_only_when_something_was_done():
    face = Face(VIEW)
    face.hear(fired(action=None), 0)
    face.hear(fired(phase=Phase.END), 0)
    assert face.appearance(0).look is Look.WATCHING
    assert face.due_s(0) is None
    face.hear(fired(), 10.0)
    assert face.appearance(10.1).look is Look.FIRED
    due_s = face.due_s(10.1)
    assert due_s is not None
    assert face.appearance(10.1 + due_s + 0.001).look is Look.WATCHING


def test_recording_and_training_show_until_they_end():
    face = Face(VIEW)
    face.hear(Progress("training", "running", fraction=0.52), 0)
    assert (face.appearance(0).look, face.appearance(0).progress) == (Look.TRAINING, 0.5)
    face.hear(Progress("recording", "running"), 0)
    assert face.appearance(0).look is Look.RECORDING
    face.hear(Progress("recording", "cancelled"), 0)
    face.hear(Progress("training", "failed", "no takes"), 0)
    assert face.appearance(0).look is Look.WATCHING


def test_settings_are_shown_as_they_are_now():
    face = Face(VIEW)
    face.hear(SettingsChanged(Settings(sound=True)), 0)
    assert entry(face.view, "feedback", "sound").on
    assert not entry(replace(face.view, cant=frozenset({"overlay"})), "feedback", "overlay").enabled
