"""Keys and pointer through the desktop's RemoteDesktop portal: GNOME's and KDE's own way on Wayland.

The desktop asks the person once; what they allow is remembered by a token, which is exchanged for a new one at every
start (XDG Desktop Portal, org.freedesktop.portal.RemoteDesktop, version 2).
"""

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gesturectl import paths
from gesturectl.atomic import made_folder, whole_file
from gesturectl.desktop import dbus
from gesturectl.desktop.base import AGAIN, NOTHING_TO_DO, Capability, Injector, Unavailable
from gesturectl.desktop.dbus import Bus
from gesturectl.desktop.evdev_codes import BUTTONS
from gesturectl.desktop.held import Held
from gesturectl.errors import DesktopError
from gesturectl.keys import character_keysym, keysym

if TYPE_CHECKING:
    from dbus_fast import Message

_PORTAL, _PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_REMOTE = "org.freedesktop.portal.RemoteDesktop"
_SESSION, _REQUEST = "org.freedesktop.portal.Session", "org.freedesktop.portal.Request"
_KEYBOARD, _POINTER = 1, 2
_UNTIL_REVOKED = 2
"""persist_mode: the permission lasts until the person takes it back."""
_VERTICAL, _HORIZONTAL = 0, 1
_PROMPT_S = 1.5
"""How long connecting waits for a permission that was given before. A dialog takes longer, and nobody waits for it."""


