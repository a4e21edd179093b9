"""A headless sway of our own, with windows that write down what they get, as their toolkit would read it."""

import ctypes
import mmap
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gesturectl.desktop.wayland_wire import WaylandConnection

_CONFIG = "output HEADLESS-1 resolution 800x600\ndefault_border none\nfocus_follows_mouse no\nxwayland disable\n"
_NOBODY = 65534


@pytest.fixture(scope="session")
def sway_session() -> Iterator["Sway"]:
    """A fresh compositor, ended with the tests. It refuses to run as root: then it runs as nobody."""
    missing = [program for program in ("sway", "swaymsg") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed (apt-get install sway)")
    folder = Path(tempfile.mkdtemp(prefix="gesturectl-sway-"))
    (folder / "config").write_text(_CONFIG)
    command = ["sway", "--config", str(folder / "config")]
    if os.getuid() == 0:
        os.chown(folder, _NOBODY, _NOBODY)
        command = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", *command]
    dropped = ("WAYLAND_DISPLAY", "DISPLAY", "SWAYSOCK")
    environment = {name: value for name, value in os.environ.items() if name not in dropped} | {
        "WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman",
        "XDG_RUNTIME_DIR": str(folder), "HOME": str(folder),
    }  # fmt: skip
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=folder)
        try:
            until = time.monotonic() + 20
            while not ((displays := list(folder.glob("wayland-?"))) and (ipc := list(folder.glob("sway-ipc.*")))):
                assert process.poll() is None and time.monotonic() < until, (folder / "output").read_text()
                time.sleep(0.05)
            yield Sway(folder, displays[0].name, ipc[0])
        finally:
            process.terminate()
            process.wait(10)
            shutil.rmtree(folder)


@dataclass(frozen=True)
class Sway:
    """A running compositor."""

    runtime: Path
    display: str
    ipc: Path

    def tell(self, *words: str) -> None:
        """Have a command carried out."""
        subprocess.run(["swaymsg", "-q", "-s", str(self.ipc), "--", *words], check=True)

    @property
    def environment(self) -> dict[str, str]:
        """What programs need to find it."""
        return {"XDG_RUNTIME_DIR": str(self.runtime), "WAYLAND_DISPLAY": self.display, "SWAYSOCK": str(self.ipc)}


@pytest.fixture
def sway(sway_session: Sway, monkeypatch: pytest.MonkeyPatch) -> Sway:
    """The headless compositor is this process' desktop."""
    for name, value in sway_session.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("DISPLAY", raising=False)
    return sway_session


@pytest.fixture
def open_wayland_window(sway: Sway) -> Iterator[Callable[..., "WaylandWindow"]]:
    """Opens a focused window of an app id."""
    windows: list[WaylandWindow] = []

    def open_one(app_id: str, title: str = "") -> WaylandWindow:
        windows.append(WaylandWindow(sway, app_id, title or app_id))
        return windows[-1]

    yield open_one
    for window in windows:
        window.close()


@dataclass(frozen=True)
class Got:
    """One key as a window got it."""

    symbol: int
    """The keysym by the keymap that came before the key."""
    modifiers: int
    """1 Shift, 4 Control, 8 Alt, 64 Super, 128 AltGr, as they were when the key came."""
    down: bool


