"""A virtual X display of our own, with a window manager and windows that write down what they get."""

import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gesturectl.desktop.x11_watcher import X11WindowWatcher

_OPENBOX = '<?xml version="1.0"?><openbox_config xmlns="http://openbox.org/3.4/rc"/>'


@pytest.fixture(scope="session")
def x_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """DISPLAY of a fresh X server with openbox, ended with the tests."""
    missing = [program for program in ("Xvfb", "openbox") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} not installed (apt-get install xvfb openbox)")
    folder = tmp_path_factory.mktemp("x")
    config = folder / "openbox.xml"
    config.write_text(_OPENBOX)
    with (folder / "output.txt").open("wb") as output:
        server, name = _start_server(output)
        environment = {**os.environ, "DISPLAY": name}
        manager = subprocess.Popen(
            ["openbox", "--sm-disable", "--config-file", str(config)], env=environment, stdout=output, stderr=output
        )
        try:
            _wait_for_manager(name)
            yield name
        finally:
            for process in (manager, server):
                process.terminate()
                process.wait(10)


@pytest.fixture
def x(x_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The virtual display is this process' display."""
    monkeypatch.setenv("DISPLAY", x_server)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return x_server


@pytest.fixture
def open_window(x: str) -> Iterator[Callable[[str], "Window"]]:
    """Opens a focused window of a WM_CLASS."""
    windows: list[Window] = []

    def open_one(wm_class: str) -> Window:
        windows.append(Window(x, wm_class))
        return windows[-1]

    yield open_one
    for window in windows:
        window.close()


@pytest.fixture
def terminal(x: str, tmp_path: Path) -> Iterator["Terminal"]:
    """A focused xterm, and what is typed into it."""
    if shutil.which("xterm") is None:
        pytest.skip("xterm not installed (apt-get install xterm)")
    typed = tmp_path / "typed.txt"
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    with (tmp_path / "xterm.txt").open("wb") as output:
        process = subprocess.Popen(
            ["xterm", "-u8", "-title", str(typed), "-e", "sh", "-c", f"exec cat > {typed}"],
            env=environment, stdout=output, stderr=output,
        )  # fmt: skip
        watcher = X11WindowWatcher()
        until = time.monotonic() + 20
        while not (typed.exists() and watcher.current().title == str(typed) and typed.stat().st_size):
            assert time.monotonic() < until, "xterm didn't start, or has no focus"
            if watcher.current().title == str(typed):
                _press_return(x)  # an xterm that has the focus already still loses keys for a moment
            time.sleep(0.1)
        watcher.close()
        yield Terminal(typed)
        process.terminate()
        process.wait(10)


@pytest.fixture
def start_x_server() -> Iterator[Callable[..., tuple[subprocess.Popen[bytes], str]]]:
    """Starts further X servers, for tests that end them; on a display of a name, or on any."""
    servers: list[subprocess.Popen[bytes]] = []

    def start(name: str = "") -> tuple[subprocess.Popen[bytes], str]:
        if shutil.which("Xvfb") is None:
            pytest.skip("Xvfb not installed (apt-get install xvfb)")
        server, name = _start_server(subprocess.DEVNULL, name)
        servers.append(server)
        return server, name

    yield start
    for server in servers:
        server.kill()
        server.wait(10)


@dataclass(frozen=True)
class Pressed:
    """One key or button as a window got it."""

    symbol: int
    """The keysym by the window's own reading of the layout, or the button."""
    state: int
    """Modifiers, as X11 has them: 1 Shift, 4 Control, 8 Alt, 64 Super."""
    synthetic: bool
    """Whether it came by XSendEvent, which many apps ignore."""
    down: bool


class Window:
    """A real X client with one window. It reads the layout when the server says that it changed, as toolkits do."""

    def __init__(self, display_name: str, wm_class: str) -> None:
        import Xlib.display
        from Xlib import X

        self._x = X
        self.display = Xlib.display.Display(display_name)
        screen = self.display.screen()
        mask = (
            X.KeyPressMask | X.KeyReleaseMask | X.ButtonPressMask | X.ButtonReleaseMask | X.StructureNotifyMask
        )  # fmt: skip
        self.window: Any = screen.root.create_window(0, 0, 800, 600, 0, screen.root_depth, event_mask=mask)
        self.window.set_wm_class(wm_class.lower(), wm_class)
        self.title(wm_class)
        self._pressed: list[Pressed] = []
        self.window.map()
        self.focus()

    def title(self, text: str) -> None:
        """Change the window's title."""
        title, utf8 = (self.display.intern_atom(name) for name in ("_NET_WM_NAME", "UTF8_STRING"))
        self.window.change_property(title, utf8, 8, text.encode())
        self.display.flush()

    def focus(self) -> None:
        """Ask the window manager for the focus, and wait until we have it."""
        from Xlib.protocol import event

        atom = self.display.intern_atom("_NET_ACTIVE_WINDOW")
        ask = event.ClientMessage(window=self.window, client_type=atom, data=(32, [2, 0, 0, 0, 0]))
        mask = self._x.SubstructureRedirectMask | self._x.SubstructureNotifyMask
        until = time.monotonic() + 15
        asked = 0.0
        # Asked for rather than heard of: a FocusIn from before another window took the focus may still be unread.
        while getattr(self.display.get_input_focus().focus, "id", None) != self.window.id:
            assert time.monotonic() < until, "the window manager didn't focus the window"
            if time.monotonic() > asked + 2:  # one that is still busy with another window may have forgotten
                asked = time.monotonic()
                self.display.screen().root.send_event(ask, event_mask=mask)
                self.display.flush()
            time.sleep(0.02)

    def pressed(self, count: int, timeout_s: float = 3.0) -> list[Pressed]:
        """The next `count` presses and releases, or as many as came in time."""
        self._read(lambda: len(self._pressed) >= count, timeout_s)
        got, self._pressed = self._pressed[:count], self._pressed[count:]
        return got

    def downs(self, count: int) -> list[Pressed]:
        """The next `count` presses, without the releases between them and after the last."""
        got = self.pressed(2 * count)
        return [one for one in got if one.down]

    def close(self) -> None:
        """Close the connection, and with it the window."""
        self.display.close()

    def _read(self, done: Callable[[], bool], timeout_s: float = 3.0) -> None:
        until = time.monotonic() + timeout_s
        self.display.flush()
        while not done() and (left := until - time.monotonic()) > 0:
            if not self.display.pending_events():
                select.select([self.display.fileno()], [], [], min(left, 0.1))
                continue
            self._take(self.display.next_event())

    def _take(self, event: Any) -> None:
        x = self._x
        if event.type == x.MappingNotify:
            self.display.refresh_keyboard_mapping(event)
        elif event.type in (x.KeyPress, x.KeyRelease):
            column = bool(event.state & 1) + 4 * bool(event.state & 128)
            symbol = self.display.keycode_to_keysym(event.detail, column) or self.display.keycode_to_keysym(
                event.detail, 0
            )
            if event.state & 2 and event.detail < 90 and chr(min(symbol, 127)).isalpha():  # Caps Lock
                symbol ^= 32
            self._pressed.append(Pressed(symbol, event.state, event.send_event, event.type == x.KeyPress))
        elif event.type in (x.ButtonPress, x.ButtonRelease):
            self._pressed.append(Pressed(event.detail, event.state, event.send_event, event.type == x.ButtonPress))


def keys_down(display_name: str) -> int:
    """How many keys the X server believes to be down."""
    import Xlib.display

    display = Xlib.display.Display(display_name)
    try:
        return sum(int(byte).bit_count() for byte in display.query_keymap())
    finally:
        display.close()


def buttons_down(display_name: str) -> int:
    """How many buttons of the mouse the X server believes to be down."""
    import Xlib.display

    display = Xlib.display.Display(display_name)
    try:
        return (int(display.screen().root.query_pointer().mask) >> 8 & 0b11111).bit_count()
    finally:
        display.close()


@dataclass(frozen=True)
class Terminal:
    """A terminal whose input ends up in a file, line by line, after some empty lines."""

    typed: Path

    def lines(self, count: int) -> str:
        """The first lines that aren't empty, or as many as came in time."""
        until = time.monotonic() + 5
        while (text := self.typed.read_text().lstrip("\n")).count("\n") < count and time.monotonic() < until:
            time.sleep(0.02)
        return text


def _start_server(output: Any, name: str = "") -> tuple[subprocess.Popen[bytes], str]:
    """An X server on the display of this name, or on a free one."""
    reading, writing = os.pipe()
    where = [name] if name else []
    server = subprocess.Popen(
        ["Xvfb", *where, "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset"],
        stdout=output, stderr=output, pass_fds=[writing],
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as pipe:
        number = pipe.readline().strip()
    assert number, "Xvfb didn't start"
    return server, f":{number}"


def _wait_for_manager(name: str) -> None:
    import Xlib.display
    from Xlib import X

    display = Xlib.display.Display(name)
    atom = display.intern_atom("_NET_SUPPORTING_WM_CHECK")
    until = time.monotonic() + 10
    while display.screen().root.get_full_property(atom, X.AnyPropertyType) is None:
        assert time.monotonic() < until, "openbox didn't start"
        time.sleep(0.02)
    display.close()


def _press_return(name: str) -> None:
    import Xlib.display
    from Xlib import X
    from Xlib.ext import xtest

    display = Xlib.display.Display(name)
    for kind in (X.KeyPress, X.KeyRelease):
        xtest.fake_input(display, kind, display.keysym_to_keycode(0xFF0D))
    display.sync()
    display.close()
