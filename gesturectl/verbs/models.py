"""`gesturectl models`: what is installed and in use, whether it is what it should be, and what runs it."""

import argparse
import hashlib
import json
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from gesturectl.catalogue import SOURCES, sources
from gesturectl.errors import ModelError, UsageError
from gesturectl.landmarks import open_tracker
from gesturectl.paths import bundled, data_dir
from gesturectl.settings import load_settings
from gesturectl.verbs.retraining.history import change_or_tell

_EPILOG = """examples:
  gesturectl models            a line for each model, then what can run them
  gesturectl models --json     the same, for programs
  gesturectl models history    what gesturectl retrain has made, and why each is in use or isn't
  gesturectl models rollback   take the gesture model before into use
  gesturectl models use NAME   ... or any other, or the one that ships: shipped

A running gesturectl takes another model up within a second.

A model that ships is "ok" if its sha256 is the one listed in SOURCES.md beside it; "damaged" and "missing" models are
refused when they are needed (exit code 5, here too). Your own models, made by `gesturectl train`, are "yours".
"""
_MODEL_FILES = (".onnx", ".task")


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """One model file, or the lack of one."""

    file: str
    folder: str
    state: str
    """"ok", "damaged", "missing", "unlisted" (ships but has no row), "yours"."""
    size: int
    """Bytes."""
    sha256: str
    origin: str
    licence: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the verb's options."""
    parser.add_argument("do", nargs="?", choices=("history", "rollback", "use"), help="what to do (default: list)")
    parser.add_argument("name", nargs="?", metavar="NAME", help="with use: one of the history, or shipped")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    parser.epilog = _EPILOG


def run(args: argparse.Namespace) -> int:
    """Print the report, 5 if a model that ships is missing or damaged; or take another gesture model into use."""
    if (args.do == "use") != (args.name is not None):
        raise UsageError("models", "use and a name go together", "See gesturectl models history for the names.")
    if args.do is not None:
        return change_or_tell(args.do, args.name, args.json)
    models = [*shipped(bundled("models")), *own(data_dir() / "models")]
    engines = _engines()
    if args.json:
        report = {"type": "models", "models": [asdict(model) for model in models], "engines": engines}
        print(json.dumps(report))
    else:
        print("\n".join([*map(_line, models), "", *_engine_lines(engines)]))
    return ModelError.exit_code if any(model.state in ("damaged", "missing") for model in models) else 0


def shipped(folder: Path) -> list[InstalledModel]:
    """The models listed for `folder`, and those in it that aren't. Raises ModelError if there is no list."""
    rows = sources(folder)
    models = []
    for row in rows.values():
        path = folder / row.file
        content = path.read_bytes() if path.is_file() else None
        total = hashlib.sha256(content).hexdigest() if content is not None else ""
        state = "missing" if content is None else "ok" if total == row.sha256 else "damaged"
        size = len(content) if content is not None else 0
        models.append(InstalledModel(row.file, str(folder), state, size, total, row.origin, row.licence))
    return models + [model for model in _files(folder, "unlisted") if model.file not in rows]


def own(folder: Path) -> list[InstalledModel]:
    """The user's own models; none if the folder doesn't exist."""
    return _files(folder, "yours")


def _files(folder: Path, state: str) -> list[InstalledModel]:
    found = sorted(folder.glob("*")) if folder.is_dir() else []
    paths = [path for path in found if path.suffix in _MODEL_FILES and path.is_file()]
    return [InstalledModel(path.name, str(folder), state, path.stat().st_size, _sum(path), "", "") for path in paths]


def _sum(path: Path) -> str:
    with path.open("rb") as file:  # piece by piece: anybody may have put it there, of any size
        return hashlib.file_digest(file, "sha256").hexdigest()


def _engines() -> dict[str, Any]:
    """What can run models here, and what the hand tracker really runs on."""
    import onnxruntime

    try:
        tracker: dict[str, str] = {"provider": open_tracker(compute=load_settings().compute).provider}
    except ModelError as error:
        tracker = {"problem": str(error)}
    return {
        "onnxruntime": onnxruntime.__version__,
        "offers": [name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers()],
        "mediapipe": _version("mediapipe"),
        "tracker": tracker,
    }


def _line(model: InstalledModel) -> str:
    remedy = {
        "damaged": f"; its sha256 isn't the one {SOURCES} lists: install gesturectl again",
        "missing": ": install gesturectl again",
        "unlisted": f"; it has no row in {SOURCES}",
    }.get(model.state, "")
    about = f"{model.licence}, {model.origin}" if model.origin else model.folder
    return f"{model.file:22} {model.size / 1e6:6.2f} MB  {model.state}{remedy}  ({about})"


def _engine_lines(engines: dict[str, Any]) -> list[str]:
    tracker = engines["tracker"]
    mediapipe = engines["mediapipe"] or "not installed; the program's own tracker doesn't need it"
    return [
        f"ONNX Runtime {engines['onnxruntime']} offers {', '.join(engines['offers'])}",
        f"hands are tracked on {tracker['provider']}" if "provider" in tracker else tracker["problem"],
        f"MediaPipe {mediapipe}",
    ]


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
