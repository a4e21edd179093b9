"""Choosing a back-end, and what is left when none runs."""

import threading

import pytest

from gesturectl.desktop.base import UNKNOWN_APP, Capability, Unavailable
from gesturectl.desktop.select import NoHotKeyError, choose_hot_key, choose_injector, choose_watcher
from gesturectl.desktop.testing import RecordingInjector
from gesturectl.desktop.x11 import X11Injector
from gesturectl.errors import DesktopError


class Good(RecordingInjector):
    name = "good"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 10


class Better(Good):
    name = "better"

    @classmethod
    def rank(cls) -> int | Unavailable:
        return 20


class Gone(Better):
    name = "gone"

    def __init__(self) -> None:
        raise DesktopError("gone", "it went away", "Start it.")


def test_the_best_that_runs_is_chosen() -> None:
    injector, reasons = choose_injector((Good, Better))
    assert injector.name == "better"
    assert reasons == []


def test_each_that_cant_run_gives_its_reason() -> None:
    injector, reasons = choose_injector((RecordingInjector, Good))
    assert injector.name == "good"
    assert [name for name, _ in reasons] == ["recording"]


def test_one_that_fails_to_connect_makes_room_for_the_next() -> None:
    injector, reasons = choose_injector((Gone, Good))
    assert injector.name == "good"
    assert reasons == [("gone", Unavailable("it went away", "Start it."))]


def test_without_a_display_the_null_injector_refuses_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    injector, reasons = choose_injector()
    assert injector.name == "null"
    assert dict(reasons)["x11"].reason == "no DISPLAY is set"
    assert all(reason.remedy for _, reason in reasons)
    assert injector.capabilities == frozenset()
    for refused in (
        lambda: injector.tap(("a",)),
        lambda: injector.type_text("a"),
        lambda: injector.scroll(0, 1),
        lambda: injector.click("left", 1),
    ):
        with pytest.raises(DesktopError, match="gesturectl doctor"):
            refused()
    injector.release(("a",))
    injector.release_all()
    injector.close()


def test_without_a_display_no_app_is_known_and_watching_ends_when_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    watcher, reasons = choose_watcher()
    assert watcher.name == "null"
    assert {name for name, _ in reasons} >= {"x11", "wlroots", "gnome", "kwin"}
    assert watcher.current() == UNKNOWN_APP
    thread = threading.Thread(target=watcher.watch, args=(lambda app: None,))
    thread.start()
    assert thread.is_alive()
    watcher.close()
    thread.join(2)
    assert not thread.is_alive()


def test_on_wayland_x11_says_whom_it_would_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("XDG_SESSION_TYPE", "wayland")
    rank = X11Injector.rank()
    assert isinstance(rank, Unavailable)
    assert "XWayland" in rank.reason
    assert "WAYLAND_DISPLAY" in rank.remedy


def test_the_recording_injector_keeps_what_was_asked_and_what_is_held() -> None:
    injector = RecordingInjector()
    assert injector.capabilities == frozenset(Capability)
    injector.press(("ctrl",))
    injector.tap(("ctrl", "c"))
    injector.type_text("hi")
    assert injector.held == [("ctrl",)]
    injector.close()
    assert injector.held == []
    assert injector.done == ["press Ctrl", "press Ctrl+C", "release Ctrl+C", "type hi", "release Ctrl"]
    with pytest.raises(DesktopError):
        injector.tap(("a",))


def test_where_no_program_gets_a_chord_the_remedy_is_the_desktops_own_shortcut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    with pytest.raises(NoHotKeyError, match=r"no DISPLAY is set.*gesturectl pause"):
        choose_hot_key(("ctrl", "f12"))
