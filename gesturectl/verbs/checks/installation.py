"""Is everything installed, once, in a version that keeps our promises?"""

import importlib
import importlib.util
import os
import platform
import sys
import time
from importlib import metadata

from gesturectl.verbs.checks.finding import Finding, broken, degraded, ok

_LEAST_PYTHON = (3, 11)

_LOADED = {"numpy": "numpy", "cv2": "opencv-python", "onnxruntime": "onnxruntime", "platformdirs": "platformdirs"}
"""Modules that must load here, and the package that brings each."""

_PRESENT = {"tomli_w": "tomli-w", "pystray": "pystray"} | ({} if sys.platform == "linux" else {"pynput": "pynput"})
"""Modules that only load on a desktop: being there is enough."""

_SHARING_CV2 = (
    "opencv-python",
    "opencv-contrib-python",
    "opencv-python-headless",
    "opencv-contrib-python-headless",
)
_SHARING_ONNXRUNTIME = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino")

_FIRST_CURIOUS_MEDIAPIPE = (0, 10, 35)
"""From here on MediaPipe looks up a server of Google's while running, and says that it sends usage metrics."""

_FIRST_CURIOUS_ONNXRUNTIME = (1, 29)
"""From here on ONNX Runtime has telemetry, on unless it is told otherwise before its first import."""


def check_python() -> Finding:
    """The interpreter's version and width."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if sys.version_info[:2] < _LEAST_PYTHON:
        return broken(found, f"Install Python {_LEAST_PYTHON[0]}.{_LEAST_PYTHON[1]} or newer")
    if sys.maxsize < 2**32:
        return broken(f"{found}, 32 bits", "Install the 64-bit Python: there are no 32-bit wheels of what we need")
    return ok(found)


def check_packages() -> Finding:
    """Every package that the program needs is there, and those that can be loaded here load."""
    failed = []
    for module in _LOADED:
        try:
            importlib.import_module(module)
        except ImportError as error:  # absent, or a system library of its own is absent
            failed.append(f"{module} ({error})")
    absent = [package for module, package in _PRESENT.items() if importlib.util.find_spec(module) is None]
    if failed or absent:
        remedy = "python -m pip install --force-reinstall gesturectl"
        if any("libGL" in reason for reason in failed):
            remedy = "sudo apt install libgl1 libglib2.0-0 (OpenCV needs them)"
        return broken(f"can't be loaded: {', '.join(failed + absent)}", remedy)
    versions = ", ".join(f"{module} {_version_text(package)}" for module, package in _LOADED.items())
    return ok(versions)


def check_duplicates() -> Finding:
    """Wheels that own the same module overwrite each other's files."""
    installed = {(name or "").lower() for name in (dist.metadata["Name"] for dist in metadata.distributions())}
    for module, owners in (("cv2", _SHARING_CV2), ("onnxruntime", _SHARING_ONNXRUNTIME)):
        present = [owner for owner in owners if owner in installed]
        if len(present) > 1:
            kept = present[1] if module == "onnxruntime" else present[0]
            remedy = f"python -m pip uninstall -y {' '.join(present)} && python -m pip install {kept}"
            return degraded(f"{' and '.join(present)} own one module ({module}) and overwrite each other", remedy)
    return ok("one OpenCV, one ONNX Runtime")


def check_telemetry() -> Finding:
    """Nothing we depend on reports to anybody."""
    mediapipe = _version("mediapipe")
    if mediapipe >= _FIRST_CURIOUS_MEDIAPIPE:
        return broken(
            f"mediapipe {_version_text('mediapipe')} sends usage metrics",
            "python -m pip install mediapipe==0.10.31",
        )
    runtime = max(_version(package) for package in _SHARING_ONNXRUNTIME)
    if runtime >= _FIRST_CURIOUS_ONNXRUNTIME and os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        return broken("ONNX Runtime may send telemetry", "Set ORT_DISABLE_TELEMETRY=1 before the program starts")
    return ok("off: ONNX Runtime's is disabled, MediaPipe has none in this version" if mediapipe else "off")


def _version(package: str) -> tuple[int, ...]:
    """The version's leading numbers; empty if the package isn't installed."""
    numbers = []
    for part in _version_text(package).split("."):
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)


def _version_text(package: str) -> str:
    names = _SHARING_ONNXRUNTIME if package == "onnxruntime" else (package,)
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return ""


def check_crashes() -> Finding:
    """Whether the program made mistakes lately that left a report."""
    from gesturectl import crashes, paths

    found = crashes.newest(paths.state_dir())
    if not found:
        return ok("none is known")
    days = (time.time() - found[0].stat().st_mtime) / 86_400
    when = "today" if days < 1 else f"{days:.0f} day{'s' if days >= 1.5 else ''} ago"
    fact = f"{len(found)} report{'s' if len(found) > 1 else ''} in {found[0].parent}, the last {when}"
    return degraded(fact, "Send what 'gesturectl doctor --report' prints to the project, or delete that folder.")