class PortalInjector(Injector):
    """Presses keys by their keysyms, whatever the layout. Until the person has answered, every press says so."""

    name = "portal"
    capabilities = frozenset(Capability)
    asks = True

    def __init__(self) -> None:
        self._bus = Bus()
        self._answers: dict[str, tuple[int, dict[str, Any]]] = {}
        """What requests came to, by their paths: 0 yes, 1 declined, 2 otherwise; and the results."""
        self._requests = 0
        self._session = self._start = ""
        self._granted = False
        self._refusal: DesktopError | None = None
        """Why it won't work any more."""
        self._held: Held[int] = Held()
        self._buttons: list[str] = []
        self._closed = False
        try:
            self._connect()
        except DesktopError:
            self._bus.close()
            raise

    @classmethod
    def rank(cls) -> int | Unavailable:
        if not os.environ.get("WAYLAND_DISPLAY"):
            return Unavailable("the portal is for Wayland sessions", NOTHING_TO_DO)
        if (reason := dbus.unavailable()) is not None:
            return reason
        if _remembered().get("declined"):
            fact = "you declined when the desktop asked whether gesturectl may press keys"
            return Unavailable(fact, f"To be asked again, delete {token_path()} and start gesturectl again.")
        try:
            bus = Bus()
        except DesktopError as error:
            return Unavailable(error.fact, error.remedy)
        try:
            bus.get(_PORTAL, _PATH, _REMOTE, "version")
        except DesktopError:
            remedy = "Install xdg-desktop-portal and your desktop's own (xdg-desktop-portal-gnome, …-kde)."
            return Unavailable("this desktop has no RemoteDesktop portal", remedy)
        finally:
            bus.close()
        return 40

    def press(self, chord: tuple[str, ...]) -> None:
        self._ready()
        try:
            for symbol in self._held.press(chord, [keysym(name) for name in chord]):
                self._key(symbol, True)
        except DesktopError:
            self.release_all()
            raise

    def release(self, chord: tuple[str, ...]) -> None:
        for symbol in self._held.release(chord):
            self._key(symbol, False)

    def type_text(self, text: str) -> None:
        self._ready()
        held = self._held.chords
        self.release_all()  # with Ctrl down, letters would be shortcuts
        for character in text:
            self._go_on()
            self._key(character_keysym(character), True)
            self._key(character_keysym(character), False)
        for chord in held:
            self.press(chord)

    def scroll(self, dx: int, dy: int) -> None:
        self._ready()
        for axis, steps in ((_VERTICAL, -dy), (_HORIZONTAL, dx)):
            if steps:
                self._notify("PointerAxisDiscrete", "ui", axis, steps)

    def move(self, dx: int, dy: int) -> None:
        self._ready()
        self._notify("PointerMotion", "dd", float(dx), float(dy))

    def press_button(self, button: str) -> None:
        self._ready()
        if button not in self._buttons:
            self._buttons.append(button)
            self._notify("PointerButton", "iu", BUTTONS[button], 1)

    def release_button(self, button: str) -> None:
        if button in self._buttons:
            self._buttons.remove(button)
            self._notify("PointerButton", "iu", BUTTONS[button], 0)

    def release_all(self) -> None:
        try:
            for chord in reversed(self._held.chords):
                self.release(chord)
            for button in self._buttons.copy():
                self.release_button(button)
        except DesktopError:  # the session is gone, and with it the keys
            self._held, self._buttons = Held(), []

    def close(self) -> None:
        if self._closed:
            return
        self.release_all()
        self._closed = True
        if self._session:
            with suppress(DesktopError):
                self._bus.wait(0)  # a permission that just came is worth remembering
                self._bus.call(_PORTAL, self._session, _SESSION, "Close")
        self._bus.close()

    def _connect(self) -> None:
        """Make a session and ask for keyboard and pointer; the person's answer may take its time."""
        from dbus_fast import Variant

        sender = f"sender='{_PORTAL}'"
        self._bus.listen(f"{sender},interface='{_REQUEST}'", self._hear)
        self._bus.listen(f"{sender},interface='{_SESSION}'", self._hear)
        named = {"session_handle_token": Variant("s", f"gesturectl{os.getpid()}")}
        created = self._ask("CreateSession", "a{sv}", named)
        self._session = str(self._answer(created, dbus.ANSWER_S).get("session_handle", ""))
        wishes: dict[str, Any] = {
            "types": Variant("u", _KEYBOARD | _POINTER),
            "persist_mode": Variant("u", _UNTIL_REVOKED),
        }
        if token := _remembered().get("restore_token"):
            wishes["restore_token"] = Variant("s", token)
        self._answer(self._ask("SelectDevices", "oa{sv}", self._session, wishes), dbus.ANSWER_S)
        self._start = self._ask("Start", "osa{sv}", self._session, "", {})
        if token:
            self._await(self._start, _PROMPT_S)
        self._look()

    def _ready(self) -> None:
        """Raise what stands in the way of pressing."""
        if self._closed:
            raise DesktopError("portal", "the injector is closed", AGAIN)
        self._bus.wait(0)  # the answer to the dialog, or the end of the session, may have come
        if self._refusal is not None:
            raise self._refusal
        if not self._granted:
            raise DesktopError("portal", "your desktop waits for you to allow it", "Answer its dialog.")

    def _look(self) -> None:
        """Take the person's answer, if it has come."""
        if self._granted or not self._start or self._start not in self._answers:
            return
        code, results = self._answers.pop(self._start)
        if code == 0 and int(results.get("devices", 0)) & _KEYBOARD:
            self._granted = True
            _remember({"restore_token": str(results["restore_token"])} if results.get("restore_token") else {})
            return
        _remember({"declined": True} if code == 1 else {})
        fact = "you declined to let gesturectl press keys" if code == 1 else "the desktop didn't allow to press keys"
        remedy = f"To be asked again, delete {token_path()} and start gesturectl again."
        self._refusal = DesktopError("portal", fact, remedy if code == 1 else "Start gesturectl again.")

    def _hear(self, message: "Message") -> None:
        if message.interface == _REQUEST and message.member == "Response":
            code, results = message.body
            self._answers[str(message.path)] = (int(code), dbus.plain(results))
            self._look()
        elif message.interface == _SESSION and message.member == "Closed" and message.path == self._session:
            self._granted = False
            self._held, self._buttons = Held(), []
            _remember({})
            fact = "the desktop took the permission to press keys back"
            self._refusal = DesktopError("portal", fact, "Start gesturectl again to be asked again.")

    def _ask(self, member: str, signature: str, *body: Any) -> str:
        """The path of a request; the last of its arguments are options, which get a name for the answer."""
        from dbus_fast import Variant

        self._requests += 1
        options = {**body[-1], "handle_token": Variant("s", f"gesturectl{self._requests}")}
        (path,) = self._bus.call(_PORTAL, _PATH, _REMOTE, member, signature, *body[:-1], options)
        return str(path)

    def _answer(self, path: str, timeout_s: float) -> dict[str, Any]:
        """What a request that needs no person comes to. Raises DesktopError."""
        self._await(path, timeout_s)
        code, results = self._answers.pop(path, (2, {}))
        if code:
            raise DesktopError("portal", "it gave no session", "See that xdg-desktop-portal runs, and try again.")
        return results

    def _await(self, path: str, timeout_s: float) -> None:
        until_s = time.monotonic() + timeout_s
        while path not in self._answers and time.monotonic() < until_s:
            self._bus.wait(0.02)

    def _key(self, symbol: int, down: bool) -> None:
        self._notify("KeyboardKeysym", "iu", symbol, int(down))

    def _notify(self, what: str, signature: str, *values: Any) -> None:
        self._bus.call(_PORTAL, _PATH, _REMOTE, f"Notify{what}", f"oa{{sv}}{signature}", self._session, {}, *values)


def token_path() -> Path:
    """Where the desktop's token is kept: a secret of this person's, which lets no other program press keys."""
    return paths.state_dir() / "portal.json"


def _remembered() -> dict[str, Any]:
    try:
        told = json.loads(token_path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _remember(told: dict[str, Any]) -> None:
    """Keep it, or forget what was kept. A token that can't be kept costs one more dialog, no more."""
    with suppress(OSError):
        if not told:
            token_path().unlink(missing_ok=True)
            return
        made_folder(token_path().parent)
        with whole_file(token_path()) as file:
            os.fchmod(file.fileno(), 0o600)  # type: ignore[attr-defined,unused-ignore]
            file.write(json.dumps(told).encode())
