"""A day in short: `python scripts/soak_daemon.py --minutes 60 [--work VIDEO ...] --out soak.jsonl --plot soak.png`

One `gesturectl run` before a camera on the loopback that shows people at work (nothing may fire), the demo clip (six
gestures should), and a fault or a command in between, in turn. Every five seconds: memory that a process has written
and has to itself, open files and threads of both. Tells at the end how memory grows, what fired wrongly, and what the
faults cost. Linux.
"""

import argparse
import contextlib
import http.server
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np

from gesturectl import paths
from gesturectl.daemon.client import ask
from gesturectl.daemon.truth import Comparison, read_truth
from gesturectl.errors import DaemonError
from gesturectl.evaluation.pictures import curves_picture, write_picture
from gesturectl.types import GestureEvent, Phase

FPS = 30
SAMPLE_S = 5.0
FAULTS = ("drop", "hang", "black", "frozen", "half", "slow", "garbage", "pause", "reload", "profile", "busy", "kill")
"""In turn, one a round."""
WARM_S = 300.0
"""Before this, memory is still being filled."""


class Camera:
    """Streams what `show` was given last, thirty pictures a second; misbehaves on request."""

    def __init__(self) -> None:
        self.jpeg, self.fault, self.pause_s = encoded(np.zeros((480, 640, 3), np.uint8)), "", 1 / FPS
        self._random = random.Random(7)
        camera = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                """Quiet."""

            def do_GET(self) -> None:
                if camera.fault == "drop":
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                with contextlib.suppress(OSError):
                    camera._send(self.wfile.write)

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/video"

    def _send(self, write: Callable[[bytes], object]) -> None:
        while self.fault != "drop":
            if self.fault == "hang":
                time.sleep(0.05)
                continue
            data = self.jpeg
            if self.fault == "half":
                data = data[: len(data) // 2]
            if self.fault == "garbage":
                data = self._random.randbytes(2000)
            write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(data), data))
            time.sleep(0.2 if self.fault == "slow" else self.pause_s)


