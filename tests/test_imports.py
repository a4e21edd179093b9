"""Nothing is loaded before somebody needs it: start-up is mostly imports, and so is memory."""

import json
import subprocess
import sys

import pytest

LATER = {
    "aiohttp", "asyncio", "dbus_fast", "evdev", "h5py", "http.client", "matplotlib", "mediapipe", "multiprocessing",
    "onnx", "PIL", "pynput", "pystray", "ray", "scipy", "ssl", "tensorboard", "torch", "Xlib",
    "gesturectl.benchmarks", "gesturectl.gestures.importers", "gesturectl.synthesis", "gesturectl.training",
    "gesturectl.ui.studio.server",
}  # fmt: skip
"""What no daemon and no small verb has loaded before it is asked for something else."""
HEAVY = LATER | {"cv2", "onnxruntime"}
"""What whoever only asks and tells doesn't load, either."""
ASKING = HEAVY | {"numpy", "gesturectl.recognition", "gesturectl.profiles"}
"""What asking the daemon doesn't need."""


def loaded(*lines: str) -> set[str]:
    """The modules that a fresh interpreter has after these lines of Python."""
    code = "\n".join([*lines, "import json, sys", "sys.__stdout__.write('\\n' + json.dumps(sorted(sys.modules)))"])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def after(*words: str) -> set[str]:
    """The modules that are loaded when a verb has done its work."""
    return loaded("from gesturectl.cli import main", f"code = main({list(words)!r})")


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """A user with nothing of their own, and without a display."""
    for name in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("words", [("status",), ("pause",), ("quit",), ("--version",), ("profile", "auto")])
def test_asking_the_daemon_needs_next_to_nothing(words):
    code = f"try:\n main({list(words)!r})\nexcept SystemExit: pass"
    assert loaded("from gesturectl.cli import main", code) & ASKING == set()


@pytest.mark.parametrize(
    "words",
    [
        ("settings",), ("gestures",), ("which", "--app", "firefox", "swipe_left"), ("profiles", "check"), ("why",),
    ],
)  # fmt: skip
def test_telling_what_is_set_loads_neither_pictures_nor_models(words):
    code = f"try:\n main({list(words)!r})\nexcept SystemExit: pass"
    assert loaded("from gesturectl.cli import main", code) & HEAVY == set()


def test_a_recording_is_watched_without_what_only_a_tray_a_page_or_training_needs(tmp_path):
    picture = tmp_path / "pictures" / "1.png"
    picture.parent.mkdir()
    picture.write_bytes(_png())
    assert after("run", "--source", str(picture.parent), "--dry-run", "--fast") & LATER == set()


def test_vision_and_the_daemon_beside_it_load_what_they_need():
    vision = loaded("import gesturectl.daemon.vision_child", "import gesturectl.daemon.sight")
    assert vision & (LATER | {"gesturectl.profiles", "gesturectl.actions", "gesturectl.ui"}) == set()
    control = loaded(
        "import gesturectl.daemon.app", "import gesturectl.daemon.vision_process", "import gesturectl.daemon.parts"
    )
    recording = {"gesturectl.recording.session", "gesturectl.recording.stroke", "gesturectl.recording.verdicts"}
    assert control & (LATER | recording) == set()


def _png() -> bytes:
    import cv2
    import numpy as np

    return bytes(cv2.imencode(".png", np.zeros((480, 640, 3), np.uint8))[1])
