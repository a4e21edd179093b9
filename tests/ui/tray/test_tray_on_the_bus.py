"""The tray over a real message bus: a small panel of ours reads the icon, walks the menu and clicks."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from eventually import eventually
from panel import ITEM, MENU, Panel

from gesturectl.daemon.broadcast import Broadcast, Progress, StatusChanged
from gesturectl.daemon.performer import Report
from gesturectl.daemon.status import Status
from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DesktopError
from gesturectl.settings import Settings
from gesturectl.types import GestureEvent, Phase
from gesturectl.ui.icons import Look, draw
from gesturectl.ui.tray.status_notifier import StatusNotifier
from gesturectl.ui.tray.tray import Tray

WATCHING = Status(
    state="watching",
    fps=29.7,
    profile="browser",
    profiles=["default", "browser", "video"],
    gestures=["swipe_left", "fist", "my snap"],
)
COMMANDS = frozenset({"status", "pause", "resume", "profile", "arming", "settings", "gestures", "quit"})


class Running:
    """A tray at work, with everything that was asked of the daemon."""

    def __init__(self, **settings: Any) -> None:
        self.broadcast = Broadcast()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refusal: DesktopError | None = None
        self.tray = Tray(StatusNotifier, self._ask, self.broadcast, COMMANDS, Settings(**settings))
        self.thread = threading.Thread(target=self.tray.run)
        self.thread.start()

    def _ask(self, command: str, arguments: Any) -> dict[str, Any]:
        self.asked.append((command, dict(arguments)))
        if self.refusal is not None:
            raise self.refusal
        return {}

    def tell(self, **status: Any) -> None:
        self.broadcast.publish(StatusChanged(replace(WATCHING, **status)))

    def close(self) -> None:
        self.tray.stop()
        self.thread.join(5)
        assert not self.thread.is_alive()


@pytest.fixture
def panel(serve: Any) -> Iterator[Panel]:
    panel = Panel(serve)
    yield panel
    panel.close()


@pytest.fixture
def running(panel: Panel) -> Iterator[Running]:
    running = Running()
    assert eventually(lambda: panel.icons)
    assert eventually(lambda: running.broadcast.wanted(StatusChanged))
    running.tell()
    assert eventually(lambda: panel.menu().labels[0].startswith("Watching"))
    yield running
    running.close()


def test_a_panel_finds_the_icon_and_its_menu(panel: Panel, running: Running):
    looks = panel.looks()
    assert looks["Id"] == "gesturectl"
    assert looks["Menu"] == "/MenuBar"
    assert looks["ItemIsMenu"] is True
    assert looks["Title"] == "gesturectl"
    assert looks["ToolTip"][2:] == ["gesturectl", "Watching · browser · 30 fps"]
    width, height, pixels = looks["IconPixmap"][0]
    rgba = draw(Look.WATCHING, 16)
    assert (width, height) == (16, 16)
    assert bytes(pixels) == rgba[..., [3, 0, 1, 2]].tobytes()


def test_the_menu_has_everything(panel: Panel, running: Running):
    labels = panel.menu().labels
    assert labels[0] == "Watching · browser · 30 fps"
    for wanted in ("Pause", "Profile", "Gestures", "Record new gesture…", "Retrain", "Studio…", "Doctor…", "Quit"):
        assert wanted in labels


def test_a_click_asks_the_daemon(panel: Panel, running: Running):
    panel.click("Pause")
    assert eventually(lambda: running.asked == [("pause", {})])
    running.tell(state="paused")
    assert eventually(lambda: panel.menu().find("Pause").told["toggle-state"] == 1)
    panel.click("Pause")
    assert eventually(lambda: running.asked[-1] == ("resume", {}))


def test_clicks_may_come_in_groups_as_some_panels_send_them(panel: Panel, running: Running):
    panel.click("Quit", grouped=True)
    assert eventually(lambda: running.asked == [("quit", {})])


def test_a_profile_is_fixed_in_a_submenu_of_radios(panel: Panel, running: Running):
    profiles = panel.menu().find("Profile")
    assert profiles.told["children-display"] == "submenu"
    assert [entry.told.get("toggle-type") for entry in profiles.children] == ["radio", None, "radio", "radio", "radio"]
    assert profiles.find("By the focused app").told["toggle-state"] == 1
    panel.click("Profile", "video")
    assert eventually(lambda: running.asked == [("profile", {"name": "video"})])
    running.tell(profile="video", profile_fixed=True)
    assert eventually(lambda: panel.menu().find("Profile", "video").told["toggle-state"] == 1)
    assert panel.menu().find("Profile", "By the focused app").told["toggle-state"] == 0


def test_names_keep_their_underscores_and_a_gesture_can_be_switched_off(panel: Panel, running: Running):
    assert "swipe_left" in panel.menu().find("Gestures").labels
    panel.click("Gestures", "swipe_left", "In use")
    assert eventually(lambda: running.asked == [("gestures", {"do": "disable", "name": "swipe_left"})])


def test_what_cant_be_done_is_grey_and_a_click_on_it_does_nothing(panel: Panel, running: Running):
    assert panel.menu().find("Retrain").told["enabled"] is False
    panel.click("Retrain")
    panel.click("Pause")
    assert eventually(lambda: running.asked == [("pause", {})])


def test_live_text_changes_entries_in_place(panel: Panel, running: Running):
    before = panel.menu()
    panel.signals.clear()
    running.tell(fps=12.0)
    assert eventually(lambda: "ItemsPropertiesUpdated" in panel.listen())
    assert "LayoutUpdated" not in panel.listen()
    after = panel.menu()
    assert after.labels[0] == "Watching · browser · 12 fps"
    assert after.children[0].number == before.children[0].number


def test_entries_that_come_and_go_renew_the_layout_and_keep_their_numbers(panel: Panel, running: Running):
    number = panel.menu().find("Quit").number
    panel.signals.clear()
    running.tell(gestures=["fist"], state="waiting for the camera", reason="camera: there is none. Plug one in.")
    assert eventually(lambda: "LayoutUpdated" in panel.listen())
    menu = panel.menu()
    assert menu.labels[1] == "camera: there is none. Plug one in."
    assert menu.find("Gestures").labels == ["fist"]
    assert menu.find("Quit").number == number


def test_the_icon_follows_the_state_and_flashes_when_a_gesture_acts(panel: Panel, running: Running):
    def shows(look: Look, progress: float = 0.0) -> bool:
        return bytes(panel.looks()["IconPixmap"][0][2]) == draw(look, 16, progress)[..., [3, 0, 1, 2]].tobytes()

    running.tell(hands=["right"])
    assert eventually(lambda: shows(Look.HAND))
    running.broadcast.publish(Report(GestureEvent("fist", "right", Phase.BEGIN, 0.9, 0), "press Right"))
    assert eventually(lambda: shows(Look.FIRED))
    assert eventually(lambda: shows(Look.HAND))
    running.broadcast.publish(Progress("training", "running", "epoch 3 of 6", 0.5))
    assert eventually(lambda: shows(Look.TRAINING, 0.5))
    assert panel.menu().find("Training").label == "Training: 50% · epoch 3 of 6"
    running.broadcast.publish(Progress("training", "done"))
    assert eventually(lambda: shows(Look.HAND))
    assert "NewIcon" in panel.listen()


def test_what_was_asked_for_is_told_when_it_is_over_or_refused(panel: Panel, running: Running, serve: Any):
    notes: list[str] = []

    def answer(message: Any) -> Any:
        if message.member != "Notify":
            return None
        notes.append(message.body[4])
        return "u", [1]

    serve("org.freedesktop.Notifications", answer)
    running.broadcast.publish(Progress("training", "done", "91 % before, 94 % now; in use"))
    assert eventually(lambda: notes == ["Training: 91 % before, 94 % now; in use"])
    running.refusal = DesktopError("rollback", "there is no previous model")
    panel.click("Pause")
    assert eventually(lambda: notes[1:] == ["rollback: there is no previous model"])


def test_a_panel_that_restarts_gets_the_icon_again(panel: Panel, running: Running):
    panel.restart()
    assert eventually(lambda: panel.icons)
    assert panel.menu().find("Quit")


def test_a_panel_that_starts_late_gets_it_too(serve: Any):
    running = Running()
    panel = None
    try:
        assert eventually(lambda: running.broadcast.wanted(StatusChanged))
        panel = Panel(serve)
        assert eventually(lambda: panel.icons)
    finally:
        running.close()
        if panel is not None:
            panel.close()


def test_it_hides_and_comes_again_as_the_setting_says(panel: Panel, running: Running):
    from gesturectl.daemon.broadcast import SettingsChanged

    running.broadcast.publish(SettingsChanged(Settings(tray=False)))
    name = panel.icons[0]
    assert eventually(lambda: not panel._bus.has_owner(name))
    panel.icons.clear()
    running.broadcast.publish(SettingsChanged(Settings(tray=True)))
    assert eventually(lambda: panel.icons)


@pytest.mark.parametrize(
    ("path", "interface", "member", "signature", "body"),
    [
        ("/MenuBar", MENU, "GetLayout", "iias", (9999, -1, [])),
        ("/MenuBar", MENU, "GetProperty", "is", (0, "nonsense")),
        ("/MenuBar", MENU, "Nonsense", "", ()),
        ("/StatusNotifierItem", ITEM, "Nonsense", "", ()),
        ("/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", "ss", (ITEM, "Nonsense")),
        ("/Nowhere", ITEM, "Activate", "ii", (0, 0)),
        ("/MenuBar", MENU, "GetLayout", "s", ("wrong types",)),
        ("/MenuBar", MENU, "Event", "i", (1,)),
    ],
)
def test_nonsense_is_refused_and_nothing_breaks(
    panel: Panel, running: Running, path, interface, member, signature, body
):
    with pytest.raises(DesktopError):
        panel.call(path, interface, member, signature, *body)
    panel.click("Pause")
    assert eventually(lambda: running.asked == [("pause", {})])


def test_the_other_ways_to_read_a_menu_agree(panel: Panel, running: Running):
    quit_ = panel.menu().find("Quit")
    assert panel._ask("GetProperty", "is", quit_.number, "label") == ["Quit"]
    assert panel._ask("GetGroupProperties", "aias", [quit_.number], ["label"]) == [[[quit_.number, {"label": "Quit"}]]]
    assert len(panel._ask("GetGroupProperties", "aias", [], [])[0]) > 20
    assert panel._ask("AboutToShow", "i", 0) == [False]
    assert panel._ask("AboutToShowGroup", "ai", [0, 9999]) == [[], [9999]]
    _, top = panel._ask("GetLayout", "iias", 0, 1, ["label"])
    assert all(child[2] == [] for child in top[2])


def test_the_middle_button_pauses(panel: Panel, running: Running):
    panel.call("/StatusNotifierItem", ITEM, "SecondaryActivate", "ii", 0, 0)
    assert eventually(lambda: running.asked == [("pause", {})])


def test_a_panel_is_worth_more_than_none(panel: Panel):
    assert StatusNotifier.rank() == 80


def test_without_a_panel_it_waits_for_one(bus: str):
    assert StatusNotifier.rank() == 10
    assert "no panel" in StatusNotifier().words


def test_without_a_bus_it_says_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    rank = StatusNotifier.rank()
    assert isinstance(rank, Unavailable)
    assert "can't be reached" in rank.reason
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    rank = StatusNotifier.rank()
    assert isinstance(rank, Unavailable)
    assert "D-Bus" in rank.reason