class Soak:
    """One run: plays, faults, measures, and keeps what happened."""

    def __init__(self, home: Path, work: list[Path], out: Path) -> None:
        self.camera, self.work, self.out = Camera(), work, out
        self.runtime = home / "runtime" / "gesturectl"
        self.shown: list[tuple[str, int, int]] = []
        """What was shown, from when to when, in milliseconds of the monotonic clock."""
        self.events: list[GestureEvent] = []
        env = dict(os.environ)
        for name in ("config", "data", "state", "runtime"):
            (home / name).mkdir(mode=0o700)
            env["XDG_RUNTIME_DIR" if name == "runtime" else f"XDG_{name.upper()}_HOME"] = str(home / name)
        self._screen = None
        if shutil.which("Xvfb"):
            self._screen = subprocess.Popen(["Xvfb", ":97", "-nolisten", "tcp"], stderr=subprocess.DEVNULL)
            env["DISPLAY"] = ":97"
            time.sleep(1)
        command = [sys.executable, "-m", "gesturectl.cli", "run", "--source", self.camera.url, "--json", "--no-tray"]
        self.log = (home / "stderr").open("wb")
        self.daemon = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=self.log, text=True)
        threading.Thread(target=self._listen, daemon=True).start()

    def run(self, minutes: float) -> None:
        """Play until the time is over; a line of JSON for each sample."""
        end_s = time.monotonic() + 60 * minutes
        stop = threading.Event()
        sampler = threading.Thread(target=self._sample, args=(stop,))
        sampler.start()
        try:
            for number in itertools.count():
                if time.monotonic() >= end_s:
                    break
                self._show("work", _pictures(self.work[number % len(self.work)], 40))
                self._show("demo", _pictures(paths.asset("demo.mp4"), 60))
                self._do(FAULTS[number % len(FAULTS)])
                if self.daemon.poll() is not None:
                    raise SystemExit(f"the daemon ended with code {self.daemon.returncode}")
        finally:
            stop.set()
            sampler.join()

    def close(self) -> None:
        """End the daemon."""
        self.daemon.terminate()
        self.daemon.wait(10)
        if self._screen is not None:
            self._screen.terminate()

    def found(self) -> dict[str, object]:
        """How the gestures of the demo clip fared, and what fired where nothing should."""
        truth = read_truth(paths.asset("demo.mp4").with_suffix(".events.csv"))
        found = wanted = others = false = 0
        hours = 0.0
        for label, first_ms, last_ms in self.shown:
            inside = [e for e in self.events if first_ms <= e.t_ms <= last_ms]
            if label == "demo":
                comparison = Comparison(truth)
                for event in inside:
                    comparison.judge(GestureEvent(event.gesture, event.hand, event.phase, 1, event.t_ms - first_ms))
                found, wanted, others = found + comparison.found, wanted + comparison.total, others + comparison.others
            elif label == "work":
                hours += (last_ms - first_ms) / 3.6e6
                false += len(inside)
            else:
                others += len(inside)
        return {
            "demo_found": found, "demo_gestures": wanted, "wrong_elsewhere": others,
            "false_at_work": false, "hours_of_work": round(hours, 3),
        }  # fmt: skip

    def _show(self, label: str, pictures: Iterator[bytes]) -> None:
        first_ms, began_s = _now_ms(), time.monotonic()
        for index, jpeg in enumerate(pictures):
            self.camera.jpeg = jpeg
            time.sleep(max(0.0, began_s + (index + 1) / FPS - time.monotonic()))
        self.shown.append((label, first_ms, _now_ms()))

    def _do(self, fault: str) -> None:
        """A few seconds of it, then time to recover."""
        first_ms, still = _now_ms(), self.camera.jpeg
        if fault == "black":
            self.camera.jpeg = encoded(np.zeros((480, 640, 3), np.uint8))
        elif fault in ("drop", "hang", "half", "slow", "garbage"):
            self.camera.fault = fault
        elif fault == "kill":
            os.kill(self._ask("status")["vision"]["pid"], signal.SIGKILL)
        elif fault == "busy":
            burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
            time.sleep(4)
            for burner in burners:
                burner.kill()
                burner.wait()
        elif fault in ("pause", "reload"):
            self._ask(fault)
        elif fault == "profile":
            self._ask("profile", name="slides")
        time.sleep(4)
        self.camera.fault, self.camera.jpeg = "", still
        if fault == "pause":
            self._ask("resume")
        if fault == "profile":
            self._ask("profile", name=None)
        deadline_s, began_s = time.monotonic() + 20, time.monotonic()
        while self._ask("status")["state"] != "watching" and time.monotonic() < deadline_s:
            time.sleep(0.1)
        self._keep({"type": "fault", "fault": fault, "back_s": round(time.monotonic() - began_s, 2)})
        time.sleep(2)
        self.shown.append((f"fault {fault}", first_ms, _now_ms()))

    def _sample(self, stop: threading.Event) -> None:
        began_s = time.monotonic()
        while not stop.wait(SAMPLE_S):
            try:
                status = self._ask("status")
            except DaemonError:
                continue
            row = {"type": "sample", "s": round(time.monotonic() - began_s, 1), "frames": status["frames"],
                   "dropped": status["dropped"], "restarts": status["vision"].get("restarts", 0)}  # fmt: skip
            with contextlib.suppress(OSError, KeyError):
                row |= {f"control_{k}": v for k, v in _of(self.daemon.pid).items()}
                row |= {f"vision_{k}": v for k, v in _of(status["vision"]["pid"]).items()}
                self._keep(row)

    def _keep(self, row: dict[str, object]) -> None:
        with self.out.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def _ask(self, command: str, **arguments: object) -> dict:
        return ask(command, arguments, folder=self.runtime, timeout_s=15)

    def _listen(self) -> None:
        assert self.daemon.stdout is not None
        for line in self.daemon.stdout:
            told = json.loads(line)
            if told["type"] == "event" and told["phase"] == "begin":
                event = GestureEvent(told["gesture"], told["hand"], Phase.BEGIN, told["score"], told["t_ms"])
                self.events.append(event)
                self._keep(told)


