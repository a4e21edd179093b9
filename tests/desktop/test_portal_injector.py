"""Keys through a desktop portal, which is faked: it asks its person, who answers as the test wants."""

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gesturectl.desktop import portal
from gesturectl.desktop.base import Unavailable
from gesturectl.desktop.portal import PortalInjector
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, keysym

REQUEST = "org.freedesktop.portal.Request"


class Portal:
    """The portal's RemoteDesktop part: it knows one permission by its token and shows a dialog otherwise."""

    def __init__(self, serve: Callable[..., Any]) -> None:
        self.keys: list[tuple[int, int]] = []
        self.other: list[tuple[Any, ...]] = []
        self.dialogs = 0
        self.known = ""
        """The token of the permission the person gave."""
        self.asked: dict[str, Any] = {}
        self.session = "/org/freedesktop/portal/desktop/session/1/gesturectl"
        self._pending = ""
        self._service = serve("org.freedesktop.portal.Desktop", self.answer)

    def answer(self, message: Any) -> Any:
        from dbus_fast import Variant

        member, body = message.member, message.body
        if member == "Get":
            return "v", [Variant("u", 2)]
        if member.startswith("Notify"):
            if member == "NotifyKeyboardKeysym":
                self.keys.append((body[2], body[3]))
            else:
                self.other.append((member, *body[2:]))
            return "", []
        if member == "Close":
            return "", []
        sender = message.sender[1:].replace(".", "_")
        path = f"/org/freedesktop/portal/desktop/request/{sender}/{body[-1]['handle_token'].value}"
        if member == "CreateSession":
            self.respond(path, 0, {"session_handle": Variant("s", self.session)})
        elif member == "SelectDevices":
            self.asked = {key: value.value for key, value in body[1].items()}
            self.respond(path, 0, {})
        elif member == "Start":
            self._pending = path
            if self.known and self.asked.get("restore_token") == self.known:
                self.allow(self.known + "'")
            else:
                self.dialogs += 1
        return "o", [path]

    def respond(self, path: str, code: int, results: dict[str, Any]) -> None:
        """Answer a request; after its path was returned, as the real one does."""
        self._service.post(path, REQUEST, "Response", "ua{sv}", code, results)

    def allow(self, given: str = "first") -> None:
        from dbus_fast import Variant

        self.known = given
        self.respond(self._pending, 0, {"devices": Variant("u", 3), "restore_token": Variant("s", given)})

    def decline(self) -> None:
        self.respond(self._pending, 1, {})

    def revoke(self) -> None:
        self.known = ""
        self._service.emit(self.session, "org.freedesktop.portal.Session", "Closed")


@pytest.fixture
def desktop(serve: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Portal:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setattr("gesturectl.paths.state_dir", lambda: tmp_path / "state")
    return Portal(serve)


@pytest.fixture
def injector(desktop: Portal) -> Iterator[PortalInjector]:
    injector = PortalInjector()
    desktop.allow()
    _settled(injector)
    yield injector
    injector.close()


def _settled(injector: PortalInjector) -> None:
    """Let signals come in."""
    injector._bus.wait(0.1)


def test_it_is_available_where_the_desktop_has_the_portal(desktop: Portal) -> None:
    assert PortalInjector.rank() == 40


def test_chords_are_pressed_by_keysym_and_released_in_reverse(injector: PortalInjector, desktop: Portal) -> None:
    injector.tap(("ctrl", "c"))
    ctrl, c = keysym("ctrl"), ord("c")
    assert desktop.keys == [(ctrl, 1), (c, 1), (c, 0), (ctrl, 0)]


def test_any_text_is_typed(injector: PortalInjector, desktop: Portal) -> None:
    injector.type_text("é漢😀\n")
    assert [symbol for symbol, down in desktop.keys if down] == [*map(character_keysym, "é漢😀"), 0xFF0D]


def test_a_text_is_broken_off_when_all_is_to_stop(injector: PortalInjector, desktop: Portal) -> None:
    asked = iter([False, True])
    injector.heed(lambda: next(asked))
    with pytest.raises(DesktopError, match="broken off"):
        injector.type_text("aaa")
    assert [down for _, down in desktop.keys] == [1, 0]


def test_the_pointer_works(injector: PortalInjector, desktop: Portal) -> None:
    injector.scroll(1, 2)
    injector.move(3, -4)
    injector.click("left", 1)
    assert desktop.other == [
        ("NotifyPointerAxisDiscrete", 0, -2), ("NotifyPointerAxisDiscrete", 1, 1), ("NotifyPointerMotion", 3.0, -4.0),
        ("NotifyPointerButton", 0x110, 1), ("NotifyPointerButton", 0x110, 0),
    ]  # fmt: skip


def test_until_the_person_answers_every_press_says_so_at_once(desktop: Portal) -> None:
    injector = PortalInjector()
    assert desktop.dialogs == 1
    with pytest.raises(DesktopError, match="waits for you to allow it"):
        injector.tap(("a",))
    assert desktop.keys == []
    desktop.allow()
    _settled(injector)
    injector.tap(("a",))
    assert desktop.keys == [(ord("a"), 1), (ord("a"), 0)]
    injector.close()


def test_the_person_is_asked_once_and_the_token_is_kept_and_renewed(injector: PortalInjector, desktop: Portal) -> None:
    assert stat.S_IMODE(portal.token_path().stat().st_mode) == 0o600
    assert desktop.asked["persist_mode"] == 2
    injector.close()
    again = PortalInjector()
    assert "first" in desktop.asked.values()
    again.tap(("a",))
    assert desktop.dialogs == 1
    assert json.loads(portal.token_path().read_text()) == {"restore_token": "first'"}
    again.close()


def test_a_person_who_declined_isnt_asked_again(desktop: Portal) -> None:
    injector = PortalInjector()
    desktop.decline()
    _settled(injector)
    with pytest.raises(DesktopError, match="you declined"):
        injector.tap(("a",))
    injector.close()
    rank = PortalInjector.rank()
    assert isinstance(rank, Unavailable)
    assert "declined" in rank.reason
    assert str(portal.token_path()) in rank.remedy
    portal.token_path().unlink()
    assert PortalInjector.rank() == 40


def test_a_permission_that_is_taken_back_is_an_error_and_the_token_is_forgotten(
    injector: PortalInjector, desktop: Portal
) -> None:
    injector.press(("ctrl",))
    desktop.revoke()
    _settled(injector)
    with pytest.raises(DesktopError, match="took the permission to press keys back"):
        injector.tap(("a",))
    assert not portal.token_path().exists()
    assert injector._held.chords == []
    injector.release_all()


def test_without_a_portal_the_remedy_names_the_package(bus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    rank = PortalInjector.rank()
    assert isinstance(rank, Unavailable)
    assert "xdg-desktop-portal" in rank.remedy


def test_without_a_bus_there_is_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    rank = PortalInjector.rank()
    assert isinstance(rank, Unavailable)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/nothing")
    assert isinstance(PortalInjector.rank(), Unavailable)