class WaylandWindow:
    """A real Wayland client with one window, which asks for a keyboard when the seat says that it has one."""

    def __init__(self, sway: Sway, app_id: str, title: str) -> None:
        self._sway, self.app_id = sway, app_id
        self._xkb = _Xkb()
        self._wayland = wayland = WaylandConnection()
        self._keyboard = self._pointer = 0
        self._configured = self.focused = False
        self._got: list[Got] = []
        self.pointer: list[tuple[Any, ...]] = []
        """ "button" with its number and whether it is down, "wheel" with its axis and notches, "at" with a place."""
        compositor, memory = wayland.bind("wl_compositor", 4), wayland.bind("wl_shm", 1)
        shell = wayland.bind("xdg_wm_base", 1, {0: ("u", lambda serial: wayland.request(shell, 3, "u", serial))})
        self._seat = wayland.bind("wl_seat", 5, {0: ("u", self._seat_has)})
        surface = wayland.new_id()
        wayland.request(compositor, 0, "u", surface)
        shell_surface = wayland.new_id({0: ("u", lambda serial: self._configure(shell_surface, serial))})
        wayland.request(shell, 2, "uu", shell_surface, surface)
        self._top = wayland.new_id()
        wayland.request(shell_surface, 1, "u", self._top)
        wayland.request(self._top, 3, "s", app_id)
        self.title(title)
        wayland.request(surface, 6)
        self._until(lambda: self._configured, "the window was never configured")
        wayland.request(surface, 1, "uii", _buffer(wayland, memory), 0, 0)
        wayland.request(surface, 6)
        wayland.roundtrip()
        self._closing, self._woken = os.pipe()[::-1]
        self._loop = threading.Thread(target=self._run)
        self._loop.start()

    def title(self, text: str) -> None:
        """Change the window's title."""
        self._wayland.request(self._top, 2, "s", text)

    def focus(self) -> None:
        """Have the compositor give us the focus."""
        self._sway.tell(f"[app_id={self.app_id}] focus")

    def keys(self, count: int, timeout_s: float = 3.0) -> list[Got]:
        """The next `count` presses and releases, or as many as came in time."""
        until = time.monotonic() + timeout_s
        while len(self._got) < count and time.monotonic() < until:
            time.sleep(0.005)
        got = self._got[:count]
        del self._got[:count]
        return got

    def downs(self, count: int) -> list[tuple[int, int]]:
        """Keysym and modifiers of the next `count` presses."""
        return [(one.symbol, one.modifiers) for one in self.keys(2 * count) if one.down]

    def wait_for(self, done: Callable[[], bool]) -> None:
        """Wait until something is so."""
        until = time.monotonic() + 5
        while not done():
            assert time.monotonic() < until, f"it didn't come; the pointer did {self.pointer}"
            time.sleep(0.005)

    def close(self) -> None:
        """Disconnect, and with it close the window."""
        os.close(self._closing)
        self._loop.join(5)
        os.close(self._woken)
        self._wayland.close()
        self._xkb.close()

    def _run(self) -> None:
        """The window's own main loop, as every program has one."""
        while self._wayland.dispatch(None, also=self._woken):
            pass

    def _until(self, done: Callable[[], bool], otherwise: str) -> None:
        until = time.monotonic() + 5
        while not done():
            assert time.monotonic() < until, otherwise
            self._wayland.dispatch(0.1)

    def _configure(self, shell_surface: int, serial: int) -> None:
        self._wayland.request(shell_surface, 4, "u", serial)
        self._configured = True

    def _seat_has(self, capabilities: int) -> None:
        if not capabilities & 2 and self._keyboard:
            self._wayland.request(self._keyboard, 0)  # toolkits let go of a keyboard that was unplugged
            self._keyboard = 0
        if not capabilities & 1 and self._pointer:
            self._wayland.request(self._pointer, 1)
            self._pointer = 0
        if capabilities & 2 and not self._keyboard:
            self._keyboard = self._wayland.new_id(
                {
                    0: ("uhu", self._xkb.read),
                    1: ("uua", lambda *_: setattr(self, "focused", True)),
                    2: ("uu", lambda *_: setattr(self, "focused", False)),
                    3: ("uuuu", self._key),
                    4: ("uuuuu", lambda _, *masks: self._xkb.set_modifiers(*masks)),
                }
            )
            self._wayland.request(self._seat, 1, "u", self._keyboard)
        if capabilities & 1 and not self._pointer:
            self._pointer = self._wayland.new_id(
                {
                    0: ("uuff", lambda serial, surface, x, y: self.pointer.append(("at", x, y))),
                    2: ("uff", lambda t_ms, x, y: self.pointer.append(("at", x, y))),
                    3: ("uuuu", lambda s, t, button, state: self.pointer.append(("button", button, bool(state)))),
                    8: ("ui", lambda axis, steps: self.pointer.append(("wheel", axis, steps))),
                }
            )
            self._wayland.request(self._seat, 0, "u", self._pointer)

    def _key(self, serial: int, t_ms: int, code: int, state: int) -> None:
        self._got.append(Got(self._xkb.keysym(code), self._xkb.modifiers, bool(state)))


class _Xkb:
    """libxkbcommon, with which every toolkit reads keymaps."""

    def __init__(self) -> None:
        self._lib = ctypes.CDLL("libxkbcommon.so.0")
        for name in ("xkb_context_new", "xkb_keymap_new_from_string", "xkb_state_new"):
            getattr(self._lib, name).restype = ctypes.c_void_p
        self._context = ctypes.c_void_p(self._lib.xkb_context_new(0))
        self._keymap = self._state = ctypes.c_void_p()
        self.modifiers = 0

    def read(self, form: int, descriptor: int, size: int) -> None:
        """Take another keymap."""
        with mmap.mmap(descriptor, size, mmap.MAP_PRIVATE, mmap.PROT_READ) as text:
            keymap = ctypes.c_void_p(self._lib.xkb_keymap_new_from_string(self._context, text[:], 1, 0))
        os.close(descriptor)
        assert keymap, "the keymap can't be read"
        self.close()
        self._keymap = keymap
        self._state = ctypes.c_void_p(self._lib.xkb_state_new(keymap))

    def set_modifiers(self, depressed: int, latched: int, locked: int, group: int) -> None:
        """Take another state of the modifiers."""
        self.modifiers = depressed | latched | locked
        self._lib.xkb_state_update_mask(self._state, depressed, latched, locked, 0, 0, group)

    def keysym(self, code: int) -> int:
        """What a key means now."""
        return int(self._lib.xkb_state_key_get_one_sym(self._state, code + 8))

    def close(self) -> None:
        """Let go of the keymap."""
        if self._state:
            self._lib.xkb_state_unref(self._state)
            self._lib.xkb_keymap_unref(self._keymap)
            self._keymap = self._state = ctypes.c_void_p()


def _buffer(wayland: WaylandConnection, memory: int) -> int:
    """A black picture of 800×600."""
    descriptor = os.memfd_create("window")
    os.truncate(descriptor, 800 * 600 * 4)
    pool, buffer = wayland.new_id(), wayland.new_id()
    wayland.request(memory, 0, "uhi", pool, descriptor, 800 * 600 * 4)
    wayland.request(pool, 0, "uiiiiu", buffer, 0, 800, 600, 800 * 4, 1)
    wayland.roundtrip()
    os.close(descriptor)
    return buffer