def summary(rows: list[dict]) -> dict[str, object]:
    """Memory's growth after the first minutes, files and threads, and how long faults took to mend."""
    samples = [row for row in rows if row["type"] == "sample"]
    warm = [row for row in samples if row["s"] >= min(WARM_S, samples[-1]["s"] / 3)]
    hours = np.array([row["s"] for row in warm]) / 3600
    told: dict[str, object] = {"hours": round(samples[-1]["s"] / 3600, 2), "vision_restarts": samples[-1]["restarts"]}
    for who in ("control", "vision"):
        own = np.array([row[f"{who}_own_mb"] for row in warm])
        slope = np.polyfit(hours, own, 1)[0]
        told |= {
            f"{who}_mb": round(float(np.median(own)), 1),
            f"{who}_growth_mb_per_hour": round(float(slope), 2),
            f"{who}_files": [min(r[f"{who}_files"] for r in warm), warm[-1][f"{who}_files"]],
            f"{who}_threads": [min(r[f"{who}_threads"] for r in warm), warm[-1][f"{who}_threads"]],
        }
    backs: dict[str, list[float]] = {}
    for row in rows:
        if row["type"] == "fault":
            backs.setdefault(row["fault"], []).append(row["back_s"])
    told["back_s"] = {fault: max(times) for fault, times in backs.items()}
    return told


def plot(rows: list[dict], path: Path) -> None:
    """Memory of both processes over time."""
    samples = [row for row in rows if row["type"] == "sample"]
    curves = {
        "both": [row["control_own_mb"] + row["vision_own_mb"] for row in samples],
        "vision": [row["vision_own_mb"] for row in samples],
        "control": [row["control_own_mb"] for row in samples],
    }
    minutes = [row["s"] / 60 for row in samples]
    write_picture(path, curves_picture(curves, "Memory while it soaks", "minutes", "MB of their own", at=minutes))


def _of(pid: int) -> dict[str, float]:
    folder = Path(f"/proc/{pid}")
    rollup = folder.joinpath("smaps_rollup").read_text()
    kb = {line.split(":")[0]: int(line.split()[1]) for line in rollup.splitlines() if line.endswith("kB")}
    return {
        "pss_mb": round(kb["Pss"] / 1024, 2),
        "own_mb": round(kb["Private_Dirty"] / 1024, 2),
        "files": len(list(folder.joinpath("fd").iterdir())),
        "threads": len(list(folder.joinpath("task").iterdir())),
    }


def _pictures(path: Path, most_s: float) -> Iterator[bytes]:
    """A video as JPEGs of 640×480, in its own time as far as thirty pictures a second allow."""
    capture = cv2.VideoCapture(str(path))
    try:
        step = max(1, round((capture.get(cv2.CAP_PROP_FPS) or FPS) / FPS))
        for index in range(round(most_s * FPS * step)):
            good, picture = capture.read()
            if not good:
                return
            if index % step == 0:
                yield encoded(_fitted(picture))
    finally:
        capture.release()


def _fitted(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = min(640 / width, 480 / height)
    small = cv2.resize(picture, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    sheet = np.zeros((480, 640, 3), np.uint8)
    top, left = (480 - small.shape[0]) // 2, (640 - small.shape[1]) // 2
    sheet[top : top + small.shape[0], left : left + small.shape[1]] = small
    return sheet


def encoded(picture: np.ndarray) -> bytes:
    return bytes(cv2.imencode(".jpg", picture)[1])


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def main() -> None:
    """Soak, then tell; or tell of an earlier one (`--from`)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--work", type=Path, nargs="+", default=[paths.asset("demo.mp4")], metavar="VIDEO",
                        help="videos in which nobody makes a gesture")  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path("soak.jsonl"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--from", dest="earlier", type=Path, help="tell of this file instead")
    args = parser.parse_args()
    if args.earlier is None:
        args.out.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            soak = Soak(Path(folder), args.work, args.out)
            try:
                soak.run(args.minutes)
            finally:
                soak.close()
            soak._keep({"type": "found", **soak.found()})
    rows = [json.loads(line) for line in (args.earlier or args.out).read_text().splitlines()]
    print(json.dumps(summary(rows), indent=1))
    print(json.dumps(next((row for row in rows if row["type"] == "found"), {}), indent=1))
    if args.plot is not None:
        plot(rows, args.plot)


if __name__ == "__main__":
    main()
