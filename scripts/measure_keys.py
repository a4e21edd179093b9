"""How quickly keys go up, and what their guard costs: `python scripts/measure_keys.py` (Linux; starts an Xvfb itself).

`gesturectl pause`: from the request at the control socket until its answer, which comes once the X server has said that
every key is up; the engine holds two keys, or types 10,000 letters just then. SIGKILL: from the kill until the X
server's own account has no key down.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from gesturectl.daemon import endpoint
from gesturectl.daemon.client import ask
from gesturectl.daemon.control import ControlServer
from gesturectl.daemon.engine import Engine
from gesturectl.daemon.messages import Recognised
from gesturectl.daemon.plans import load_plans
from gesturectl.desktop.x11 import X11Injector
from gesturectl.desktop.x11_display import open_display
from gesturectl.types import GestureEvent, Phase

TIMES, TEXTS, KILLS = 200, 20, 20

PROFILE = """
version = 1
[intents]
fist = "hold"
wave = "write"
[profile.default.actions]
hold = { keys = "Ctrl+Shift", while = "held" }
write = { text = "%s" }
""" % ("hello world " * 833)

HOLDER = """
import sys, time
from gesturectl.daemon.key_guard import guarded
from gesturectl.desktop.x11 import X11Injector
injector = guarded(X11Injector())
injector.press(("ctrl", "shift"))
print(injector._tell.__self__.pid, flush=True)
time.sleep(60)
"""


def main() -> None:
    """Measure and print."""
    with x_server():
        holding, typing = pauses()
        tell("pause, request to all released", [seconds * 1000 for seconds in holding], "ms")
        tell("the same while a text is typed", [seconds * 1000 for seconds in typing], "ms")
        kills, megabytes = zip(*(kill() for _ in range(KILLS)), strict=True)
        tell("SIGKILL to all released", [seconds * 1000 for seconds in kills], "ms")
        tell("the waiting guard", list(megabytes), "MB")


def pauses() -> tuple[list[float], list[float]]:
    """Seconds from each request until its answer: with two keys held, and while a long text is typed."""
    with tempfile.TemporaryDirectory() as name:
        folder = endpoint.private_folder(Path(name) / "run")
        profiles = Path(name) / "profiles"
        profiles.mkdir(mode=0o700)
        (profiles / "mine.toml").write_text(PROFILE)
        (profiles / "mine.toml").chmod(0o600)
        injector, stopping = X11Injector(), threading.Event()
        engine = Engine(load_plans(profiles, True, (), print), injector, lambda _: None, dry_run=False)
        control = ControlServer(folder / endpoint.NAME, engine.ask, stopping)
        threads = [threading.Thread(target=engine.run), threading.Thread(target=control.serve)]
        for thread in threads:
            thread.start()
        took: dict[str, list[float]] = {"fist": [], "wave": []}
        for number, gesture in enumerate(["fist"] * TIMES + ["wave"] * TEXTS):
            engine.post(Recognised(GestureEvent(gesture, "right", Phase.BEGIN, 0.9, number * 1000)))
            if gesture == "fist":
                wait_for_keys(2)
            else:
                time.sleep(0.05)
            before_s = time.perf_counter()
            ask("pause", folder=folder)
            took[gesture].append(time.perf_counter() - before_s)
            wait_for_keys(0, patience_s=0)
            ask("resume", folder=folder)
            time.sleep(0.1)  # the socket answers twenty requests a second
        stopping.set()
        engine.stop()
        for thread in threads:
            thread.join()
        control.close()
        injector.close()
        return took["fist"], took["wave"]


def kill() -> tuple[float, float]:
    """Seconds until the keys of a killed process are up, and the megabytes that its guard had while it waited."""
    holder = subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    guard = int(holder.stdout.readline())
    wait_for_keys(2)
    time.sleep(0.3)
    status = Path(f"/proc/{guard}/status").read_text()
    before_s = time.perf_counter()
    holder.kill()
    wait_for_keys(0)
    took_s = time.perf_counter() - before_s
    holder.communicate()
    return took_s, int(status.split("VmRSS:")[1].split()[0]) / 1024


def wait_for_keys(count: int, patience_s: float = 5.0) -> None:
    """Until the X server says that so many keys are down."""
    display = open_display()
    until_s = time.monotonic() + patience_s
    while (down := sum(int(byte).bit_count() for byte in display.query_keymap())) != count:
        assert time.monotonic() < until_s, f"{down} keys are down, not {count}"
        time.sleep(0.001)
    display.close()


def tell(what: str, values: list[float], unit: str) -> None:
    """One line: the median, and the least and most."""
    print(f"{what:<32} {median(values):7.1f} {unit}  ({min(values):.1f} to {max(values):.1f}, {len(values)} times)")


@contextmanager
def x_server():
    """An X server of our own is DISPLAY."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp", "-noreset"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as pipe:
        os.environ["DISPLAY"] = f":{pipe.readline().strip()}"
    os.environ.pop("WAYLAND_DISPLAY", None)
    try:
        yield
    finally:
        server.terminate()
        server.wait(10)


if __name__ == "__main__":
    main()
