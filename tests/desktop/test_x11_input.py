"""When keyboard and mouse were last used under a virtual X display: somebody else's keys, and ours."""

import shutil
import subprocess
import time
from collections.abc import Callable

import pytest
from eventually import eventually

from gesturectl.daemon.real_input import RealInput
from gesturectl.desktop.select import choose_input_watcher
from gesturectl.desktop.x11 import X11Injector
from gesturectl.desktop.x11_input import X11InputWatcher

pytestmark = pytest.mark.display

_REST_S = 0.4


def type_as_a_person(*words: str) -> None:
    """What another program sends is as good as a person's."""
    if shutil.which("xdotool") is None:
        pytest.skip("xdotool not installed (apt-get install xdotool)")
    subprocess.run(["xdotool", *words], check=True)


def test_it_is_chosen_and_closing_it_twice_is_fine(x: str) -> None:
    watcher, _ = choose_input_watcher()
    assert isinstance(watcher, X11InputWatcher)
    watcher.close()
    watcher.close()
    assert watcher.idle_ms() is None


@pytest.mark.parametrize("words", [("key", "a"), ("mousemove_relative", "7", "5"), ("click", "1")])
def test_keys_clicks_and_movements_count(x: str, words: tuple[str, ...]) -> None:
    real = RealInput(watcher := X11InputWatcher(), time.monotonic)
    time.sleep(_REST_S)
    before = real.ago_ms()
    assert before is None or before >= _REST_S * 900
    type_as_a_person(*words)
    after = real.ago_ms()
    assert after is not None and after < 350
    watcher.close()


def test_our_own_keys_dont_count_even_when_held_until_they_repeat(x: str) -> None:
    injector, watcher = X11Injector(), X11InputWatcher()
    real = RealInput(watcher, time.monotonic)
    type_as_a_person("key", "a")
    real.ago_ms()
    started_s = time.monotonic()
    time.sleep(_REST_S)
    with real.ours():
        injector.press(("a",))
    real.holding = True
    time.sleep(1.0)  # the server repeats it after two thirds of a second
    with real.ours():
        injector.release(("a",))
    real.holding = False
    time.sleep(_REST_S)
    idle_ms, ago_ms = watcher.idle_ms(), real.ago_ms()
    assert idle_ms is not None and idle_ms < 1000
    assert ago_ms is not None and ago_ms >= (time.monotonic() - started_s) * 1000 - 50
    injector.close()
    watcher.close()


def test_a_server_that_goes_away_is_survived_and_asked_again_when_it_is_back(
    start_x_server: Callable[..., tuple[subprocess.Popen[bytes], str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = start_x_server()
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    watcher = X11InputWatcher()
    server.kill()
    server.wait(10)
    assert watcher.idle_ms() is None
    start_x_server(name)
    assert eventually(lambda: watcher.idle_ms() is not None)
    watcher.close()
