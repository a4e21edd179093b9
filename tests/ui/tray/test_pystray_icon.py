"""The tray through pystray, against a stand-in for it: its real back-ends need Windows, macOS or GTK."""

import sys
import threading
from types import ModuleType, SimpleNamespace

import pytest
from eventually import eventually

from gesturectl.desktop.base import Unavailable
from gesturectl.errors import DesktopError
from gesturectl.ui.icons import Look
from gesturectl.ui.tray import pystray_icon
from gesturectl.ui.tray.base import Appearance
from gesturectl.ui.tray.deeds import Ask
from gesturectl.ui.tray.menu import Item
from gesturectl.ui.tray.pystray_icon import PystrayIcon
from gesturectl.ui.tray.select import choose_tray

MENU = (
    Item("status", "Watching", enabled=False),
    Item("line", kind="separator"),
    Item("pause", "Pause & rest", Ask("pause"), "check", on=True),
    Item("profile", "Profile", children=(Item("video", "video", Ask("profile", {"name": "video"}), "radio"),)),
)
FIRST = Appearance(Look.WATCHING, 0.0, "Watching", MENU)


class FakeItem:
    """One entry, made with pystray's own arguments."""

    def __init__(self, text, action, checked=None, radio=False, enabled=True):
        self.text, self.action, self.radio, self.enabled = text, action, radio, enabled
        self.checked = checked(self) if checked else None

    def click(self):
        self.action(None, self)


class FakeMenu(tuple):
    """A menu of them."""

    SEPARATOR = "-"

    def __new__(cls, *items):
        return super().__new__(cls, items)


class FakeIcon:
    """Runs until it is stopped."""

    HAS_MENU = HAS_NOTIFICATION = True
    last = None

    def __init__(self, name, icon, title, menu):
        self.icon, self.title, self.menu, self.visible, self.updates = icon, title, menu, False, 0
        self._end = threading.Event()
        FakeIcon.last = self

    def run(self, setup):
        setup(self)
        self._end.wait(10)

    def notify(self, text, title):
        self.told = (title, text)

    def update_menu(self):
        self.updates += 1

    def stop(self):
        self._end.set()


@pytest.fixture
def pystray(monkeypatch):
    module = ModuleType("pystray")
    icon = type("Icon", (FakeIcon,), {"__module__": "pystray._gtk"})
    module.__dict__.update(Icon=icon, Menu=FakeMenu, MenuItem=FakeItem)
    monkeypatch.setitem(sys.modules, "pystray", module)
    monkeypatch.setattr(pystray_icon, "_has_gtk", lambda: True)
    monkeypatch.setenv("DISPLAY", ":9")
    return module


@pytest.fixture
def shown(pystray):
    """An icon that is shown, with the deeds that were chosen."""
    chosen = []
    backend = PystrayIcon()
    thread = threading.Thread(target=backend.run, args=(FIRST, chosen.append))
    thread.start()
    assert eventually(lambda: FakeIcon.last is not None and FakeIcon.last.visible)
    yield SimpleNamespace(backend=backend, icon=FakeIcon.last, chosen=chosen)
    backend.stop()
    thread.join(5)
    assert not thread.is_alive()
    FakeIcon.last = None


def test_the_menu_is_translated_and_clicks_are_told(shown):
    status, line, pause, profile = shown.icon.menu
    assert (status.text, status.enabled, status.action) == ("Watching", False, None)
    assert line == "-"
    assert pause.checked is True
    assert profile.action[0].radio is True
    pause.click()
    profile.action[0].click()
    assert shown.chosen == [Ask("pause"), Ask("profile", {"name": "video"})]


def test_only_what_changed_is_touched(shown):
    picture, menu = shown.icon.icon, shown.icon.menu
    shown.backend.show(Appearance(Look.WATCHING, 0.0, "Paused", MENU))
    assert shown.icon.title == "gesturectl: Paused"
    assert (shown.icon.icon is picture, shown.icon.menu is menu, shown.icon.updates) == (True, True, 0)
    shown.backend.show(Appearance(Look.PAUSED, 0.0, "Paused", MENU[:1]))
    assert shown.icon.icon is not picture
    assert shown.icon.icon.size == (64, 64)
    assert (len(shown.icon.menu), shown.icon.updates) == (1, 1)


def test_what_is_over_is_told(shown):
    shown.backend.notify("Training: done")
    assert shown.icon.told == ("gesturectl", "Training: done")


def test_a_back_end_without_a_menu_is_refused(pystray, monkeypatch):
    assert PystrayIcon.rank() == 50
    monkeypatch.setattr(pystray.Icon, "HAS_MENU", False)
    rank = PystrayIcon.rank()
    assert isinstance(rank, Unavailable)
    assert "no menu" in rank.reason


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="GTK is Linux's")
def test_without_gtk_or_a_display_it_isnt_even_imported(monkeypatch):
    monkeypatch.delitem(sys.modules, "pystray", raising=False)
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setattr(pystray_icon, "_has_gtk", lambda: False)
    assert "PyGObject" in PystrayIcon.rank().reason
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "display" in PystrayIcon.rank().reason
    assert "pystray" not in sys.modules


def test_what_its_constructor_raises_is_an_error_of_ours(pystray, monkeypatch):
    def refuse(*_):
        raise RuntimeError("Failed to dock icon")

    monkeypatch.setattr(pystray.Icon, "__init__", refuse)
    with pytest.raises(DesktopError, match="Failed to dock icon"):
        PystrayIcon().run(FIRST, lambda _: None)


def test_an_import_that_fails_is_a_reason(monkeypatch):
    monkeypatch.setattr(pystray_icon, "_has_gtk", lambda: True)
    monkeypatch.setenv("DISPLAY", ":9")
    monkeypatch.setitem(sys.modules, "pystray", None)
    assert "can't be used" in PystrayIcon.rank().reason


def test_on_macos_menus_are_touched_in_the_main_thread(shown, monkeypatch):
    calls = []
    tools = ModuleType("PyObjCTools")
    tools.__dict__["AppHelper"] = SimpleNamespace(callAfter=calls.append)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "darwin")
        patch.setitem(sys.modules, "PyObjCTools", tools)
        shown.backend.show(Appearance(Look.PAUSED, 0.0, "Paused", MENU))
    assert shown.icon.title == "gesturectl: Watching"
    calls[0]()
    assert shown.icon.title == "gesturectl: Paused"


def test_on_windows_an_ampersand_is_shown_as_one(pystray, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert PystrayIcon()._menu(FIRST)[2].text == "Pause && rest"


def test_the_best_that_runs_is_chosen_and_the_others_say_why(pystray, monkeypatch):
    class No(PystrayIcon):
        name = "other"

        @classmethod
        def rank(cls):
            return Unavailable("not here", "Elsewhere.")

    assert choose_tray([No, PystrayIcon]) == (PystrayIcon, [("other", Unavailable("not here", "Elsewhere."))])
    assert choose_tray([No])[0] is None
