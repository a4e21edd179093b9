"""From the camera to the recognised gesture: does each stage work?"""

import time
from typing import Any

from gesturectl.verbs.checks.finding import Finding, broken, degraded, ok

_LOOKS = 5


def check_camera() -> Finding:
    """The first camera that works is watched for two seconds: its real rate and light. Switches its light on."""
    from gesturectl.capture.names import AUTO
    from gesturectl.capture.probe import probe
    from gesturectl.capture.source import open_source

    daemon = _daemon_status()
    if daemon.get("state") == "watching":
        fact = f"in use by the running daemon: {daemon.get('camera')}, {daemon.get('fps', 0):g} fps now"
        return _troubled(fact, daemon["picture"]) if daemon.get("picture") else ok(fact)
    camera = open_source(AUTO)
    try:
        found = probe(camera)
    finally:
        camera.close()
    measured = f"{found.description}: {found.fps:.0f} pictures a second, brightness {found.brightness:.0f} of 255"
    if found.trouble:
        return _troubled(measured, found.trouble)
    return ok(measured)


def check_camera_listed() -> Finding:
    """As far as can be told without switching any camera on."""
    from gesturectl.capture.devices import can_list, list_cameras

    if not can_list():
        return degraded("this system doesn't list its cameras", "Run the doctor without --no-camera")
    cameras = list_cameras()
    if not cameras:
        return broken("there is no camera", "Plug one in, or give --source a video, a folder of pictures or a URL")
    usable = [camera.title for camera in cameras if camera.problem is None]
    if usable:
        return ok(f"{', '.join(usable)}; not opened")
    facts = [(camera.title, camera.problem) for camera in cameras if camera.problem]
    return broken("; ".join(f"{title}: {problem.fact}" for title, problem in facts), facts[0][1].remedy)


def check_hand_models() -> Finding:
    """Every model that ships is there, byte for byte."""
    from gesturectl.catalogue import sources, verified

    files = sorted(sources())
    for file in files:
        verified(file)
    return ok(f"{', '.join(files)}: present, sums are right")


def check_tracker() -> Finding:
    """The hand tracker loads and looks at an empty picture."""
    import numpy as np

    from gesturectl.landmarks import open_tracker
    from gesturectl.settings import load_settings
    from gesturectl.types import Frame

    problems: list[str] = []
    settings = load_settings()
    tracker = open_tracker("onnx", settings.compute, settings.power, problems.append)
    try:
        took_ms = []
        for look in range(_LOOKS):
            started_s = time.perf_counter()
            tracker.track(Frame(33 * look, np.full((480, 640, 3), 90, np.uint8)), search=True)
            took_ms.append(1000 * (time.perf_counter() - started_s))
        median_ms = sorted(took_ms)[_LOOKS // 2]
        fact = f"{tracker.name} on {tracker.provider}, {median_ms:.0f} ms to look for hands in a picture"
        if problems:
            remedy = "See to the GPU's driver and libraries, or: gesturectl settings compute cpu"
            return degraded(f"{fact}; {problems[0]}", remedy)
        return ok(fact)
    finally:
        tracker.close()


def check_gesture_model() -> Finding:
    """The classifier that `run` uses loads, and its card fits."""
    from gesturectl.errors import ModelError
    from gesturectl.recognition.model_history import classifier_in_use, path_in_use
    from gesturectl.recognition.shipped import FILE, classifier_at

    trouble = ""
    try:
        card, file = classifier_in_use().card, path_in_use() or FILE
    except ModelError as error:
        if path_in_use() is None:
            raise
        card, file, trouble = classifier_at(None).card, FILE, f"{error.place}: {error.fact}"
    words = f"{card.name} ({file}): {len(card.labels) - 1} gestures, windows of {card.window_ms} ms"
    if trouble:
        return degraded(f"{words}, since the retrained one can't be used ({trouble})", "gesturectl models rollback")
    return ok(words)


def _troubled(measured: str, trouble: str) -> Finding:
    fact, _, remedy = trouble.partition(": ")
    return degraded(f"{measured}; {fact}", remedy[:1].upper() + remedy[1:])


def _daemon_status() -> dict[str, Any]:
    """The running daemon's status; empty if none answers."""
    from gesturectl.daemon.client import ask
    from gesturectl.errors import DaemonError

    try:
        return ask("status", timeout_s=1.0)
    except DaemonError:
        return {}
