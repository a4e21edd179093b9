"""Everything at once: `python scripts/load_daemon.py [--seconds 60]` (Linux)

A hundred gestures (81 drawn ones are enrolled, which takes minutes), a thousand profiles, a camera with two hands at
sixty pictures a second, and every core kept busy by somebody else. Tells what share of frames was dropped, how long
after its picture a gesture was told, and whether every gesture that began also ended; and the same without the others.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from soak_daemon import Camera

from gesturectl.benchmarks.clips import two_hands
from gesturectl.daemon.client import ask
from gesturectl.errors import DaemonError
from gesturectl.gestures.take import Take, absent, write_take

OWN, TAKES, PROFILES, FPS = 81, 3, 1000, 60

PROFILE = """version = 1
[app.app{number}]
wm_class = "app{number}"
[profile.p{number}]
apps = ["app{number}"]
[profile.p{number}.intents]
own_{own:02} = {{ do = "mine" }}
[profile.p{number}.actions]
mine = {{ keys = "F6" }}
next = {{ keys = "F5" }}
"""


def main() -> None:
    """Prepare, watch without and with others at work, tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = prepared(home)
        for burners in (0, os.cpu_count() or 1):
            print(
                json.dumps({"busy cores": burners, **watched(home, env, args.seconds, burners)}, indent=1), flush=True
            )


def prepared(home: Path) -> dict[str, str]:
    """A home with the gestures enrolled and the profiles written; its environment."""
    env = dict(os.environ)
    for name in ("config", "data", "state", "runtime"):
        (home / name).mkdir(mode=0o700)
        env["XDG_RUNTIME_DIR" if name == "runtime" else f"XDG_{name.upper()}_HOME"] = str(home / name)
    for number, seed in itertools.product(range(OWN), range(TAKES)):
        write_take(home / "data" / "gesturectl" / "library" / f"own_{number:02}" / f"{seed}.npz", drawn(number, seed))
    subprocess.run([sys.executable, "-m", "gesturectl.cli", "enrol"], env=env, check=True, stdout=subprocess.DEVNULL)
    profiles = home / "config" / "gesturectl" / "profiles"
    profiles.mkdir(mode=0o700, parents=True)
    for number in range(PROFILES):
        text = PROFILE.format(number=number, own=number % OWN)
        (profiles / f"p{number:04}.toml").write_text(text)
    return env


def drawn(number: int, seed: int) -> Take:
    """An open hand that draws a curve of its own, a little differently each time."""
    shape, random = np.random.default_rng((number, 1)), np.random.default_rng((number, seed, 2))
    u = np.linspace(0, 1, 36)
    waves = shape.normal(0, 1, (3, 2, 2))
    path = sum(a * np.sin(2 * np.pi * k * u)[:, None] + b * (np.cos(2 * np.pi * k * u)[:, None] - 1)
               for k, (a, b) in enumerate(waves, 1))  # fmt: skip
    path = 0.25 * path / np.ptp(path, axis=0).max() * random.uniform(0.85, 1.15)
    fingers = [(x, -y) for x, ys in ((-0.28, (0.95, 1.35, 1.6, 1.8)), (-0.02, (1.0, 1.45, 1.72, 1.95)),
               (0.22, (0.95, 1.35, 1.6, 1.82)), (0.42, (0.85, 1.15, 1.35, 1.52))) for y in ys]  # fmt: skip
    hand = np.array([(0, 0), (-0.35, -0.25), (-0.62, -0.5), (-0.8, -0.72), (-0.95, -0.9), *fingers]) * 0.1
    points, present = absent(len(u)), np.zeros((len(u), 2), bool)
    points[:, 1, :, :2] = np.array([0.5, 0.6]) + path[:, None] + hand + random.normal(0, 0.001, (len(u), 21, 2))
    points[:, 1, :, 2] = 0
    present[:, 1] = True
    times = np.round(np.arange(len(u)) * 1000 / 30).astype(np.int64)
    return Take(times, points.astype(np.float32), absent(len(u)), present, {"aspect": 1.0})


def watched(home: Path, env: dict[str, str], seconds: float, burners: int) -> dict[str, object]:
    """What a daemon told in `seconds` while so many others did nothing but compute."""
    camera = Camera()
    camera.pause_s = 1 / FPS
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(burners)]
    command = [sys.executable, "-m", "gesturectl.cli", "run", "--source", camera.url, "--json", "--no-tray"]
    daemon = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    told: list[tuple[float, dict]] = []

    def listen() -> None:
        for line in daemon.stdout or ():
            told.append((time.monotonic() * 1000, json.loads(line)))

    threading.Thread(target=listen, daemon=True).start()
    try:
        jpegs, end_s, status = itertools.cycle(two_hands().jpegs), time.monotonic() + seconds, {}
        next_s = time.monotonic()
        while time.monotonic() < end_s or not status.get("frames"):
            camera.jpeg = next(jpegs)
            next_s += 1 / 30  # the hands move at their own pace, whatever the camera's rate
            time.sleep(max(0.0, next_s - time.monotonic()))
            if not status:
                try:
                    status = ask("status", folder=home / "runtime" / "gesturectl", timeout_s=15)
                except DaemonError:
                    continue
        status = ask("status", folder=home / "runtime" / "gesturectl", timeout_s=15)
    finally:
        daemon.terminate()
        daemon.wait(15)
        for one in busy:
            one.kill()
            one.wait()
    begun = [(at, event) for at, event in told if event.get("phase") == "begin"]
    late = [at - event["t_ms"] for at, event in begun]
    return {
        "gestures": len(status["gestures"]), "profiles": len(status["profiles"]), "fps": status["fps"],
        "frames": status["frames"], "dropped": round(status["dropped"] / max(1, status["frames"]), 3),
        "begun": len(begun), "ended": sum(event.get("phase") == "end" for _, event in told),
        "told_after_ms": {"median": round(float(np.median(late))), "most": round(max(late))} if late else None,
    }  # fmt: skip


if __name__ == "__main__":
    main()
